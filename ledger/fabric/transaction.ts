// Parses an ordered envelope once and checks its form, its creator and the binding of proposal to result.
import { common, peer } from '@hyperledger/fabric-protos';
import type { Draft } from './draft.js';
import { isValidIdentity, type KnownIdentity, type MspRegistry } from './identity.js';
import { MalformedMessage, parseMessage, sameBytes, sha256 } from './protobuf.js';
import { CONFIG_TRANSACTION, ENDORSER_TRANSACTION, transactionId } from './proposal.js';
import { parseReadWriteSet, type ParsedNamespace } from './read-write-set.js';

const Code = peer.TxValidationCode;
type Code = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];
const CONFIG_UPDATE = 2;

export interface EndorsedAction {
  readonly txId: string;
  readonly chaincode: string;
  readonly sets: ParsedNamespace[];
  readonly proposalResponse: Uint8Array;
  readonly endorsements: peer.Endorsement[];
}

/** An envelope as ordered. `txId` is what its header claims, for the index; `action` only if the form is right. */
export interface ParsedEnvelope {
  readonly bytes: Uint8Array;
  readonly code: Code;
  readonly txId: string;
  readonly type: number;
  readonly action: EndorsedAction | null;
}

/** Never throws: what is wrong becomes the code, as a committing peer would flag it. */
export function parseEnvelope(
  bytes: Uint8Array,
  scope: { readonly channel: string; readonly msps: MspRegistry },
): ParsedEnvelope {
  const parsed: Draft<ParsedEnvelope> = {
    bytes,
    code: Code.INVALID_OTHER_REASON,
    txId: '',
    type: -1,
    action: null,
  };
  try {
    const envelope = parseMessage(common.Envelope, bytes, 'Envelope');
    parsed.code = Code.BAD_PAYLOAD;
    const payload = parseMessage(common.Payload, envelope.getPayload_asU8(), 'Payload');
    parsed.code = Code.BAD_COMMON_HEADER;
    const headers = parseHeaders(payload);
    if (!headers) return parsed;
    parsed.txId = headers.channel.getTxId();
    parsed.type = headers.channel.getType();
    parsed.code = checkCreator(envelope, headers, scope.msps);
    if (parsed.code !== Code.VALID) return parsed;
    if (headers.channel.getChannelId() !== scope.channel)
      return { ...parsed, code: Code.TARGET_CHAIN_NOT_FOUND };
    return { ...parsed, ...parseTyped(payload, headers) };
  } catch (error) {
    if (error instanceof MalformedMessage) return parsed;
    throw error;
  }
}

interface Headers {
  readonly channel: common.ChannelHeader;
  readonly channelBytes: Uint8Array;
  readonly signature: common.SignatureHeader;
}

function parseHeaders(payload: common.Payload): Headers | null {
  const header = payload.getHeader();
  if (!header) return null;
  const channelBytes = header.getChannelHeader_asU8();
  const channel = parseMessage(common.ChannelHeader, channelBytes, 'ChannelHeader');
  const signature = parseMessage(common.SignatureHeader, header.getSignatureHeader_asU8(), 'SignatureHeader');
  const knownType = [ENDORSER_TRANSACTION, CONFIG_UPDATE, CONFIG_TRANSACTION].includes(channel.getType());
  return knownType && channel.getEpoch() === 0 && isComplete(signature)
    ? { channel, channelBytes, signature }
    : null;
}

function isComplete(header: common.SignatureHeader): boolean {
  return header.getNonce_asU8().length > 0 && header.getCreator_asU8().length > 0;
}

function checkCreator(envelope: common.Envelope, headers: Headers, msps: MspRegistry): Code {
  const creator = msps.deserialize(headers.signature.getCreator_asU8());
  const genuine =
    creator &&
    isValidIdentity(creator) &&
    msps.verify(creator, envelope.getPayload_asU8(), envelope.getSignature_asU8());
  return genuine ? Code.VALID : Code.BAD_CREATOR_SIGNATURE;
}

function parseTyped(payload: common.Payload, headers: Headers): Content {
  if (headers.channel.getType() !== ENDORSER_TRANSACTION) return invalid(Code.UNSUPPORTED_TX_PAYLOAD);
  const expected = transactionId(headers.signature.getNonce_asU8(), headers.signature.getCreator_asU8());
  if (headers.channel.getTxId() !== expected) return invalid(Code.BAD_PROPOSAL_TXID);
  const bound = bindAction(payload, headers);
  return bound ? dispatch(headers, bound) : invalid(Code.INVALID_ENDORSER_TRANSACTION);
}

