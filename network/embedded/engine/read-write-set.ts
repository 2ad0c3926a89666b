// Builds and parses read-write sets exactly as Fabric lays them out: sorted by key bytes, private keys hashed.
// It must not look at state or decide validity.
import { ledger } from '@hyperledger/fabric-protos';
import { kvRead, protoVersion } from './range-query.js';
import { byteString, parseMessage, sha256, sortedByBytes } from './protobuf.js';
import type { Version } from './state.js';

const { kvrwset } = ledger.rwset;

export interface ParsedCollection {
  name: string;
  set: ledger.rwset.kvrwset.HashedRWSet;
  /** SHA-256 of the private read-write set, empty when nothing private was written. */
  privateHash: Uint8Array;
}

export interface ParsedNamespace {
  name: string;
  set: ledger.rwset.kvrwset.KVRWSet;
  collections: ParsedCollection[];
}

/** Throws MalformedMessage. */
export function parseReadWriteSet(bytes: Uint8Array): ParsedNamespace[] {
  const set = parseMessage(ledger.rwset.TxReadWriteSet, bytes, 'TxReadWriteSet');
  return set.getNsRwsetList().map((namespace) => ({
    name: namespace.getNamespace(),
    set: parseMessage(kvrwset.KVRWSet, namespace.getRwset_asU8(), 'KVRWSet'),
    collections: namespace.getCollectionHashedRwsetList().map((collection) => ({
      name: collection.getCollectionName(),
      set: parseMessage(kvrwset.HashedRWSet, collection.getHashedRwset_asU8(), 'HashedRWSet'),
      privateHash: collection.getPvtRwsetHash_asU8(),
    })),
  }));
}

export function versionOf(version: ledger.rwset.kvrwset.Version | undefined): Version | undefined {
  return version && { block: version.getBlockNum(), transaction: version.getTxNum() };
}

/** Fabric: an empty value is a delete. */
export function isDelete(write: { getIsDelete(): boolean; getValue_asU8(): Uint8Array }): boolean {
  return write.getIsDelete() || write.getValue_asU8().length === 0;
}

export function isHashDelete(write: ledger.rwset.kvrwset.KVWriteHash): boolean {
  return write.getIsDelete() || write.getIsPurge() || write.getValueHash_asU8().length === 0;
}

export function metadataOf(
  entries: readonly ledger.rwset.kvrwset.KVMetadataEntry[],
): Map<string, Uint8Array> {
  return new Map(entries.map((entry) => [entry.getName(), entry.getValue_asU8()]));
}

/** One collection's private writes of one transaction, as endorsed. */
export interface PrivateWrites {
  namespace: string;
  collection: string;
  /** Serialized KVRWSet; its SHA-256 stands in the public read-write set. */
  bytes: Uint8Array;
}

class CollectionBuilder {
  readonly reads = new Map<string, ledger.rwset.kvrwset.KVReadHash>();
  readonly writes = new Map<
    string,
    { open: ledger.rwset.kvrwset.KVWrite; hashed: ledger.rwset.kvrwset.KVWriteHash }
  >();
  readonly metadata = new Map<
    string,
    { open: ledger.rwset.kvrwset.KVMetadataWrite; hashed: ledger.rwset.kvrwset.KVMetadataWriteHash }
  >();

  privateSet(): Uint8Array | undefined {
    if (this.writes.size + this.metadata.size === 0) return undefined;
    const set = new kvrwset.KVRWSet();
    set.setWritesList(sortedByBytes(this.writes).map((write) => write.open));
    set.setMetadataWritesList(sortedByBytes(this.metadata).map((write) => write.open));
    return set.serializeBinary();
  }

  hashedSet(): Uint8Array {
    const set = new kvrwset.HashedRWSet();
    set.setHashedReadsList(sortedByBytes(this.reads));
    set.setHashedWritesList(sortedByBytes(this.writes).map((write) => write.hashed));
    set.setMetadataWritesList(sortedByBytes(this.metadata).map((write) => write.hashed));
    return set.serializeBinary();
  }
}

class NamespaceBuilder {
  readonly reads = new Map<string, ledger.rwset.kvrwset.KVRead>();
  readonly writes = new Map<string, ledger.rwset.kvrwset.KVWrite>();
  readonly metadata = new Map<string, ledger.rwset.kvrwset.KVMetadataWrite>();
  readonly ranges = new Map<string, ledger.rwset.kvrwset.RangeQueryInfo>();
  readonly collections = new Map<string, CollectionBuilder>();
}

/** Collects what one simulation reads and writes. */
export class ReadWriteSetBuilder {
  private readonly namespaces = new Map<string, NamespaceBuilder>();

  addRead(namespace: string, key: string, version: Version | undefined): void {
    this.namespace(namespace).reads.set(key, kvRead(key, version));
  }

  addWrite(namespace: string, key: string, value: Uint8Array): void {
    this.namespace(namespace).writes.set(key, kvWrite(key, value));
  }

