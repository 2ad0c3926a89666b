// The running hash of validity codes and state changes that each peer writes into its blocks, computed as Fabric does.
// Private values enter by their hashes only: nothing else is the same at every peer.
import type { BlockUpdates, UpdatedKey } from './block-updates.js';
import { MessageWriter } from './message-writer.js';
import { byteString, sha256 } from './protobuf.js';
import type { Version } from './state.js';

/** Field numbers of Fabric's `txmgr.Updates` and `txmgr.KVWrite`. */
const FIELD = { writes: 1, namespace: 1, collection: 2, key: 3, isDelete: 4, value: 5, version: 6 } as const;

/** Empty for block 0: the chain of commit hashes begins with the block after. */
export function nextCommitHash(
  block: { readonly number: number; readonly flags: Uint8Array; readonly updates: BlockUpdates },
  previous: Uint8Array,
): Buffer {
  if (block.number === 0) return Buffer.alloc(0);
  return sha256(varint(block.flags.length), block.flags, updateBytes(block.updates.all()), previous);
}

/** Namespace and collection stand only with the first of their keys. */
function updateBytes(updates: readonly UpdatedKey[]): Uint8Array {
  const writer = new MessageWriter();
  const versions = new Map<Version, Buffer>();
  let last: UpdatedKey | null = null;
  for (const update of [...updates].sort(compare)) {
    const isFirst = last?.namespace !== update.namespace;
    const namespace = isFirst ? update.namespace : '';
    const collection = isFirst || last?.collection !== update.collection ? update.collection : '';
    writer.message(FIELD.writes, () => {
      writer.text(FIELD.namespace, namespace);
      writer.text(FIELD.collection, collection);
      const version = versions.get(update.version) ?? versionBytes(update.version);
      versions.set(update.version, version);
      writeKey(writer, update, version);
    });
    last = update;
  }
  return writer.finish();
}

function writeKey(writer: MessageWriter, update: UpdatedKey, version: Buffer): void {
  writer.byteString(FIELD.key, update.keyBytes);
  if (update.after) writer.bytes(FIELD.value, update.after.value);
  else writer.flag(FIELD.isDelete, true);
  writer.bytes(FIELD.version, version);
}

/** By the bytes of namespace, then collection, then key. */
function compare(left: UpdatedKey, right: UpdatedKey): number {
  return (
    compareNames(left.namespace, right.namespace) ||
    compareNames(left.collection, right.collection) ||
    (left.keyBytes < right.keyBytes ? -1 : 1)
  );
}

function compareNames(left: string, right: string): number {
  if (left === right) return 0;
  return byteString(left) < byteString(right) ? -1 : 1;
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
