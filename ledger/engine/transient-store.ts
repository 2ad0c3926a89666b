// What endorsing peers keep of private writes between endorsement and commit, on disk like everything else.
// It must not hand out anything but by the hash that stands in the transaction.
import type { ParsedNamespace, PrivateWrites } from '../fabric/read-write-set.js';
import { sha256 } from '../fabric/protobuf.js';
import { prefixEnd, transientKey, transientPrefix, type Snapshot, type Write } from '../fabric/store.js';

/** Endorsed private writes that have not committed are dropped this many blocks later, as on a peer. */
const retentionBlocks = 1_000;
const heightBytes = 8;
const portion = 1_000;

/** For the store, before anybody learns of the endorsement. Peers that simulated the same write the same. */
export function transientWrites(txId: string, height: number, writes: readonly PrivateWrites[]): Write[] {
  return writes.map(({ namespace, collection, bytes }) => {
    const value = Buffer.alloc(heightBytes + bytes.length);
    value.writeBigUInt64BE(BigInt(height));
    value.set(bytes, heightBytes);
    return { key: transientKey(txId, { namespace, collection, hash: sha256(bytes) }), value };
  });
}

/** One collection's private writes as endorsed, if an endorsing peer still has them. */
export function findTransient(
  snapshot: Snapshot,
  txId: string,
  at: { namespace: string; collection: string; hash: Uint8Array },
): Uint8Array | undefined {
  return snapshot.get(transientKey(txId, at))?.subarray(heightBytes);
}

/** What a transaction that is now in a block had left here. */
export function transientRemovals(action: { txId: string; sets: readonly ParsedNamespace[] }): Write[] {
  return action.sets.flatMap(({ name, collections }) =>
    collections
      .filter(({ privateHash }) => privateHash.length > 0)
      .map(({ name: collection, privateHash: hash }) => ({
        key: transientKey(action.txId, { namespace: name, collection, hash }),
        value: undefined,
      })),
  );
}

/** Every so many blocks a peer forgets what was endorsed long ago and never came back. */
export async function expiredTransients(snapshot: Snapshot, block: number): Promise<Write[]> {
  if (block === 0 || block % retentionBlocks !== 0) return [];
  const expired: Write[] = [];
  for (let from = transientPrefix, more = true; more;) {
    const entries = await snapshot.range(from, prefixEnd(transientPrefix), portion);
    for (const { key, value } of entries) {
      if (heightOf(value) < block - retentionBlocks) expired.push({ key, value: undefined });
    }
    more = entries.length === portion;
    from = `${entries[entries.length - 1]?.key ?? ''}\0`;
  }
  return expired;
}

function heightOf(stored: Uint8Array): number {
  return Number(Buffer.from(stored.buffer, stored.byteOffset, heightBytes).readBigUInt64BE());
}
