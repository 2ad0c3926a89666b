// Private write sets on their way into the stores of the collections' members: rows, and what each block brought.
// It must not keep private content where a non-member's peer could read it.
import { ledger } from '@hyperledger/fabric-protos';
import type { BlockUpdates } from './block-updates.js';
import type { Definitions } from './definitions.js';
import { PrivateBlocks, type Owner } from './private-blocks.js';
import { byteString, parseMessage, sameBytes, sha256 } from './protobuf.js';
import { isDelete, keyHash, type ParsedCollection, type ParsedNamespace } from './read-write-set.js';
import { encodeVersioned, sameVersion, type Version, type VersionedValue, type WorldState } from './state.js';
import { privatePrefix, type Snapshot, type Write } from './store.js';
import { findTransient } from './transient-store.js';

const none = new Map<string, Uint8Array>();

/** Private changes of one block, one copy per member organisation. */
export class PrivateUpdates {
  private readonly entries = new Map<
    string,
    { owner: Owner; key: string; after: VersionedValue | undefined }
  >();
  private readonly metadataKeys: { owner: Owner; key: string }[] = [];
  private readonly blocks: PrivateBlocks;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly state: WorldState,
    private readonly definitions: Definitions,
  ) {
    this.blocks = new PrivateBlocks(snapshot);
  }

  /** Applies the private content of one valid transaction, as far as the endorsing peers still have it. */
  apply(action: { txId: string; sets: readonly ParsedNamespace[] }, version: Version): void {
    for (const { name, collections } of action.sets) {
      for (const collection of collections) this.applyCollection(action.txId, name, { collection, version });
    }
  }

  /**
   * A metadata-only write moves the version of the hash; the private value follows it, else it would look stale.
   * Then the writes for the store.
   */
  async writes(hashed: BlockUpdates): Promise<Write[]> {
    for (const { owner, key } of this.metadataKeys) this.followVersion(owner, key, hashed);
    const rows = [...this.entries.values()].map(({ owner, key, after }) => ({
      key: privatePrefix(owner.mspId, owner.namespace, owner.collection) + byteString(key),
      value: after && encodeVersioned(after),
    }));
    return [...rows, ...(await this.blocks.writes())];
  }

  private applyCollection(
    txId: string,
    namespace: string,
    { collection, version }: { collection: ParsedCollection; version: Version },
  ): void {
    const at = { namespace, collection: collection.name };
    const owners = this.definitions
      .members(namespace, collection.name)
      .map((mspId): Owner => ({ mspId, ...at }));
    const hash = collection.privateHash;
    const bytes = hash.length > 0 ? findTransient(this.snapshot, txId, { ...at, hash }) : undefined;
    const set = bytes && parseMessage(ledger.rwset.kvrwset.KVRWSet, bytes, 'KVRWSet');
    for (const owner of owners) {
      if (bytes && set) {
        this.applySet(owner, set, version);
        this.blocks.add(owner, bytes, version);
      }
      for (const write of collection.set.getHashedWritesList()) {
        if (write.getIsPurge()) this.blocks.purge(owner, write.getKeyHash_asU8(), version);
      }
    }
  }

  private applySet(owner: Owner, set: ledger.rwset.kvrwset.KVRWSet, version: Version): void {
    for (const write of set.getWritesList()) {
      const after = isDelete(write) ? undefined : { version, value: write.getValue_asU8(), metadata: none };
      this.entries.set(entryId(owner, write.getKey()), { owner, key: write.getKey(), after });
    }
    for (const write of set.getMetadataWritesList()) this.metadataKeys.push({ owner, key: write.getKey() });
  }

  private followVersion(owner: Owner, key: string, hashed: BlockUpdates): void {
    const hash = keyHash(key).toString('latin1');
    if (!hashed.has(owner.namespace, owner.collection, hash)) return;
    const current = hashed.get(owner.namespace, owner.collection, hash);
    const entry = this.entries.get(entryId(owner, key));
    const latest = entry
      ? entry.after
      : this.state.getPrivate(owner.mspId, owner.namespace, owner.collection, key);
    if (!current || !latest || sameVersion(current.version, latest.version)) return;
    if (!sameBytes(sha256(latest.value), current.value)) return;
    this.entries.set(entryId(owner, key), { owner, key, after: { ...latest, version: current.version } });
  }
}

function entryId(owner: Owner, key: string): string {
  return `${owner.mspId}\0${owner.namespace}\0${owner.collection}\0${key}`;
}
