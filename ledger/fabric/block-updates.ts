// The changes that a block's valid transactions make, in order, over the committed state.
import type { Draft } from './draft.js';
import type { KeySet, NamedKey, ParsedNamespace } from './read-write-set.js';
import { byteString, fromByteString } from './protobuf.js';
import {
  encodeVersioned,
  type Version,
  type VersionedEntry,
  type VersionedValue,
  type WorldState,
} from './state.js';
import { hashedPrefix, statePrefix, type Write } from './store.js';

/** What one transaction does to one key. */
interface Change {
  readonly key: NamedKey;
  readonly value: Uint8Array | null;
  readonly isDelete: boolean;
  readonly metadata: ReadonlyMap<string, Uint8Array> | null;
}

const NO_METADATA: ReadonlyMap<string, Uint8Array> = new Map();

/** One key that a block changed, and what stands there after it; null: deleted. */
export interface UpdatedKey extends NamedKey {
  readonly namespace: string;
  readonly collection: string;
  readonly version: Version;
  readonly after: VersionedValue | null;
}

export class BlockUpdates {
  /** By row. */
  private readonly entries = new Map<string, UpdatedKey>();

  constructor(private readonly committed: WorldState) {}

  /** Was this row written (or deleted) by an earlier transaction of the block? */
  has(row: string): boolean {
    return this.entries.has(row);
  }

  at(row: string): VersionedValue | null {
    const entry = this.entries.get(row);
    return entry ? entry.after : this.committed.at(row);
  }

  /** `key` is a public key, or a private key's hash as a byte string. */
  get(namespace: string, collection: string, key: string): VersionedValue | null {
    return this.at(
      collection === ''
        ? statePrefix(namespace) + byteString(key)
        : hashedPrefix(namespace, collection) + key,
    );
  }

  apply(sets: readonly ParsedNamespace[], version: Version): void {
    for (const set of sets) {
      this.applySet(set, { namespace: set.name, collection: '', version });
      for (const collection of set.collections) {
        this.applySet(collection, { namespace: set.name, collection: collection.name, version });
      }
    }
  }

  /** Public keys of the namespace that the block changed, in the byte order of keys. */
  changedKeys(
    namespace: string,
  ): { readonly key: string; readonly order: string; readonly after: VersionedValue | null }[] {
    return this.all()
      .filter((update) => update.namespace === namespace && update.collection === '')
      .map(({ keyBytes, after }) => ({ key: fromByteString(keyBytes), order: keyBytes, after }))
      .sort((a, b) => (a.order < b.order ? -1 : 1));
  }

  all(): UpdatedKey[] {
    return [...this.entries.values()];
  }

  writes(): Write[] {
    return this.all().map(({ row, after }) => ({ key: row, value: after && encodeVersioned(after) }));
  }

  private applySet(
    set: KeySet,
    at: { readonly namespace: string; readonly collection: string; readonly version: Version },
  ): void {
    for (const change of changesOf(set)) {
      const { keyBytes, row } = change.key;
      const before = this.at(row);
      const value = change.value ?? before?.value;
      // Metadata alone on a key that does not exist leaves nothing behind.
      if (value === undefined) continue;
      const metadata = change.metadata ?? before?.metadata ?? NO_METADATA;
      const after = change.isDelete ? null : { version: at.version, value, metadata };
      this.entries.set(row, { ...at, keyBytes, row, after });
    }
  }
}

/** Value and metadata writes of one key together. */
function changesOf({ writes, metadataWrites }: KeySet): Iterable<Change> {
  const changes = new Map<string, Draft<Change>>();
  for (const key of writes) {
    const { row, value, isDelete } = key;
    changes.set(row, { key, value, isDelete, metadata: null });
  }
  for (const key of metadataWrites) {
    const known = changes.get(key.row);
    if (known) known.metadata = key.metadata;
    else changes.set(key.row, { key, value: null, isDelete: false, metadata: key.metadata });
  }
  return changes.values();
}

/** Committed range with the block's changes laid over it, ordered by key bytes. */
export function overlay(
  committed: readonly VersionedEntry[],
  changed: readonly {
    readonly key: string;
    readonly order: string;
    readonly after: VersionedValue | null;
  }[],
): VersionedEntry[] {
  if (changed.length === 0) return [...committed];
  const merged = new Map(committed.map((entry) => [byteString(entry.key), entry]));
  for (const { key, order, after } of changed) {
    if (after) merged.set(order, { key, ...after });
    else merged.delete(order);
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
