// Collects what one simulation reads and writes and lays it out exactly as Fabric: sorted by key bytes, private keys
// hashed.
import type { ledger } from '@hyperledger/fabric-protos';
import { MessageWriter } from './message-writer.js';
import { sha256, sortedByBytes } from './protobuf.js';
import { keyHash, type PrivateWrites } from './read-write-set.js';
import type { Version } from './state.js';

/** Field numbers of Fabric's messages; those that begin with a key have it as field 1. */
const FIELD = {
  transaction: { namespaces: 2 },
  namespace: { name: 1, set: 2, collections: 3 },
  collection: { name: 1, hashedSet: 2, privateHash: 3 },
  set: { reads: 1, ranges: 2, writes: 3, metadata: 4 },
  hashedSet: { reads: 1, writes: 2, metadata: 3 },
  key: 1,
  read: { version: 2 },
  write: { isDelete: 2, value: 3, isPurge: 4 },
  metadata: { entries: 2 },
  entry: { name: 1, value: 2 },
  version: { block: 1, transaction: 2 },
} as const;

type Metadata = ReadonlyMap<string, Uint8Array>;
type RangeQueryInfo = ledger.rwset.kvrwset.RangeQueryInfo;

interface KeyRead {
  readonly key: string;
  readonly version: Version | null;
}

/** An empty value deletes. */
interface KeyWrite {
  readonly key: string;
  readonly value: Uint8Array;
  readonly isPurge: boolean;
}

interface MetadataWrite {
  readonly key: string;
  readonly metadata: Metadata;
}

class Touched {
  readonly reads = new Map<string, KeyRead>();
  readonly writes = new Map<string, KeyWrite>();
  readonly metadata = new Map<string, MetadataWrite>();
}

class TouchedNamespace extends Touched {
  readonly ranges = new Map<string, RangeQueryInfo>();
  readonly collections = new Map<string, Touched>();
}

export interface BuiltSets {
  /** TxReadWriteSet, with hashes of what is private. */
  readonly publicSet: Uint8Array;
  /** Sorted, as they stand in the set. */
  readonly namespaces: string[];
  /** What goes to the collections' members. */
  readonly privateWrites: PrivateWrites[];
}

export class ReadWriteSetBuilder {
  private readonly touched = new Map<string, TouchedNamespace>();

  addRead(namespace: string, key: string, version: Version | null): void {
    this.namespace(namespace).reads.set(key, { key, version });
  }

  addWrite(namespace: string, key: string, value: Uint8Array): void {
    this.namespace(namespace).writes.set(key, { key, value, isPurge: false });
  }

  addMetadataWrite(namespace: string, key: string, metadata: Metadata): void {
    this.namespace(namespace).metadata.set(key, { key, metadata });
  }

  addRange(namespace: string, info: RangeQueryInfo): void {
    const { ranges } = this.namespace(namespace);
    const id = JSON.stringify([info.getStartKey(), info.getEndKey(), info.getItrExhausted()]);
    if (!ranges.has(id)) ranges.set(id, info);
  }

  addHashedRead(namespace: string, collection: string, key: string, version: Version | null): void {
    this.collection(namespace, collection).reads.set(key, { key, version });
  }

  /** An empty value deletes; `isPurge` also forgets the history. */
  addPrivateWrite(
    at: { readonly namespace: string; readonly collection: string; readonly key: string },
    value: Uint8Array,
    isPurge = false,
  ): void {
    const { key } = at;
    this.collection(at.namespace, at.collection).writes.set(key, { key, value, isPurge });
  }

  addPrivateMetadataWrite(
    at: { readonly namespace: string; readonly collection: string; readonly key: string },
    metadata: Metadata,
  ): void {
    this.collection(at.namespace, at.collection).metadata.set(at.key, { key: at.key, metadata });
  }

  build(): BuiltSets {
    const writer = new MessageWriter();
    const privateWrites: PrivateWrites[] = [];
    const namespaces = sortedNames(this.touched);
    for (const name of namespaces) {
      writer.message(FIELD.transaction.namespaces, () => {
        privateWrites.push(...writeNamespace(writer, name, this.namespace(name)));
      });
    }
    return { publicSet: writer.finish(), namespaces, privateWrites };
  }

  private namespace(name: string): TouchedNamespace {
    const touched = this.touched.get(name) ?? new TouchedNamespace();
    this.touched.set(name, touched);
    return touched;
  }

