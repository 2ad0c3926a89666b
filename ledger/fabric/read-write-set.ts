// Read-write sets as they stand in transactions: parsed, and what their parts mean.
import { ledger } from '@hyperledger/fabric-protos';
import type { Draft } from './draft.js';
import { bytesTag, readMessage, varintTag, type MessageReader } from './message-reader.js';
import { parseMessage, textHash } from './protobuf.js';
import type { Version } from './state.js';
import { hashedPrefix, statePrefix } from './store.js';

type RangeQueryInfo = ledger.rwset.kvrwset.RangeQueryInfo;

/** One key that a set names. */
export interface NamedKey {
  /** A public key's UTF-8 bytes, or the hash of a private one, as a byte string. */
  readonly keyBytes: string;
  /** Where it stands in the state; no other key of any namespace or collection has the same. */
  readonly row: string;
}

export interface KeyRead extends NamedKey {
  readonly version: Version | null;
}

export interface KeyWrite extends NamedKey {
  /** Of a private key the value's hash. */
  readonly value: Uint8Array;
  /** Fabric: an empty value is a delete. */
  readonly isDelete: boolean;
  readonly isPurge: boolean;
}

export interface MetadataWrite extends NamedKey {
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}

export interface KeySet {
  readonly reads: KeyRead[];
  readonly writes: KeyWrite[];
  readonly metadataWrites: MetadataWrite[];
}

export interface ParsedCollection extends KeySet {
  readonly name: string;
  /** SHA-256 of the private read-write set, empty when nothing private was written. */
  readonly privateHash: Uint8Array;
}

export interface ParsedNamespace extends KeySet {
  readonly name: string;
  readonly ranges: RangeQueryInfo[];
  readonly collections: ParsedCollection[];
}

/** Tags of Fabric's messages; those that begin with a key have it as field 1. */
const TAG = {
  transaction: { namespaces: bytesTag(2) },
  namespace: { name: bytesTag(1), set: bytesTag(2), collections: bytesTag(3) },
  collection: { name: bytesTag(1), hashedSet: bytesTag(2), privateHash: bytesTag(3) },
  set: { reads: bytesTag(1), ranges: bytesTag(2), writes: bytesTag(3), metadata: bytesTag(4) },
  hashedSet: { reads: bytesTag(1), ranges: undefined, writes: bytesTag(2), metadata: bytesTag(3) },
  key: bytesTag(1),
  read: { version: bytesTag(2) },
  write: { isDelete: varintTag(2), value: bytesTag(3), isPurge: varintTag(4) },
  metadata: { entries: bytesTag(2) },
  entry: { name: bytesTag(1), value: bytesTag(2) },
  version: { block: varintTag(1), transaction: varintTag(2) },
} as const;

const EMPTY = new Uint8Array();

/** Throws MalformedMessage. */
export function parseReadWriteSet(bytes: Uint8Array): ParsedNamespace[] {
  return readMessage('TxReadWriteSet', bytes, (reader) => {
    const namespaces: ParsedNamespace[] = [];
    while (reader.next()) {
      if (reader.tag === TAG.transaction.namespaces) namespaces.push(reader.message(readNamespace));
      else reader.skip();
    }
    return namespaces;
  });
}

/** A KVRWSet that is not part of a transaction's public set: its keys name no rows. Throws MalformedMessage. */
export function parsePrivateSet(bytes: Uint8Array): KeySet {
  return parseOpenSet(bytes, '');
}

/** Hashes of private keys met lately: one key is hashed for each read, write and policy, at every peer. */
const keyHashes = new Map<string, string>();
const KEY_HASHES_AT_MOST = 10_000;

/** SHA-256 of a private key, as a byte string. */
export function keyHash(key: string): string {
  const known = keyHashes.get(key);
  if (known !== undefined) return known;
  const hash = textHash(key);
  if (keyHashes.size >= KEY_HASHES_AT_MOST) keyHashes.clear();
  keyHashes.set(key, hash);
  return hash;
}

/** One collection's private writes of one transaction, as endorsed. */
export interface PrivateWrites {
  readonly namespace: string;
  readonly collection: string;
  /** Serialized KVRWSet; its SHA-256 stands in the public read-write set. */
  readonly bytes: Uint8Array;
}

/** The parts may come in any order, so what depends on the name waits for the end. */
function readNamespace(reader: MessageReader): ParsedNamespace {
  let name = '';
  let set: Uint8Array = EMPTY;
  const collections: RawCollection[] = [];
  while (reader.next()) {
    if (reader.tag === TAG.namespace.name) name = reader.text();
    else if (reader.tag === TAG.namespace.set) set = reader.bytes();
    else if (reader.tag === TAG.namespace.collections) collections.push(reader.message(readCollection));
    else reader.skip();
  }
  return {
    name,
    ...parseOpenSet(set, statePrefix(name)),
    collections: collections.map((collection) => ({
      name: collection.name,
      privateHash: collection.privateHash,
      ...parseHashedSet(collection.set, hashedPrefix(name, collection.name)),
    })),
  };
}

