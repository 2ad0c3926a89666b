// What a transaction wrote, out of its read-write set.
import { ledger } from '@hyperledger/fabric-protos';
import type { AttestationWrite, RowTextWrite } from '../ledger-port.js';
import type { WrittenKeys } from './true-event.js';

export interface Writes {
  readonly rows: readonly RowTextWrite[];
  readonly attestations: readonly AttestationWrite[];
}

export function writtenKeys({ rows, attestations }: Writes): WrittenKeys {
  return {
    rows: new Set(rows.map(({ key }) => key)),
    privateHashes: new Set(attestations.map(({ keyHash }) => keyHash)),
  };
}

/** Public rows, and hashes of private ones, that a transaction wrote under this chaincode. Throws on anything else. */
export function writesOf(results: Uint8Array, chaincode: string): Writes {
  const set = ledger.rwset.TxReadWriteSet.deserializeBinary(results);
  const own = set.getNsRwsetList().filter((namespace) => namespace.getNamespace() === chaincode);
  return {
    rows: own.flatMap((namespace) => rowsOf(namespace.getRwset_asU8())),
    attestations: own.flatMap((namespace) =>
      namespace
        .getCollectionHashedRwsetList()
        .flatMap((collection) => hashesOf(collection.getCollectionName(), collection.getHashedRwset_asU8())),
    ),
  };
}

function rowsOf(bytes: Uint8Array): RowTextWrite[] {
  const writes = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(bytes).getWritesList();
  return writes.map((write) => ({
    key: write.getKey(),
    text: write.getIsDelete() ? null : Buffer.from(write.getValue_asU8()).toString('utf8'),
  }));
}

function hashesOf(collection: string, bytes: Uint8Array): AttestationWrite[] {
  const writes = ledger.rwset.kvrwset.HashedRWSet.deserializeBinary(bytes).getHashedWritesList();
  return writes.map((write) => {
    const isGone = write.getIsDelete() || write.getIsPurge();
    const valueHash = isGone ? null : hexOf(write.getValueHash_asU8());
    return { collection, keyHash: hexOf(write.getKeyHash_asU8()), valueHash };
  });
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
