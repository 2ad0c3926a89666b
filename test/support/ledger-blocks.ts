// What stands in Fabric's raw blocks: codes, endorsements, and how many keys a transaction reads and writes.
import { common, ledger, peer } from '@hyperledger/fabric-protos';

export interface LedgerTransaction {
  readonly block: number;
  readonly txId: string;
  /** Fabric's validation code. */
  readonly code: number;
  readonly endorsers: number;
  /** Single keys read: public ones and hashes of private ones. */
  readonly reads: number;
  readonly writes: number;
  readonly rangeQueries: number;
  /** Rows of the command list's results; the same as the commands it carried. */
  readonly commands: number;
  readonly lane: string;
  readonly bytes: number;
}

/** Endorser transactions of these blocks in their order, valid or not. Configuration blocks are left out. */
export function transactionsOf(blocks: readonly common.Block[]): LedgerTransaction[] {
  return blocks.flatMap((block) => {
    const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
    const number = Number(block.getHeader()?.getNumber());
    return (block.getData()?.getDataList_asU8() ?? []).flatMap((envelope, index) => {
      const found = transactionOf(envelope);
      return found === null ? [] : [{ ...found, block: number, code: codes?.[index] ?? -1 }];
    });
  });
}

function transactionOf(envelope: Uint8Array): Omit<LedgerTransaction, 'block' | 'code'> | null {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const header = common.ChannelHeader.deserializeBinary(
    payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
  );
  if (header.getType() !== Number(common.HeaderType.ENDORSER_TRANSACTION)) return null;
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(
    action?.getPayload_asU8() ?? new Uint8Array(),
  ).getAction();
  const answer = peer.ChaincodeAction.deserializeBinary(
    peer.ProposalResponsePayload.deserializeBinary(
      endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
    ).getExtension_asU8(),
  );
  return {
    txId: header.getTxId(),
    endorsers: endorsed?.getEndorsementsList().length ?? 0,
    bytes: envelope.length,
    ...keysOf(answer.getResults_asU8()),
    ...eventOf(answer.getEvents_asU8()),
  };
}

function keysOf(results: Uint8Array): Pick<LedgerTransaction, 'reads' | 'writes' | 'rangeQueries'> {
  const count = { reads: 0, writes: 0, rangeQueries: 0 };
  for (const set of ledger.rwset.TxReadWriteSet.deserializeBinary(results).getNsRwsetList()) {
    const open = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8());
    count.reads += open.getReadsList().length;
    count.writes += open.getWritesList().length;
    count.rangeQueries += open.getRangeQueriesInfoList().length;
    for (const collection of set.getCollectionHashedRwsetList()) {
      const hashed = ledger.rwset.kvrwset.HashedRWSet.deserializeBinary(collection.getHashedRwset_asU8());
      count.reads += hashed.getHashedReadsList().length;
      count.writes += hashed.getHashedWritesList().length;
    }
  }
  return count;
}

function eventOf(bytes: Uint8Array): Pick<LedgerTransaction, 'commands' | 'lane'> {
  const text = Buffer.from(peer.ChaincodeEvent.deserializeBinary(bytes).getPayload_asU8()).toString('utf8');
  const event = JSON.parse(text) as { readonly lane: string; readonly results: readonly unknown[] };
  return { lane: event.lane, commands: event.results.length };
}
