// Read-write sets as they stand in transactions: parsed, and what their parts mean.
// It must not look at state or decide validity.
import { ledger } from '@hyperledger/fabric-protos';
import { parseMessage, sha256 } from './protobuf.js';
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

/** Hashes of private keys met lately: one key is hashed for each read, write and policy, at every peer. */
const keyHashes = new Map<string, Buffer>();
const keptHashes = 10_000;

export function keyHash(key: string): Buffer {
  const known = keyHashes.get(key);
  if (known) return known;
  const hash = sha256(Buffer.from(key, 'utf8'));
  if (keyHashes.size >= keptHashes) keyHashes.clear();
  keyHashes.set(key, hash);
  return hash;
}