  private collection(namespace: string, name: string): Touched {
    const { collections } = this.namespace(namespace);
    const touched = collections.get(name) ?? new Touched();
    collections.set(name, touched);
    return touched;
  }
}

function sortedNames(map: ReadonlyMap<string, unknown>): string[] {
  return sortedByBytes(new Map([...map.keys()].map((name) => [name, name])));
}

/** Returns what is private of it. */
function writeNamespace(writer: MessageWriter, name: string, touched: TouchedNamespace): PrivateWrites[] {
  const privateWrites: PrivateWrites[] = [];
  writer.text(FIELD.namespace.name, name);
  writer.bytes(FIELD.namespace.set, openSet(touched, [...touched.ranges.values()]));
  for (const collection of sortedNames(touched.collections)) {
    const content = touched.collections.get(collection) ?? new Touched();
    const isWritten = content.writes.size + content.metadata.size > 0;
    const bytes = isWritten ? openSet(membersShare(content), []) : null;
    if (bytes) privateWrites.push({ namespace: name, collection, bytes });
    writer.message(FIELD.namespace.collections, () => {
      writer.text(FIELD.collection.name, collection);
      writer.bytes(FIELD.collection.hashedSet, hashedSet(content));
      if (bytes) writer.bytes(FIELD.collection.privateHash, sha256(bytes));
    });
  }
  return privateWrites;
}

/** Of what is read nothing, of metadata the keys alone: they stand in the public set, hashed. */
function membersShare({ writes, metadata }: Touched): Touched {
  const bare = [...metadata].map(([key]) => [key, { key, metadata: new Map() }] as const);
  return { reads: new Map(), writes, metadata: new Map(bare) };
}

/** KVRWSet. */
function openSet(touched: Touched, ranges: readonly RangeQueryInfo[]): Uint8Array {
  const writer = new MessageWriter();
  for (const { key, version } of sortedByBytes(touched.reads)) {
    writer.message(FIELD.set.reads, () => {
      writer.text(FIELD.key, key);
      writeVersion(writer, version);
    });
  }
  for (const info of ranges) writer.encoded(FIELD.set.ranges, info.serializeBinary());
  for (const { key, value } of sortedByBytes(touched.writes)) {
    writer.message(FIELD.set.writes, () => {
      writer.text(FIELD.key, key);
      writer.flag(FIELD.write.isDelete, value.length === 0);
      writer.bytes(FIELD.write.value, value);
    });
  }
  for (const { key, metadata } of sortedByBytes(touched.metadata)) {
    writer.message(FIELD.set.metadata, () => {
      writer.text(FIELD.key, key);
      writeEntries(writer, metadata);
    });
  }
  return writer.finish();
}

/** HashedRWSet. */
function hashedSet(touched: Touched): Uint8Array {
  const writer = new MessageWriter();
  for (const { key, version } of sortedByBytes(touched.reads)) {
    writer.message(FIELD.hashedSet.reads, () => {
      writer.byteString(FIELD.key, keyHash(key));
      writeVersion(writer, version);
    });
  }
  for (const { key, value, isPurge } of sortedByBytes(touched.writes)) {
    writer.message(FIELD.hashedSet.writes, () => {
      writer.byteString(FIELD.key, keyHash(key));
      writer.flag(FIELD.write.isDelete, value.length === 0);
      if (value.length > 0) writer.bytes(FIELD.write.value, sha256(value));
      writer.flag(FIELD.write.isPurge, isPurge);
    });
  }
  for (const { key, metadata } of sortedByBytes(touched.metadata)) {
    writer.message(FIELD.hashedSet.metadata, () => {
      writer.byteString(FIELD.key, keyHash(key));
      writeEntries(writer, metadata);
    });
  }
  return writer.finish();
}

function writeVersion(writer: MessageWriter, version: Version | null): void {
  if (!version) return;
  writer.message(FIELD.read.version, () => {
    writer.number(FIELD.version.block, version.block);
    writer.number(FIELD.version.transaction, version.transaction);
  });
}

function writeEntries(writer: MessageWriter, metadata: Metadata): void {
  const named = new Map([...metadata].map(([name, value]) => [name, { name, value }]));
  for (const { name, value } of sortedByBytes(named)) {
    writer.message(FIELD.metadata.entries, () => {
      writer.text(FIELD.entry.name, name);
      writer.bytes(FIELD.entry.value, value);
    });
  }
}
