// What each block brought into an organisation's private collections, for deliver streams with private data.
// Purges reach back into it. Who may see it is the deliver service's decision.
import { ledger } from '@hyperledger/fabric-protos';
import { parseMessage } from '../fabric/protobuf.js';
import { keyHash } from '../fabric/read-write-set.js';
import type { Version } from '../fabric/state.js';
import { placeOf, privateBlockPrefix, type Snapshot, type Write } from '../fabric/store.js';

const { KVRWSet } = ledger.rwset.kvrwset;
const PORTION = 1_000;

/** One organisation's share of one collection. */
export interface Owner {
  readonly mspId: string;
  readonly namespace: string;
  readonly collection: string;
}

interface Purge {
  readonly owner: Owner;
  readonly keyHash: string;
  /** The writes up to this one go. */
  readonly upTo: string;
}

/** The private write sets of one block, and the purges that its transactions order. */
export class PrivateBlocks {
  /** Serialized KVRWSets by their place. */
  private readonly sets = new Map<string, Uint8Array>();
  private readonly purges: Purge[] = [];

  constructor(private readonly snapshot: Snapshot) {}

  /** `bytes` is the serialized KVRWSet as it was endorsed. */
  add(owner: Owner, bytes: Uint8Array, version: Version): void {
    this.sets.set(prefixOf(owner) + placeOf(version.block, version.transaction), bytes);
  }

  purge(owner: Owner, hash: string, version: Version): void {
    this.purges.push({ owner, keyHash: hash, upTo: placeOf(version.block, version.transaction) });
  }

  /** A purge is rare and reads the whole collection; that spares each private write an index entry of its own. */
  async writes(): Promise<Write[]> {
    for (const purge of this.purges) await this.applyPurge(purge);
    return [...this.sets].map(([key, value]) => ({ key, value }));
  }

  private async applyPurge({ owner, keyHash: hash, upTo }: Purge): Promise<void> {
    const prefix = prefixOf(owner);
    const last = prefix + upTo;
    for (const [key, bytes] of this.sets) {
      if (key.startsWith(prefix) && key <= last) this.replace(key, bytes, hash);
    }
    for (let from = prefix, more = true; more;) {
      const entries = await this.snapshot.range(from, last, PORTION);
      for (const { key, value } of entries) {
        this.replace(key, this.sets.get(key) ?? value, hash);
      }
      more = entries.length === PORTION;
      from = `${entries[entries.length - 1]?.key ?? ''}\0`;
    }
  }

  /** The metadata stays: it is public. */
  private replace(key: string, bytes: Uint8Array, hash: string): void {
    const set = parseMessage(KVRWSet, bytes, 'KVRWSet');
    const kept = set.getWritesList().filter((write) => keyHash(write.getKey()) !== hash);
    if (kept.length === set.getWritesList().length) return;
    set.setWritesList(kept);
    this.sets.set(key, set.serializeBinary());
  }
}

/** The serialized KVRWSet that a transaction brought into this collection, if its owner has it. */
export function privateSetAt(snapshot: Snapshot, owner: Owner, version: Version): Uint8Array | null {
  return snapshot.get(prefixOf(owner) + placeOf(version.block, version.transaction));
}

/** All that a block brought into the collection. */
export async function privateSetsOfBlock(
  snapshot: Snapshot,
  owner: Owner,
  block: number,
): Promise<{ readonly key: string; readonly value: Uint8Array; readonly version: Version }[]> {
  const prefix = prefixOf(owner);
  const [from, to] = [prefix + placeOf(block, 0), prefix + placeOf(block + 1, 0)];
  const entries = await snapshot.range(from, to, Number.MAX_SAFE_INTEGER);
  return entries.map(({ key, value }) => ({
    key,
    value,
    version: { block, transaction: Buffer.from(key.slice(-4), 'latin1').readUInt32BE() },
  }));
}

function prefixOf({ mspId, namespace, collection }: Owner): string {
  return privateBlockPrefix(mspId, namespace, collection);
}