type Content = Pick<ParsedEnvelope, 'code' | 'action'>;

function invalid(code: Code): Content {
  return { code, action: null };
}

interface BoundAction {
  readonly proposalResponse: Uint8Array;
  readonly payload: peer.ProposalResponsePayload;
  readonly endorsements: peer.Endorsement[];
}

/** Exactly one action, whose proposal hash equals headers and proposal payload. */
function bindAction(payload: common.Payload, headers: Headers): BoundAction | null {
  try {
    const transaction = parseMessage(peer.Transaction, payload.getData_asU8(), 'Transaction');
    const [action, ...more] = transaction.getActionsList();
    if (!action || more.length > 0) return null;
    const header = parseMessage(common.SignatureHeader, action.getHeader_asU8(), 'SignatureHeader');
    if (!isComplete(header)) return null;
    const actionPayload = parseMessage(
      peer.ChaincodeActionPayload,
      action.getPayload_asU8(),
      'ChaincodeActionPayload',
    );
    const endorsed = actionPayload.getAction();
    if (!endorsed) return null;
    const proposalResponse = endorsed.getProposalResponsePayload_asU8();
    const response = parseMessage(peer.ProposalResponsePayload, proposalResponse, 'ProposalResponsePayload');
    const hash = sha256(
      headers.channelBytes,
      action.getHeader_asU8(),
      actionPayload.getChaincodeProposalPayload_asU8(),
    );
    if (!sameBytes(hash, response.getProposalHash_asU8())) return null;
    return { proposalResponse, payload: response, endorsements: endorsed.getEndorsementsList() };
  } catch (error) {
    if (error instanceof MalformedMessage) return null;
    throw error;
  }
}

/** What the committer's dispatcher demands before it asks the policies. */
function dispatch(headers: Headers, bound: BoundAction): Content {
  let code: Code = Code.BAD_HEADER_EXTENSION;
  try {
    const extension = parseMessage(
      peer.ChaincodeHeaderExtension,
      headers.channel.getExtension_asU8(),
      'ChaincodeHeaderExtension',
    );
    code = Code.BAD_RESPONSE_PAYLOAD;
    const result = parseMessage(peer.ChaincodeAction, bound.payload.getExtension_asU8(), 'ChaincodeAction');
    code = Code.BAD_RWSET;
    const sets = parseReadWriteSet(result.getResults_asU8());
    code = Code.INVALID_OTHER_REASON;
    const fault = checkChaincode(extension, result) ?? checkSets(sets);
    if (fault !== null) return invalid(fault);
    return {
      code: Code.VALID,
      action: {
        txId: headers.channel.getTxId(),
        chaincode: extension.getChaincodeId()?.getName() ?? '',
        sets,
        proposalResponse: bound.proposalResponse,
        endorsements: bound.endorsements,
      },
    };
  } catch (error) {
    if (error instanceof MalformedMessage) return invalid(code);
    throw error;
  }
}

function checkChaincode(extension: peer.ChaincodeHeaderExtension, result: peer.ChaincodeAction): Code | null {
  const asked = extension.getChaincodeId();
  const ran = result.getChaincodeId();
  if (!asked || !ran) return Code.INVALID_OTHER_REASON;
  if (asked.getName() === '' || asked.getName() !== ran.getName() || ran.getVersion() === '') {
    return Code.INVALID_CHAINCODE;
  }
  const eventBytes = result.getEvents_asU8();
  if (eventBytes.length === 0) return null;
  const event = parseMessage(peer.ChaincodeEvent, eventBytes, 'ChaincodeEvent');
  return event.getChaincodeId() === asked.getName() ? null : Code.INVALID_OTHER_REASON;
}

function checkSets(sets: readonly ParsedNamespace[]): Code | null {
  const names = new Set(sets.map((set) => set.name));
  return names.size === sets.length ? null : Code.ILLEGAL_WRITESET;
}

/** Who signed the endorsements truly, each identity once, in order; Fabric's SignatureSetToValidIdentities. */
export function endorsersOf(action: EndorsedAction, msps: MspRegistry): KnownIdentity[] {
  const seen = new Map<string, KnownIdentity>();
  for (const endorsement of action.endorsements) {
    const endorser = endorsement.getEndorser_asU8();
    const identity = msps.deserialize(endorser);
    if (!identity || seen.has(identity.id)) continue;
    const message = Buffer.concat([action.proposalResponse, endorser]);
    if (msps.verify(identity, message, endorsement.getSignature_asU8())) seen.set(identity.id, identity);
  }
  return [...seen.values()];
}
