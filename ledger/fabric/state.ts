// The world state over a snapshot: public values, hashes of private ones, one organisation's private ones, each with
// its version. Reads are recorded by the simulator, not here.
import { ledger } from '@hyperledger/fabric-protos';
import { byteString, fromByteString } from './protobuf.js';
import { hashedPrefix, prefixEnd, privatePrefix, statePrefix, type Snapshot } from './store.js';

/** Block and position of the transaction that wrote a key last. */
export interface Version {
  readonly block: number;
  readonly transaction: number;
}

export interface VersionedValue {
  readonly version: Version;
  readonly value: Uint8Array;
  /** Key policies and such; empty when the key has none. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
}

export interface VersionedEntry extends VersionedValue {
  readonly key: string;
}

const NO_METADATA: ReadonlyMap<string, Uint8Array> = new Map();
const EMPTY = new Uint8Array();
const HEADER_BYTES = 16;

/** Null of a row that does not exist. */
export function versionOf(row: VersionedValue | null): Version | null {
  return row ? row.version : null;
}

export function sameVersion(one: Version | null, other: Version | null): boolean {
  return one?.block === other?.block && one?.transaction === other?.transaction;
}

export function versionText(version: Version | null): string {
  if (!version) return '<nil>';
  return `{BlockNum: ${String(version.block)}, TxNum: ${String(version.transaction)}}`;
}

/** Block (8 bytes), transaction (4), length of metadata (4), metadata, value. */
export function encodeVersioned(entry: VersionedValue): Uint8Array {
  const { version, value } = entry;
  const metadata = encodeMetadata(entry.metadata);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + metadata.length + value.length);
  bytes.writeUInt32BE(Math.floor(version.block / 2 ** 32), 0);
  bytes.writeUInt32BE(version.block % 2 ** 32, 4);
  bytes.writeUInt32BE(version.transaction, 8);
  bytes.writeUInt32BE(metadata.length, 12);
  bytes.set(metadata, HEADER_BYTES);
  bytes.set(value, HEADER_BYTES + metadata.length);
  return bytes;
}

export function decodeVersioned(stored: Uint8Array): VersionedValue {
  const bytes = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const end = HEADER_BYTES + bytes.getUint32(12);
  return {
    version: { block: bytes.getUint32(0) * 2 ** 32 + bytes.getUint32(4), transaction: bytes.getUint32(8) },
    metadata: end === HEADER_BYTES ? NO_METADATA : decodeMetadata(stored.subarray(HEADER_BYTES, end)),
    value: stored.subarray(end),
  };
}

function encodeMetadata(metadata: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (metadata.size === 0) return EMPTY;
  const message = new ledger.rwset.kvrwset.KVMetadataWrite();
  for (const [name, value] of metadata) {
    const entry = new ledger.rwset.kvrwset.KVMetadataEntry();
    entry.setName(name);
    entry.setValue(value);
    message.addEntries(entry);
  }
  return message.serializeBinary();
}

function decodeMetadata(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const message = ledger.rwset.kvrwset.KVMetadataWrite.deserializeBinary(bytes);
  return new Map(message.getEntriesList().map((entry) => [entry.getName(), entry.getValue_asU8()]));
}

export class WorldState {
  constructor(private readonly snapshot: Snapshot) {}

  /** `row` is the key in the store, as parsed sets name it. */
  at(row: string): VersionedValue | null {
    return this.snapshot.decoded(row, decodeVersioned);
  }

  get(namespace: string, key: string): VersionedValue | null {
    return this.at(statePrefix(namespace) + byteString(key));
  }

  /** `keyHash` is SHA-256 of the private key, as a byte string; the value is SHA-256 of the private value. */
  getHashed(namespace: string, collection: string, keyHash: string): VersionedValue | null {
    return this.at(hashedPrefix(namespace, collection) + keyHash);
  }

  getPrivate(mspId: string, namespace: string, collection: string, key: string): VersionedValue | null {
    return this.at(privatePrefix(mspId, namespace, collection) + byteString(key));
  }

  /** Entries from start (inclusive) to end (exclusive; empty: all that follow). */
  range(namespace: string, start: string, end: string, limit: number): Promise<VersionedEntry[]> {
    return this.entries(statePrefix(namespace), { start, end, limit });
  }

  privateRange(
    owner: { readonly mspId: string; readonly namespace: string; readonly collection: string },
    span: { readonly start: string; readonly end: string; readonly limit: number },
  ): Promise<VersionedEntry[]> {
    return this.entries(privatePrefix(owner.mspId, owner.namespace, owner.collection), span);
  }

  private async entries(
    prefix: string,
    span: { readonly start: string; readonly end: string; readonly limit: number },
  ): Promise<VersionedEntry[]> {
    const to = span.end === '' ? prefixEnd(prefix) : prefix + byteString(span.end);
    const found = await this.snapshot.range(prefix + byteString(span.start), to, span.limit);
    return found.map(({ key, value }) => ({
      key: fromByteString(key.slice(prefix.length)),
      ...decodeVersioned(value),
    }));
  }
}
