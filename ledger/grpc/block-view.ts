// A block as the services show it: its transactions, their codes and chaincode events, parsed once per block.
import { common, peer } from '@hyperledger/fabric-protos';

type Code = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];
type HeaderKind = common.HeaderTypeMap[keyof common.HeaderTypeMap];

const ENDORSER_TRANSACTION = common.HeaderType.ENDORSER_TRANSACTION;

export interface TransactionView {
  readonly txId: string;
  readonly type: HeaderKind;
  readonly code: Code;
  readonly events: readonly peer.ChaincodeEvent[];
}

export interface BlockView {
  readonly number: number;
  readonly channelId: string;
  readonly transactions: readonly TransactionView[];
  /** A whole DeliverResponse with the filtered block, ready to send. */
  readonly filteredResponse: Buffer;
}

/** The events of valid endorser transactions, in the block's order. */
export function chaincodeEvents(view: BlockView): peer.ChaincodeEvent[] {
  return view.transactions
    .filter((transaction) => transaction.code === peer.TxValidationCode.VALID)
    .flatMap((transaction) => transaction.events);
}

/** Reads a block; what does not parse in it has no part in the view. */
export function viewOf(block: common.Block): BlockView {
  const number = block.getHeader()?.getNumber() ?? 0;
  const metadata = block.getMetadata()?.getMetadataList_asU8() ?? [];
  const codes = metadata[common.BlockMetadataIndex.TRANSACTIONS_FILTER] ?? new Uint8Array();
  const parsed = (block.getData()?.getDataList_asU8() ?? []).map(parseEnvelope);
  const transactions = parsed.flatMap((envelope, index) =>
    // Without a flag a transaction counts as not validated.
    envelope === null ? [] : [transactionView(envelope, codes[index] ?? peer.TxValidationCode.NOT_VALIDATED)],
  );
  const channelId = parsed.findLast((envelope) => envelope !== null)?.channel.getChannelId() ?? '';
  return { number, channelId, transactions, filteredResponse: filtered(number, channelId, transactions) };
}

interface ParsedEnvelope {
  readonly channel: common.ChannelHeader;
  readonly data: Uint8Array;
}

function transactionView({ channel, data }: ParsedEnvelope, code: number): TransactionView {
  // Types and codes are stored as numbers; the ledger writes Fabric's only.
  const type = channel.getType() as HeaderKind;
  return {
    txId: channel.getTxId(),
    type,
    code: code as Code,
    events: type === ENDORSER_TRANSACTION ? eventsOf(data) : [],
  };
}

function parseEnvelope(bytes: Uint8Array): ParsedEnvelope | null {
  try {
    const envelope = common.Envelope.deserializeBinary(bytes);
    const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
    const header = payload.getHeader()?.getChannelHeader_asU8();
    return header === undefined
      ? null
      : { channel: common.ChannelHeader.deserializeBinary(header), data: payload.getData_asU8() };
  } catch {
    // An envelope that does not parse has no header to show; only its flag marks it as invalid.
    return null;
  }
}

function eventsOf(data: Uint8Array): peer.ChaincodeEvent[] {
  try {
    return peer.Transaction.deserializeBinary(data)
      .getActionsList()
      .map((action) => peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()))
      .flatMap((payload) => eventOf(payload.getAction()?.getProposalResponsePayload_asU8() ?? null));
  } catch {
    // As above: a body that does not parse is invalid and carries no event.
    return [];
  }
}

function eventOf(proposalResponsePayload: Uint8Array | null): peer.ChaincodeEvent[] {
  if (proposalResponsePayload === null) {
    return [];
  }
  const response = peer.ProposalResponsePayload.deserializeBinary(proposalResponsePayload);
  const events = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getEvents_asU8();
  if (events.length === 0) {
    return [];
  }
  const event = peer.ChaincodeEvent.deserializeBinary(events);
  return event.getChaincodeId() === '' ? [] : [event];
}

function filtered(number: number, channelId: string, transactions: readonly TransactionView[]): Buffer {
  const block = new peer.FilteredBlock();
  block.setNumber(number);
  block.setChannelId(channelId);
  block.setFilteredTransactionsList(transactions.map(filteredTransaction));
  const response = new peer.DeliverResponse();
  response.setFilteredBlock(block);
  return Buffer.from(response.serializeBinary());
}

function filteredTransaction(transaction: TransactionView): peer.FilteredTransaction {
  const message = new peer.FilteredTransaction();
  message.setTxid(transaction.txId);
  message.setType(transaction.type);
  message.setTxValidationCode(transaction.code);
  if (transaction.type === ENDORSER_TRANSACTION) {
    const actions = new peer.FilteredTransactionActions();
    actions.setChaincodeActionsList(transaction.events.map(filteredAction));
    message.setTransactionActions(actions);
  }
  return message;
}

/** Filtered events carry no payload. */
function filteredAction(event: peer.ChaincodeEvent): peer.FilteredChaincodeAction {
  const bare = new peer.ChaincodeEvent();
  bare.setTxId(event.getTxId());
  bare.setChaincodeId(event.getChaincodeId());
  bare.setEventName(event.getEventName());
  const action = new peer.FilteredChaincodeAction();
  action.setChaincodeEvent(bare);
  return action;
}
