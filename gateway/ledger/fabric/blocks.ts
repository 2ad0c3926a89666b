// Reads out of Fabric's blocks what the client needs: ids, codes, and the events of one chaincode. Altered chaincode
// can emit anything, so an event that does not have our shape is left out, and what it names is looked for in the
// writes.
import { common, peer } from '@hyperledger/fabric-protos';
import { z } from 'zod';
import {
  type CommandRecord,
  EVENT_NAME,
  type LedgerEvent,
  LIST_LIMIT,
} from '../../../chaincode/protocol/commands.js';
import { commandResultSchema } from '../command-results.js';
import type { CommitBlock, EventBlock } from '../ledger-port.js';
import { trueEvent } from './true-event.js';
import { writesOf, writtenKeys } from './writes.js';

const recordSchema: z.ZodType<CommandRecord> = z.object({
  action: z.string(),
  result: commandResultSchema,
  rows: z.record(z.string(), z.string().nullable()),
});
const eventSchema: z.ZodType<LedgerEvent> = z.object({
  v: z.literal(1),
  lane: z.enum(['agreement', 'owner']),
  results: z.array(recordSchema).max(LIST_LIMIT),
});

export function commitBlockOf(block: peer.FilteredBlock): CommitBlock {
  const number = Number(block.getNumber());
  return {
    block: number,
    commits: block.getFilteredTransactionsList().map((transaction) => ({
      txId: transaction.getTxid(),
      code: transaction.getTxValidationCode(),
      block: number,
    })),
  };
}

/** Transactions of the chaincode that carry our event, valid or not, in their order. */
export function eventBlockOf(block: common.Block, chaincode: string): EventBlock {
  const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  const transactions = envelopes.flatMap((bytes, index) => {
    const found = eventOf(bytes, chaincode);
    return found === null ? [] : [{ ...found, code: codes?.[index] ?? UNKNOWN_CODE }];
  });
  return { block: block.getHeader()?.getNumber() ?? 0, transactions };
}

/** Fabric's TxValidationCode NOT_VALIDATED: without a flag nothing counts as valid. */
const UNKNOWN_CODE = 254;

function eventOf(
  envelope: Uint8Array,
  chaincode: string,
): { readonly txId: string; readonly event: LedgerEvent } | null {
  try {
    const payload = common.Payload.deserializeBinary(
      common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
    );
    const header = common.ChannelHeader.deserializeBinary(
      payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
    );
    if (header.getType() !== Number(common.HeaderType.ENDORSER_TRANSACTION)) return null;
    const action = chaincodeAction(payload.getData_asU8());
    const emitted = peer.ChaincodeEvent.deserializeBinary(action?.getEvents_asU8() ?? new Uint8Array());
    const event = ledgerEventOf(emitted, chaincode);
    if (action === null || event === null) return null;
    const written = writtenKeys(writesOf(action.getResults_asU8(), chaincode));
    return { txId: header.getTxId(), event: trueEvent(event, written) };
  } catch {
    // An envelope that cannot be read has changed nothing, and an event of another shape is not ours.
    return null;
  }
}

/** Null: not our chaincode's. Throws where it has not our shape. */
export function ledgerEventOf(event: peer.ChaincodeEvent | null, chaincode: string): LedgerEvent | null {
  if (event?.getChaincodeId() !== chaincode || event.getEventName() !== EVENT_NAME) return null;
  return eventSchema.parse(JSON.parse(Buffer.from(event.getPayload_asU8()).toString('utf8')));
}

function chaincodeAction(transaction: Uint8Array): peer.ChaincodeAction | null {
  const action = peer.Transaction.deserializeBinary(transaction).getActionsList()[0];
  if (action === undefined) return null;
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction();
  if (endorsed === undefined) return null;
  const response = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
  return peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
}
