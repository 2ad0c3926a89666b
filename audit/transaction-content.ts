// The public content of a transaction of the escrow chaincode: function, commands, results, event, time, sender.
import { common, msp as mspProto, peer } from '@hyperledger/fabric-protos';
import { parseMessage, textOf } from '../ledger/fabric/protobuf.js';
import type { ParsedNamespace } from '../ledger/fabric/read-write-set.js';
import type { EndorsedAction } from '../ledger/fabric/transaction.js';

export interface TransactionContent {
  readonly timestampMs: number;
  /** MSP of the sender. */
  readonly sender: string;
  /** The sender's certificate, as chaincode sees it. */
  readonly creator: { readonly mspid: string; readonly idBytes: Uint8Array };
  readonly chaincode: string;
  /** Function and arguments as text. */
  readonly args: readonly string[];
  readonly response: string;
  readonly event: { readonly name: string; readonly payload: string } | null;
}

const EMPTY = new Uint8Array();

/** What it did to the rows of this chaincode, which may be nothing; null: it has to do with others alone. */
export function setOf(
  { action }: { readonly action: EndorsedAction },
  content: Pick<TransactionContent, 'chaincode'>,
  chaincode: string,
): ParsedNamespace | null {
  const found = action.sets.find(({ name }) => name === chaincode);
  if (found !== undefined || content.chaincode !== chaincode) return found ?? null;
  return { name: chaincode, reads: [], writes: [], metadataWrites: [], ranges: [], collections: [] };
}

/** Of an envelope whose form was found right. Throws MalformedMessage. */
export function contentOf(envelope: Uint8Array): TransactionContent {
  const payload = parseMessage(
    common.Payload,
    parseMessage(common.Envelope, envelope, 'Envelope').getPayload_asU8(),
    'Payload',
  );
  const header = payload.getHeader() ?? new common.Header();
  const channel = parseMessage(common.ChannelHeader, header.getChannelHeader_asU8(), 'ChannelHeader');
  const signature = parseMessage(common.SignatureHeader, header.getSignatureHeader_asU8(), 'SignatureHeader');
  const creator = parseMessage(
    mspProto.SerializedIdentity,
    signature.getCreator_asU8(),
    'SerializedIdentity',
  );
  const timestamp = channel.getTimestamp();
  return {
    timestampMs: (timestamp?.getSeconds() ?? 0) * 1000 + Math.floor((timestamp?.getNanos() ?? 0) / 1_000_000),
    sender: creator.getMspid(),
    creator: { mspid: creator.getMspid(), idBytes: creator.getIdBytes_asU8() },
    ...actionOf(payload.getData_asU8()),
  };
}

function actionOf(data: Uint8Array): Omit<TransactionContent, 'timestampMs' | 'sender' | 'creator'> {
  const [action] = parseMessage(peer.Transaction, data, 'Transaction').getActionsList();
  const bytes = action?.getPayload_asU8() ?? EMPTY;
  const body = parseMessage(peer.ChaincodeActionPayload, bytes, 'ChaincodeActionPayload');
  return { args: argsIn(body), ...resultIn(body) };
}

function argsIn(body: peer.ChaincodeActionPayload): string[] {
  const bytes = body.getChaincodeProposalPayload_asU8();
  const proposal = parseMessage(peer.ChaincodeProposalPayload, bytes, 'ChaincodeProposalPayload');
  const invocation = parseMessage(
    peer.ChaincodeInvocationSpec,
    proposal.getInput_asU8(),
    'ChaincodeInvocationSpec',
  );
  return invocation.getChaincodeSpec()?.getInput()?.getArgsList_asU8().map(textOf) ?? [];
}

function resultIn(
  body: peer.ChaincodeActionPayload,
): Pick<TransactionContent, 'chaincode' | 'response' | 'event'> {
  const bytes = body.getAction()?.getProposalResponsePayload_asU8() ?? EMPTY;
  const answer = parseMessage(peer.ProposalResponsePayload, bytes, 'ProposalResponsePayload');
  const result = parseMessage(peer.ChaincodeAction, answer.getExtension_asU8(), 'ChaincodeAction');
  const event = parseMessage(peer.ChaincodeEvent, result.getEvents_asU8(), 'ChaincodeEvent');
  const name = event.getEventName();
  return {
    chaincode: result.getChaincodeId()?.getName() ?? '',
    response: textOf(result.getResponse()?.getPayload_asU8() ?? EMPTY),
    event: name === '' ? null : { name, payload: textOf(event.getPayload_asU8()) },
  };
}
