// The running hash of validity codes and state changes that each peer notes in its blocks, computed as Fabric does.
// It must not know private values: only their hashes are the same at every peer.
import { BinaryWriter } from 'google-protobuf';
import type { BlockUpdates, UpdatedKey } from './block-updates.js';
import { byteString, sha256 } from './protobuf.js';
import type { Version } from './state.js';

/** Field numbers of Fabric's `txmgr.Updates` and `txmgr.KVWrite`. */
const FIELD = { writes: 1, namespace: 1, collection: 2, key: 3, isDelete: 4, value: 5, version: 6 } as const;

/** Empty for block 0: the chain of commit hashes begins with the block after. */
export function nextCommitHash(
  block: { number: number; flags: Uint8Array; updates: BlockUpdates },
  previous: Uint8Array,
): Buffer {
  if (block.number === 0) return Buffer.alloc(0);
  return sha256(varint(block.flags.length), block.flags, updateBytes(block.updates.all()), previous);
}

/** Namespace and collection stand only with the first of their keys. */
function updateBytes(updates: readonly UpdatedKey[]): Uint8Array {
  const writer = new BinaryWriter();
  let last: UpdatedKey | undefined;
  for (const update of inOrder(updates)) {
    const isFirst = last?.namespace !== update.namespace;
    const namespace = isFirst ? update.namespace : '';
    const collection = isFirst || last?.collection !== update.collection ? update.collection : '';
    writer.writeBytes(FIELD.writes, writeBytes(update, { namespace, collection }));
    last = update;
  }
  return writer.getResultBuffer();
}

function writeBytes(update: UpdatedKey, named: { namespace: string; collection: string }): Uint8Array {
  const writer = new BinaryWriter();
  if (named.namespace !== '') writer.writeString(FIELD.namespace, named.namespace);
  if (named.collection !== '') writer.writeString(FIELD.collection, named.collection);
  writer.writeBytes(FIELD.key, update.keyBytes);
  if (update.after) writer.writeBytes(FIELD.value, update.after.value);
  else writer.writeBool(FIELD.isDelete, true);
  writer.writeBytes(FIELD.version, versionBytes(update.version));
  return writer.getResultBuffer();
}

/** By the bytes of namespace, then collection, then key. */
function inOrder(updates: readonly UpdatedKey[]): UpdatedKey[] {
  const named = updates.map((update) => ({ update, parts: partsOf(update) }));
  return named.sort((left, right) => compare(left.parts, right.parts)).map(({ update }) => update);
}

function partsOf({ namespace, collection, keyBytes }: UpdatedKey): readonly string[] {
  return [byteString(namespace), byteString(collection), Buffer.from(keyBytes).toString('latin1')];
}

function compare(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const against = right[index] ?? '';
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}

/** Two numbers, each as its count of bytes and its bytes without leading zeros. */
function versionBytes({ block, transaction }: Version): Buffer {
  return Buffer.concat([orderPreserving(block), orderPreserving(transaction)]);
}

function orderPreserving(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  const start = bytes.findIndex((byte) => byte !== 0);
  const significant = start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
  return Buffer.concat([Buffer.from([significant.length]), significant]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
