// The private rows that come with a block, by name.
import { ledger, type peer } from '@hyperledger/fabric-protos';

/** `chaincode/collection/key` of each row that the block's transactions write, as far as the peer gave them away. */
export function privateRowsWith(delivered: peer.BlockAndPrivateData): string[] {
  const rows: string[] = [];
  delivered.getPrivateDataMapMap().forEach((transaction: ledger.rwset.TxPvtReadWriteSet) => {
    for (const set of transaction.getNsPvtRwsetList()) {
      for (const collection of set.getCollectionPvtRwsetList()) {
        const place = `${set.getNamespace()}/${collection.getCollectionName()}`;
        rows.push(...keysIn(collection.getRwset_asU8()).map((key) => `${place}/${key}`));
      }
    }
  });
  return rows;
}

function keysIn(writes: Uint8Array): string[] {
  const set = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(writes);
  return set.getWritesList().map((write) => write.getKey());
}
