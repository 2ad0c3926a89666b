// Unpacks a signed proposal and checks what a peer checks before it simulates, in Fabric's order and words.
import { common, peer } from '@hyperledger/fabric-protos';
import { AccessDenied, EndorserRefusal } from './refusals.js';
import { isValidIdentity, type KnownIdentity, type MspRegistry } from './identity.js';
import { MalformedMessage, parseMessage, sha256 } from './protobuf.js';

export interface UnpackedProposal {
  readonly channelHeader: common.ChannelHeader;
  readonly signatureHeader: common.SignatureHeader;
  readonly chaincode: string;
  readonly input: peer.ChaincodeInput;
  /** SHA-256 over headers and the payload without transient data. */
  readonly hash: Buffer;
  readonly signed: peer.SignedProposal;
}

export const ENDORSER_TRANSACTION = 3;
export const CONFIG_TRANSACTION = 1;

/** Every member's peer is handed the same message; it is read once. */
const unpackedBefore = new WeakMap<
  peer.SignedProposal,
  { readonly bytes: Uint8Array; readonly proposal: UnpackedProposal }
>();

/** Throws EndorserRefusal. */
export function unpackProposal(signed: peer.SignedProposal): UnpackedProposal {
  const bytes = signed.getProposalBytes_asU8();
  const before = unpackedBefore.get(signed);
  if (before?.bytes === bytes) return before.proposal;
  try {
    const proposal = unpack(signed);
    unpackedBefore.set(signed, { bytes, proposal });
    return proposal;
  } catch (error) {
    if (error instanceof MalformedMessage) throw new EndorserRefusal(error.message, { cause: error });
    throw error;
  }
}

function unpack(signed: peer.SignedProposal): UnpackedProposal {
  const proposal = parseMessage(peer.Proposal, signed.getProposalBytes_asU8(), 'Proposal');
  const header = parseMessage(common.Header, proposal.getHeader_asU8(), 'Header');
  const channelHeader = parseMessage(common.ChannelHeader, header.getChannelHeader_asU8(), 'ChannelHeader');
  const signatureHeader = parseMessage(
    common.SignatureHeader,
    header.getSignatureHeader_asU8(),
    'SignatureHeader',
  );
  const extension = parseMessage(
    peer.ChaincodeHeaderExtension,
    channelHeader.getExtension_asU8(),
    'ChaincodeHeaderExtension',
  );
  const chaincode = extension.getChaincodeId()?.getName();
  if (chaincode === undefined) throw new EndorserRefusal('ChaincodeHeaderExtension.ChaincodeId is nil');
  if (chaincode === '') throw new EndorserRefusal('ChaincodeHeaderExtension.ChaincodeId.Name is empty');
  const payload = parseMessage(
    peer.ChaincodeProposalPayload,
    proposal.getPayload_asU8(),
    'ChaincodeProposalPayload',
  );
  const invocation = parseMessage(
    peer.ChaincodeInvocationSpec,
    payload.getInput_asU8(),
    'ChaincodeInvocationSpec',
  );
  const spec = invocation.getChaincodeSpec();
  if (!spec) throw new EndorserRefusal('chaincode invocation spec did not contain chaincode spec');
  const input = spec.getInput();
  if (!input) throw new EndorserRefusal('chaincode input did not contain any input');
  const withoutTransient = new peer.ChaincodeProposalPayload();
  withoutTransient.setInput(payload.getInput_asU8());
  return {
    channelHeader,
    signatureHeader,
    chaincode,
    input,
    hash: sha256(
      header.getChannelHeader_asU8(),
      header.getSignatureHeader_asU8(),
      withoutTransient.serializeBinary(),
    ),
    signed,
  };
}

export function transactionId(nonce: Uint8Array, creator: Uint8Array): string {
  return sha256(nonce, creator).toString('hex');
}

/** The peer's filters ahead of the endorser: certificate not expired, timestamp within the window. */
export function checkFilters(
  proposal: UnpackedProposal,
  check: { readonly msps: MspRegistry; readonly nowMs: number; readonly timeWindowMs: number },
): void {
  const creator = check.msps.deserialize(proposal.signatureHeader.getCreator_asU8());
  if (creator && check.nowMs > creator.expiresAt)
    throw new EndorserRefusal('proposal client identity expired');
  if (check.timeWindowMs === 0) return;
  const timestamp = proposal.channelHeader.getTimestamp();
  const proposalMs = (timestamp?.getSeconds() ?? 0) * 1000 + (timestamp?.getNanos() ?? 0) / 1e6;
  if (Math.abs(proposalMs - check.nowMs) <= check.timeWindowMs) return;
  throw new EndorserRefusal(
    `request unauthorized due to incorrect timestamp ${rfc3339(proposalMs)}, peer time ${rfc3339(check.nowMs)}, ` +
      `peer.authentication.timewindow ${goDuration(check.timeWindowMs)}`,
  );
}

/** Header, transaction id, creator and signature; throws AccessDenied or EndorserRefusal, else the creator. */
export function checkProposal(proposal: UnpackedProposal, msps: MspRegistry): KnownIdentity {
  checkHeaders(proposal);
  const channel = proposal.channelHeader.getChannelId();
  const creator = msps.deserialize(proposal.signatureHeader.getCreator_asU8());
  if (!creator) {
    throw new AccessDenied(
      `error validating proposal: access denied: channel [${channel}] creator org unknown, creator is malformed`,
    );
  }
  const { signed } = proposal;
  const genuine =
    isValidIdentity(creator) &&
    msps.verify(creator, signed.getProposalBytes_asU8(), signed.getSignature_asU8());
  if (!genuine) {
    throw new AccessDenied(
      `error validating proposal: access denied: channel [${channel}] creator org [${creator.mspId}]`,
    );
  }
  return creator;
}

function checkHeaders({ channelHeader, signatureHeader, signed }: UnpackedProposal): void {
  const type = channelHeader.getType();
  const refuse = (why: string): never => {
    throw new EndorserRefusal(`error validating proposal: ${why}`);
  };
  if (type !== ENDORSER_TRANSACTION && type !== CONFIG_TRANSACTION)
    refuse(`invalid header type ${headerTypeName(type)}`);
  if (channelHeader.getEpoch() !== 0) refuse('epoch is non-zero');
  if (signatureHeader.getNonce_asU8().length === 0) refuse('nonce is empty');
  if (signatureHeader.getCreator_asU8().length === 0) refuse('creator is empty');
  const expected = transactionId(signatureHeader.getNonce_asU8(), signatureHeader.getCreator_asU8());
  if (channelHeader.getTxId() !== expected) {
    refuse(`incorrectly computed txid '${channelHeader.getTxId()}' -- expected '${expected}'`);
  }
  if (signed.getSignature_asU8().length === 0) refuse('empty signature bytes');
}

function headerTypeName(type: number): string {
  return Object.entries(common.HeaderType).find(([, value]) => value === type)?.[0] ?? String(type);
}

function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** As Go prints a Duration of whole milliseconds: 30s, 1m30s, 1h0m0s, 1.5s. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${String(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = `${String((ms % 60_000) / 1000)}s`;
  if (hours > 0) return `${String(hours)}h${String(minutes)}m${seconds}`;
  return minutes > 0 ? `${String(minutes)}m${seconds}` : seconds;
}