interface RawCollection {
  readonly name: string;
  readonly set: Uint8Array;
  readonly privateHash: Uint8Array;
}

function readCollection(reader: MessageReader): RawCollection {
  const collection: Draft<RawCollection> = { name: '', set: EMPTY, privateHash: EMPTY };
  while (reader.next()) {
    if (reader.tag === TAG.collection.name) collection.name = reader.text();
    else if (reader.tag === TAG.collection.hashedSet) collection.set = reader.bytes();
    else if (reader.tag === TAG.collection.privateHash) collection.privateHash = reader.bytes();
    else reader.skip();
  }
  return collection;
}

function parseOpenSet(bytes: Uint8Array, prefix: string): KeySet & { readonly ranges: RangeQueryInfo[] } {
  const keys = new KeyReader(prefix, 'text');
  return readMessage('KVRWSet', bytes, (reader) => readSet(reader, keys, TAG.set));
}

function parseHashedSet(bytes: Uint8Array, prefix: string): KeySet {
  const keys = new KeyReader(prefix, 'hash');
  return readMessage('HashedRWSet', bytes, (reader) => readSet(reader, keys, TAG.hashedSet));
}

function readSet(
  reader: MessageReader,
  keys: KeyReader,
  tags: typeof TAG.set | typeof TAG.hashedSet,
): KeySet & { readonly ranges: RangeQueryInfo[] } {
  const set: KeySet & { readonly ranges: RangeQueryInfo[] } = {
    reads: [],
    ranges: [],
    writes: [],
    metadataWrites: [],
  };
  while (reader.next()) {
    if (reader.tag === tags.reads) set.reads.push(reader.message(keys.read));
    else if (reader.tag === tags.writes) set.writes.push(reader.message(keys.write));
    else if (reader.tag === tags.metadata) set.metadataWrites.push(reader.message(keys.metadataWrite));
    else if (reader.tag === tags.ranges) set.ranges.push(rangeOf(reader.bytes()));
    else reader.skip();
  }
  return set;
}

function rangeOf(bytes: Uint8Array): RangeQueryInfo {
  return parseMessage(ledger.rwset.kvrwset.RangeQueryInfo, bytes, 'KVRWSet');
}

/** Reads the entries of one set. */
class KeyReader {
  constructor(
    private readonly prefix: string,
    private readonly kind: 'text' | 'hash',
  ) {}

  readonly read = (reader: MessageReader): KeyRead => {
    let keyBytes = '';
    let version: Version | null = null;
    while (reader.next()) {
      if (reader.tag === TAG.key) keyBytes = this.keyIn(reader);
      else if (reader.tag === TAG.read.version) version = reader.message(readVersion);
      else reader.skip();
    }
    return { keyBytes, row: this.prefix + keyBytes, version };
  };

  readonly write = (reader: MessageReader): KeyWrite => {
    let keyBytes = '';
    let value: Uint8Array = EMPTY;
    let isDelete = false;
    let isPurge = false;
    while (reader.next()) {
      if (reader.tag === TAG.key) keyBytes = this.keyIn(reader);
      else if (reader.tag === TAG.write.value) value = reader.bytes();
      else if (reader.tag === TAG.write.isDelete) isDelete = reader.flag();
      else if (reader.tag === TAG.write.isPurge && this.kind === 'hash') isPurge = reader.flag();
      else reader.skip();
    }
    isDelete ||= isPurge || value.length === 0;
    return { keyBytes, row: this.prefix + keyBytes, value, isDelete, isPurge };
  };

  readonly metadataWrite = (reader: MessageReader): MetadataWrite => {
    let keyBytes = '';
    const metadata = new Map<string, Uint8Array>();
    while (reader.next()) {
      if (reader.tag === TAG.key) keyBytes = this.keyIn(reader);
      else if (reader.tag === TAG.metadata.entries) metadata.set(...reader.message(readEntry));
      else reader.skip();
    }
    return { keyBytes, row: this.prefix + keyBytes, metadata };
  };

  private keyIn(reader: MessageReader): string {
    return this.kind === 'text' ? reader.textBytes() : reader.byteString();
  }
}

function readVersion(reader: MessageReader): Version {
  const version: Draft<Version> = { block: 0, transaction: 0 };
  while (reader.next()) {
    if (reader.tag === TAG.version.block) version.block = reader.number();
    else if (reader.tag === TAG.version.transaction) version.transaction = reader.number();
    else reader.skip();
  }
  return version;
}

function readEntry(reader: MessageReader): [name: string, value: Uint8Array] {
  let name = '';
  let value: Uint8Array = EMPTY;
  while (reader.next()) {
    if (reader.tag === TAG.entry.name) name = reader.text();
    else if (reader.tag === TAG.entry.value) value = reader.bytes();
    else reader.skip();
  }
  return [name, value];
}
