// What a client does by hand: proposals, signatures, transaction envelopes from endorsements.
// It must not know the network; tests use it to forge and alter as well.
import { common, peer } from '@hyperledger/fabric-protos';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { createHash, randomBytes } from 'node:crypto';
import { Signer } from '../../ledger/fabric/signer.js';
import type { MadeIdentity } from './identities.js';

export interface Client {
  mspId: string;
  signer: Signer;
  identity: MadeIdentity;
}

/** An endorsed, signed transaction that may be ordered now or later. */
export interface PreparedTransaction {
  txId: string;
  envelope: common.Envelope;
  /** What the chaincode returned. */
  result: Buffer;
  responses: peer.ProposalResponse[];
}

/** The endorsers' results differ byte for byte. */
export class EndorsementsDiffer extends Error {
  override readonly name = 'EndorsementsDiffer';
}

export interface SignedRequest {
  txId: string;
  proposal: peer.Proposal;
  header: common.Header;
  payload: peer.ChaincodeProposalPayload;
  signed: peer.SignedProposal;
}

export function asClient(identity: MadeIdentity): Client {
  return { mspId: identity.mspId, identity, signer: new Signer(identity.mspId, identity) };
}

/** Transaction envelope from one proposal and its endorsements, signed by the client. Throws EndorsementsDiffer. */
export function assemble(
  client: Client,
  request: SignedRequest,
  responses: readonly peer.ProposalResponse[],
): PreparedTransaction {
  const [first] = responses;
  if (!first) throw new Error('no endorsement');
  const payloads = new Set(
    responses.map((response) => Buffer.from(response.getPayload_asU8()).toString('hex')),
  );
  if (payloads.size > 1) throw new EndorsementsDiffer('ProposalResponsePayloads do not match');
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(first.getPayload_asU8());
  endorsed.setEndorsementsList(responses.flatMap((response) => response.getEndorsement() ?? []));
  const open = new peer.ChaincodeProposalPayload();
  open.setInput(request.payload.getInput_asU8());
  const actionPayload = new peer.ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(open.serializeBinary());
  actionPayload.setAction(endorsed);
  const action = new peer.TransactionAction();
  action.setHeader(request.header.getSignatureHeader_asU8());
  action.setPayload(actionPayload.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([action]);
  const payload = new common.Payload();
  payload.setHeader(request.header);
  payload.setData(transaction.serializeBinary());
  return {
    txId: request.txId,
    envelope: signEnvelope(client, payload.serializeBinary()),
    result: Buffer.from(first.getResponse()?.getPayload_asU8() ?? []),
    responses: [...responses],
  };
}

export function signEnvelope(client: Client, payload: Uint8Array): common.Envelope {
  const envelope = new common.Envelope();
  envelope.setPayload(payload);
  envelope.setSignature(client.signer.sign(payload));
  return envelope;
}

export interface ProposalContent {
  channel: string;
  chaincode: string;
  args: readonly string[];
  transient: Readonly<Record<string, Uint8Array | string>>;
  timestampMs: number;
}

export function signedProposal(client: Client, content: ProposalContent): SignedRequest {
  const nonce = randomBytes(24);
  const creator = client.signer.creator;
  const txId = createHash('sha256').update(nonce).update(creator).digest('hex');
  const header = proposalHeader(content, { nonce, creator, txId });
  const payload = proposalPayload(content);
  const proposal = new peer.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payload.serializeBinary());
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(client.signer.sign(signed.getProposalBytes_asU8()));
  return { txId, proposal, header, payload, signed };
}

function proposalHeader(
  content: ProposalContent,
  by: { nonce: Uint8Array; creator: Uint8Array; txId: string },
): common.Header {
  const chaincodeId = new peer.ChaincodeID();
  chaincodeId.setName(content.chaincode);
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId);
  const timestamp = new Timestamp();
  timestamp.setSeconds(Math.floor(content.timestampMs / 1000));
  timestamp.setNanos((content.timestampMs % 1000) * 1e6);
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(3);
  channelHeader.setTxId(by.txId);
  channelHeader.setTimestamp(timestamp);
  channelHeader.setChannelId(content.channel);
  channelHeader.setExtension$(extension.serializeBinary());
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(by.creator);
  signatureHeader.setNonce(by.nonce);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  return header;
}

function proposalPayload(content: ProposalContent): peer.ChaincodeProposalPayload {
  const chaincodeId = new peer.ChaincodeID();
  chaincodeId.setName(content.chaincode);
  const input = new peer.ChaincodeInput();
  input.setArgsList(content.args.map((arg) => Buffer.from(arg)));
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(chaincodeId);
  spec.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  for (const [name, value] of Object.entries(content.transient)) {
    payload.getTransientmapMap().set(name, Buffer.from(value));
  }
  return payload;
}
