// Takes proposals and transactions apart and puts them together again, for scripts that alter them on the way.
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { creatorOf, type SigningIdentity } from './signing-identity.js';

/** A proposal opened; what is changed here is in what gets signed. */
export interface ProposalParts {
  readonly channel: common.ChannelHeader;
  readonly signature: common.SignatureHeader;
  readonly payload: peer.ChaincodeProposalPayload;
}

/** The client's proposal with changes, signed again; the bytes and signature that `newSignedProposal` takes. */
export async function changedProposal(
  bytes: Uint8Array,
  identity: SigningIdentity,
  change: (parts: ProposalParts) => void,
): Promise<{ bytes: Uint8Array; signature: Uint8Array }> {
  const proposed = gateway.ProposedTransaction.deserializeBinary(bytes);
  const signed = proposed.getProposal() ?? new peer.SignedProposal();
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const parts: ProposalParts = {
    channel: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
    signature: common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()),
    payload: peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8()),
  };
  change(parts);
  header.setChannelHeader(parts.channel.serializeBinary());
  header.setSignatureHeader(parts.signature.serializeBinary());
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(parts.payload.serializeBinary());
  signed.setProposalBytes(proposal.serializeBinary());
  proposed.setProposal(signed);
  proposed.setTransactionId(parts.channel.getTxId());
  const signature = await identity.sign(signed.getProposalBytes_asU8());
  return { bytes: proposed.serializeBinary(), signature };
}

/** An endorsed transaction opened down to what chaincode did. */
export interface TransactionParts {
  readonly channel: common.ChannelHeader;
  readonly signature: common.SignatureHeader;
  readonly transaction: peer.Transaction;
  readonly action: peer.TransactionAction;
  readonly input: peer.ChaincodeProposalPayload;
  readonly endorsed: peer.ChaincodeEndorsedAction;
  readonly response: peer.ProposalResponsePayload;
  readonly result: peer.ChaincodeAction;
}

/** Opens an envelope's payload. */
export function openTransaction(payloadBytes: Uint8Array): TransactionParts {
  const payload = common.Payload.deserializeBinary(payloadBytes);
  const header = payload.getHeader() ?? new common.Header();
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const [action = new peer.TransactionAction()] = transaction.getActionsList();
  const actionPayload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
  const endorsed = actionPayload.getAction() ?? new peer.ChaincodeEndorsedAction();
  const response = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
  return {
    channel: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
    signature: common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()),
    transaction,
    action,
    input: peer.ChaincodeProposalPayload.deserializeBinary(actionPayload.getChaincodeProposalPayload_asU8()),
    endorsed,
    response,
    result: peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()),
  };
}

/** Closes what was opened, with whatever was changed in it, into an envelope signed by the identity. */
export async function closeTransaction(
  parts: TransactionParts,
  identity: SigningIdentity,
): Promise<common.Envelope> {
  parts.response.setExtension$(parts.result.serializeBinary());
  parts.endorsed.setProposalResponsePayload(parts.response.serializeBinary());
  const actionPayload = new peer.ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(parts.input.serializeBinary());
  actionPayload.setAction(parts.endorsed);
  parts.action.setPayload(actionPayload.serializeBinary());
  const header = new common.Header();
  header.setChannelHeader(parts.channel.serializeBinary());
  header.setSignatureHeader(parts.signature.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(parts.transaction.serializeBinary());
  return signedEnvelope(payload.serializeBinary(), identity);
}

export async function signedEnvelope(
  payload: Uint8Array,
  identity: SigningIdentity,
): Promise<common.Envelope> {
  const envelope = new common.Envelope();
  envelope.setPayload(payload);
  envelope.setSignature(await identity.sign(payload));
  return envelope;
}

/** Puts another creator in the place of the client, in both headers that name it. */
export function nameCreator(parts: TransactionParts, identity: SigningIdentity): void {
  parts.signature.setCreator(creatorOf(identity));
  parts.action.setHeader(parts.signature.serializeBinary());
}
