// Private writes between endorsement and commit, on disk, found only by the hash that stands in the transaction.
import type { ParsedNamespace, PrivateWrites } from '../fabric/read-write-set.js';
import { sha256 } from '../fabric/protobuf.js';
import { prefixEnd, transientKey, TRANSIENT_PREFIX, type Snapshot, type Write } from '../fabric/store.js';

/** Endorsed private writes that have not committed are dropped this many blocks later, as on a peer. */
const RETENTION_BLOCKS = 1_000;
const HEIGHT_BYTES = 8;
const PORTION = 1_000;

/** Written before the endorsement is handed out. Peers that simulated the same write the same. */
export function transientWrites(txId: string, height: number, writes: readonly PrivateWrites[]): Write[] {
  return writes.map(({ namespace, collection, bytes }) => {
    const value = Buffer.alloc(HEIGHT_BYTES + bytes.length);
    value.writeBigUInt64BE(BigInt(height));
    value.set(bytes, HEIGHT_BYTES);
    return { key: transientKey(txId, { namespace, collection, hash: sha256(bytes) }), value };
  });
}

/** One collection's private writes as endorsed, if an endorsing peer still has them. */
export function findTransient(
  snapshot: Snapshot,
  txId: string,
  at: { readonly namespace: string; readonly collection: string; readonly hash: Uint8Array },
): Uint8Array | null {
  return snapshot.get(transientKey(txId, at))?.subarray(HEIGHT_BYTES) ?? null;
}

/** What a transaction that is now in a block had left here. */
export function transientRemovals(action: {
  readonly txId: string;
  readonly sets: readonly ParsedNamespace[];
}): Write[] {
  return action.sets.flatMap(({ name, collections }) =>
    collections
      .filter(({ privateHash }) => privateHash.length > 0)
      .map(({ name: collection, privateHash: hash }) => ({
        key: transientKey(action.txId, { namespace: name, collection, hash }),
        value: null,
      })),
  );
}

/** Every so many blocks a peer forgets what was endorsed long ago and never came back. */
export async function expiredTransients(snapshot: Snapshot, block: number): Promise<Write[]> {
  if (block === 0 || block % RETENTION_BLOCKS !== 0) return [];
  const expired: Write[] = [];
  for (let from = TRANSIENT_PREFIX, more = true; more;) {
    const entries = await snapshot.range(from, prefixEnd(TRANSIENT_PREFIX), PORTION);
    for (const { key, value } of entries) {
      if (heightOf(value) < block - RETENTION_BLOCKS) expired.push({ key, value: null });
    }
    more = entries.length === PORTION;
    from = `${entries[entries.length - 1]?.key ?? ''}\0`;
  }
  return expired;
}

function heightOf(stored: Uint8Array): number {
  return Number(Buffer.from(stored.buffer, stored.byteOffset, HEIGHT_BYTES).readBigUInt64BE());
}
