// Private write sets on their way into the stores of the collections' members: rows, and what each block brought.
// Private content never reaches a store that a non-member's peer reads.
import type { BlockUpdates } from '../fabric/block-updates.js';
import type { Definitions } from '../fabric/definitions.js';
import { PrivateBlocks, type Owner } from './private-blocks.js';
import { fromByteString, sameBytes, sha256 } from '../fabric/protobuf.js';
import {
  keyHash,
  parsePrivateSet,
  type KeySet,
  type ParsedCollection,
  type ParsedNamespace,
} from '../fabric/read-write-set.js';
import {
  encodeVersioned,
  sameVersion,
  type Version,
  type VersionedValue,
  type WorldState,
} from '../fabric/state.js';
import { hashedPrefix, privatePrefix, type Snapshot, type Write } from '../fabric/store.js';
import { findTransient } from './transient-store.js';

const none = new Map<string, Uint8Array>();

/** Private changes of one block, one copy per member organisation. */
export class PrivateUpdates {
  /** What stands in each row after the block; null: deleted. */
  private readonly entries = new Map<string, VersionedValue | null>();
  private readonly metadataKeys: { readonly owner: Owner; readonly keyBytes: string }[] = [];
  private readonly blocks: PrivateBlocks;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly state: WorldState,
    private readonly definitions: Definitions,
  ) {
    this.blocks = new PrivateBlocks(snapshot);
  }

  /** Applies the private content of one valid transaction, as far as the endorsing peers still have it. */
  apply(
    action: { readonly txId: string; readonly sets: readonly ParsedNamespace[] },
    version: Version,
  ): void {
    for (const { name, collections } of action.sets) {
      for (const collection of collections) this.applyCollection(action.txId, name, { collection, version });
    }
  }

  /**
   * A metadata-only write moves the version of the hash; the private value follows it, else it would look stale.
   * Then the writes for the store.
   */
  async writes(hashed: BlockUpdates): Promise<Write[]> {
    for (const { owner, keyBytes } of this.metadataKeys) this.followVersion(owner, keyBytes, hashed);
    const rows = [...this.entries].map(([key, after]) => ({ key, value: after && encodeVersioned(after) }));
    return [...rows, ...(await this.blocks.writes())];
  }

  private applyCollection(
    txId: string,
    namespace: string,
    { collection, version }: { readonly collection: ParsedCollection; readonly version: Version },
  ): void {
    const at = { namespace, collection: collection.name };
    const owners = this.definitions
      .members(namespace, collection.name)
      .map((mspId): Owner => ({ mspId, ...at }));
    const hash = collection.privateHash;
    const bytes = hash.length > 0 ? findTransient(this.snapshot, txId, { ...at, hash }) : null;
    const set = bytes && parsePrivateSet(bytes);
    for (const owner of owners) {
      if (bytes && set) {
        this.applySet(owner, set, version);
        this.blocks.add(owner, bytes, version);
      }
      for (const { isPurge, keyBytes } of collection.writes) {
        if (isPurge) this.blocks.purge(owner, keyBytes, version);
      }
    }
  }

  private applySet(owner: Owner, set: KeySet, version: Version): void {
    const prefix = prefixOf(owner);
    for (const { keyBytes, value, isDelete } of set.writes) {
      this.entries.set(prefix + keyBytes, isDelete ? null : { version, value, metadata: none });
    }
    for (const { keyBytes } of set.metadataWrites) this.metadataKeys.push({ owner, keyBytes });
  }

  private followVersion(owner: Owner, keyBytes: string, hashed: BlockUpdates): void {
    const hash = keyHash(fromByteString(keyBytes));
    const hashedRow = hashedPrefix(owner.namespace, owner.collection) + hash;
    if (!hashed.has(hashedRow)) return;
    const current = hashed.at(hashedRow);
    const row = prefixOf(owner) + keyBytes;
    const latest = this.entries.has(row) ? this.entries.get(row) : this.state.at(row);
    if (!current || !latest || sameVersion(current.version, latest.version)) return;
    if (!sameBytes(sha256(latest.value), current.value)) return;
    this.entries.set(row, { ...latest, version: current.version });
  }
}

function prefixOf({ mspId, namespace, collection }: Owner): string {
  return privatePrefix(mspId, namespace, collection);
}