  addMetadataWrite(namespace: string, key: string, metadata: ReadonlyMap<string, Uint8Array>): void {
    const write = new kvrwset.KVMetadataWrite();
    write.setKey(key);
    write.setEntriesList(metadataEntries(metadata));
    this.namespace(namespace).metadata.set(key, write);
  }

  addRange(namespace: string, info: ledger.rwset.kvrwset.RangeQueryInfo): void {
    const ranges = this.namespace(namespace).ranges;
    const id = JSON.stringify([info.getStartKey(), info.getEndKey(), info.getItrExhausted()]);
    if (!ranges.has(id)) ranges.set(id, info);
  }

  addHashedRead(namespace: string, collection: string, key: string, version: Version | undefined): void {
    const read = new kvrwset.KVReadHash();
    read.setKeyHash(keyHash(key));
    if (version) read.setVersion(protoVersion(version));
    this.collection(namespace, collection).reads.set(key, read);
  }

  /** An empty value deletes; `purge` also forgets the history. */
  addPrivateWrite(
    at: { namespace: string; collection: string; key: string },
    value: Uint8Array,
    purge = false,
  ): void {
    const hashed = new kvrwset.KVWriteHash();
    hashed.setKeyHash(keyHash(at.key));
    if (value.length === 0) hashed.setIsDelete(true);
    else hashed.setValueHash(sha256(value));
    if (purge) hashed.setIsPurge(true);
    this.collection(at.namespace, at.collection).writes.set(at.key, { open: kvWrite(at.key, value), hashed });
  }

  addPrivateMetadataWrite(
    at: { namespace: string; collection: string; key: string },
    metadata: ReadonlyMap<string, Uint8Array>,
  ): void {
    const open = new kvrwset.KVMetadataWrite();
    open.setKey(at.key);
    const hashed = new kvrwset.KVMetadataWriteHash();
    hashed.setKeyHash(keyHash(at.key));
    hashed.setEntriesList(metadataEntries(metadata));
    this.collection(at.namespace, at.collection).metadata.set(at.key, { open, hashed });
  }

  /** The public set (with hashes) and what goes to the collections' members. */
  build(): { publicSet: ledger.rwset.TxReadWriteSet; privateWrites: PrivateWrites[] } {
    const publicSet = new ledger.rwset.TxReadWriteSet();
    publicSet.setDataModel(ledger.rwset.TxReadWriteSet.DataModel.KV);
    const privateWrites: PrivateWrites[] = [];
    for (const name of [...this.namespaces.keys()].sort((a, b) => (byteString(a) < byteString(b) ? -1 : 1))) {
      publicSet.addNsRwset(this.buildNamespace(name, privateWrites));
    }
    return { publicSet, privateWrites };
  }

  private buildNamespace(name: string, privateWrites: PrivateWrites[]): ledger.rwset.NsReadWriteSet {
    const builder = this.namespace(name);
    const set = new kvrwset.KVRWSet();
    set.setReadsList(sortedByBytes(builder.reads));
    set.setRangeQueriesInfoList([...builder.ranges.values()]);
    set.setWritesList(sortedByBytes(builder.writes));
    set.setMetadataWritesList(sortedByBytes(builder.metadata));
    const namespace = new ledger.rwset.NsReadWriteSet();
    namespace.setNamespace(name);
    namespace.setRwset(set.serializeBinary());
    const names = new Map([...builder.collections.keys()].map((collection) => [collection, collection]));
    for (const collection of sortedByBytes(names)) {
      const content = this.collection(name, collection);
      const hashed = new ledger.rwset.CollectionHashedReadWriteSet();
      hashed.setCollectionName(collection);
      hashed.setHashedRwset(content.hashedSet());
      const bytes = content.privateSet();
      if (bytes) {
        hashed.setPvtRwsetHash(sha256(bytes));
        privateWrites.push({ namespace: name, collection, bytes });
      }
      namespace.addCollectionHashedRwset(hashed);
    }
    return namespace;
  }

  private namespace(name: string): NamespaceBuilder {
    const builder = this.namespaces.get(name) ?? new NamespaceBuilder();
    this.namespaces.set(name, builder);
    return builder;
  }

  private collection(namespace: string, name: string): CollectionBuilder {
    const { collections } = this.namespace(namespace);
    const builder = collections.get(name) ?? new CollectionBuilder();
    collections.set(name, builder);
    return builder;
  }
}

export function keyHash(key: string): Buffer {
  return sha256(Buffer.from(key, 'utf8'));
}

function kvWrite(key: string, value: Uint8Array): ledger.rwset.kvrwset.KVWrite {
  const write = new kvrwset.KVWrite();
  write.setKey(key);
  if (value.length === 0) write.setIsDelete(true);
  else write.setValue(value);
  return write;
}

function metadataEntries(metadata: ReadonlyMap<string, Uint8Array>): ledger.rwset.kvrwset.KVMetadataEntry[] {
  const named = new Map([...metadata].map(([name, value]) => [name, { name, value }]));
  return sortedByBytes(named).map(({ name, value }) => {
    const entry = new kvrwset.KVMetadataEntry();
    entry.setName(name);
    entry.setValue(value);
    return entry;
  });
}
