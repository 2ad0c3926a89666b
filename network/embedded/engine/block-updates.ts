// The changes that a block's valid transactions make, in order, over the committed state.
// It must not decide which transactions are valid.
import { isDelete, isHashDelete, metadataOf, type ParsedNamespace } from './read-write-set.js';
import { byteString } from './protobuf.js';
import {
  encodeVersioned,
  type Version,
  type VersionedEntry,
  type VersionedValue,
  type WorldState,
} from './state.js';
import { hashedPrefix, statePrefix, type Write } from './store.js';

interface Change {
  id: string;
  namespace: string;
  collection: string;
  /** Public key, or the private key's hash as a byte string. */
  key: string;
  value: Uint8Array | undefined;
  metadata: ReadonlyMap<string, Uint8Array> | undefined;
}

const noMetadata: ReadonlyMap<string, Uint8Array> = new Map();

/** One key that a block changed, and what stands there after it; undefined: deleted. */
export interface UpdatedKey {
  namespace: string;
  collection: string;
  /** A public key's UTF-8 bytes, or the hash of a private one, as a byte string. */
  keyBytes: string;
  version: Version;
  after: VersionedValue | undefined;
}

interface Updated {
  at: Change;
  version: Version;
  after: VersionedValue | undefined;
}

export class BlockUpdates {
  private readonly entries = new Map<string, Updated>();

  constructor(private readonly committed: WorldState) {}

  /** Was this key written (or deleted) by an earlier transaction of the block? */
  has(namespace: string, collection: string, key: string): boolean {
    return this.entries.has(id({ namespace, collection, key }));
  }

  get(namespace: string, collection: string, key: string): VersionedValue | undefined {
    const entry = this.entries.get(id({ namespace, collection, key }));
    if (entry) return entry.after;
    return collection === ''
      ? this.committed.get(namespace, key)
      : this.committed.getHashed(namespace, collection, Buffer.from(key, 'latin1'));
  }

  apply(sets: readonly ParsedNamespace[], version: Version): void {
    for (const set of sets) {
      for (const change of changesOf(set).values()) this.applyChange(change, version);
    }
  }

  /** Public keys of the namespace that the block changed, in the byte order of keys. */
  changedKeys(namespace: string): { key: string; order: string; after: VersionedValue | undefined }[] {
    return [...this.entries.values()]
      .filter(({ at }) => at.namespace === namespace && at.collection === '')
      .map(({ at, after }) => ({ key: at.key, order: byteString(at.key), after }))
      .sort((a, b) => (a.order < b.order ? -1 : 1));
  }

  all(): UpdatedKey[] {
    return [...this.entries.values()].map(({ at: { namespace, collection, key }, version, after }) => {
      const keyBytes = collection === '' ? byteString(key) : key;
      return { namespace, collection, keyBytes, version, after };
    });
  }

  writes(): Write[] {
    return [...this.entries.values()].map(({ at, after }) => ({
      key:
        at.collection === ''
          ? statePrefix(at.namespace) + byteString(at.key)
          : hashedPrefix(at.namespace, at.collection) + at.key,
      value: after && encodeVersioned(after),
    }));
  }

  private applyChange(change: Change, version: Version): void {
    const before = this.get(change.namespace, change.collection, change.key);
    const isDeleted = change.value?.length === 0;
    const value = change.value ?? before?.value;
    // Metadata alone on a key that does not exist leaves nothing behind.
    if (value === undefined) return;
    const metadata = change.metadata ?? before?.metadata ?? noMetadata;
    const after = isDeleted ? undefined : { version, value, metadata };
    this.entries.set(change.id, { at: change, version, after });
  }
}

/** Value and metadata writes of one key together; an empty value stands for a delete. */
function changesOf({ name, set, collections }: ParsedNamespace): Map<string, Change> {
  const changes = new Map<string, Change>();
  const change = (collection: string, key: string): Change => {
    const at = { namespace: name, collection, key };
    const known = changes.get(id(at));
    if (known) return known;
    const first = { ...at, id: id(at), value: undefined, metadata: undefined };
    changes.set(first.id, first);
    return first;
  };
  for (const write of set.getWritesList()) {
    change('', write.getKey()).value = isDelete(write) ? new Uint8Array() : write.getValue_asU8();
  }
  for (const write of set.getMetadataWritesList()) {
    change('', write.getKey()).metadata = metadataOf(write.getEntriesList());
  }
  for (const collection of collections) {
    for (const write of collection.set.getHashedWritesList()) {
      const hash = Buffer.from(write.getKeyHash_asU8()).toString('latin1');
      change(collection.name, hash).value = isHashDelete(write)
        ? new Uint8Array()
        : write.getValueHash_asU8();
    }
    for (const write of collection.set.getMetadataWritesList()) {
      const hash = Buffer.from(write.getKeyHash_asU8()).toString('latin1');
      change(collection.name, hash).metadata = metadataOf(write.getEntriesList());
    }
  }
  return changes;
}

function id(at: { namespace: string; collection: string; key: string }): string {
  return `${at.namespace}\0${at.collection}\0${at.key}`;
}

/** Committed range with the block's changes laid over it, ordered by key bytes. */
export function overlay(
  committed: readonly VersionedEntry[],
  changed: readonly { key: string; order: string; after: VersionedValue | undefined }[],
): VersionedEntry[] {
  if (changed.length === 0) return [...committed];
  const merged = new Map(committed.map((entry) => [byteString(entry.key), entry]));
  for (const { key, order, after } of changed) {
    if (after) merged.set(order, { key, ...after });
    else merged.delete(order);
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
