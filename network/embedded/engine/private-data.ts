// Private write sets between endorsement and commit, and their way into the stores of the collections' members.
// It must not keep private content where a non-member's peer could read it.
import { ledger } from '@hyperledger/fabric-protos';
import type { BlockUpdates } from './block-updates.js';
import type { Definitions } from './definitions.js';
import { byteString, parseMessage, sameBytes, sha256 } from './protobuf.js';
import { isDelete, keyHash, type ParsedNamespace, type PrivateWrites } from './read-write-set.js';
import { encodeVersioned, sameVersion, type Version, type VersionedValue, type WorldState } from './state.js';
import { privatePrefix, type Write } from './store.js';

/** Endorsed private writes that have not committed are dropped after so many blocks, as on a peer. */
const retentionBlocks = 1_000;
const none = new Map<string, Uint8Array>();

/** What endorsing peers keep until commit, found again by the hash that stands in the transaction. */
export class TransientStore {
  private readonly byTransaction = new Map<string, { height: number; sets: Map<string, Uint8Array> }>();

  add(txId: string, height: number, writes: readonly PrivateWrites[]): void {
    if (writes.length === 0) return;
    const entry = this.byTransaction.get(txId) ?? { height, sets: new Map<string, Uint8Array>() };
    for (const { namespace, collection, bytes } of writes) {
      entry.sets.set(setId(namespace, collection, sha256(bytes)), bytes);
    }
    this.byTransaction.set(txId, entry);
  }

  find(txId: string, namespace: string, collection: string, hash: Uint8Array): Uint8Array | undefined {
    return this.byTransaction.get(txId)?.sets.get(setId(namespace, collection, hash));
  }

  remove(txIds: readonly string[]): void {
    for (const txId of txIds) this.byTransaction.delete(txId);
  }

  /** Forgets what was endorsed long ago and never came back. */
  expire(height: number): void {
    for (const [txId, entry] of this.byTransaction) {
      if (entry.height + retentionBlocks > height) return;
      this.byTransaction.delete(txId);
    }
  }
}

function setId(namespace: string, collection: string, hash: Uint8Array): string {
  return `${namespace}\0${collection}\0${Buffer.from(hash).toString('hex')}`;
}

interface Owner {
  mspId: string;
  namespace: string;
  collection: string;
}

/** Private changes of one block, one copy per member organisation. */
export class PrivateUpdates {
  private readonly entries = new Map<
    string,
    { owner: Owner; key: string; after: VersionedValue | undefined }
  >();
  private readonly metadataKeys: { owner: Owner; key: string }[] = [];

  constructor(
    private readonly state: WorldState,
    private readonly definitions: Definitions,
  ) {}

  /** Applies the private content of one valid transaction, as far as the endorsing peers still have it. */
  apply(
    action: { txId: string; sets: readonly ParsedNamespace[] },
    version: Version,
    from: TransientStore,
  ): void {
    for (const { name, collections } of action.sets) {
      for (const collection of collections.filter(({ privateHash }) => privateHash.length > 0)) {
        const bytes = from.find(action.txId, name, collection.name, collection.privateHash);
        if (!bytes) continue;
        const set = parseMessage(ledger.rwset.kvrwset.KVRWSet, bytes, 'KVRWSet');
        for (const mspId of this.definitions.members(name, collection.name)) {
          this.applySet({ mspId, namespace: name, collection: collection.name }, set, version);
        }
      }
    }
  }

  /**
   * A metadata-only write moves the version of the hash; the private value follows it, else it would look stale.
   * Then the writes for the store.
   */
  writes(hashed: BlockUpdates): Write[] {
    for (const { owner, key } of this.metadataKeys) this.followVersion(owner, key, hashed);
    return [...this.entries.values()].map(({ owner, key, after }) => ({
      key: privatePrefix(owner.mspId, owner.namespace, owner.collection) + byteString(key),
      value: after && encodeVersioned(after),
    }));
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
