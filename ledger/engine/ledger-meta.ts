// The one record of how far the ledger is: height, last hashes, configuration in force.
// It is trusted only after the chain check at start.
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{0,64}$/);

const metaSchema = z.strictObject({
  format: z.literal(2),
  channel: z.string(),
  /** Number of blocks. */
  height: z.int().min(0),
  /** Hex of the last block's header hash and of the running commit hash. */
  lastHash: hash,
  commitHash: hash,
  /** Block of the configuration in force, its sequence and the hash of its content. */
  configBlock: z.int().min(0),
  configSequence: z.int().min(0),
  configHash: hash,
});

export type LedgerMeta = z.infer<typeof metaSchema>;

export function emptyMeta(channel: string): LedgerMeta {
  return {
    format: 2,
    channel,
    height: 0,
    lastHash: '',
    commitHash: '',
    configBlock: 0,
    configSequence: 0,
    configHash: '',
  };
}

export function encodeMeta(meta: LedgerMeta): Uint8Array {
  return Buffer.from(JSON.stringify(meta));
}

/** Undefined when the record is not one of this format. */
export function decodeMeta(bytes: Uint8Array): LedgerMeta | null {
  try {
    const parsed = metaSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Where a transaction stands: block, position, validity code. */
export interface TransactionPlace {
  readonly block: number;
  readonly position: number;
  readonly code: number;
}

export function encodePlace(place: TransactionPlace): Uint8Array {
  const bytes = Buffer.alloc(13);
  bytes.writeBigUInt64BE(BigInt(place.block), 0);
  bytes.writeUInt32BE(place.position, 8);
  bytes.writeUInt8(place.code, 12);
  return bytes;
}

export function decodePlace(stored: Uint8Array): TransactionPlace {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  return {
    block: Number(bytes.readBigUInt64BE(0)),
    position: bytes.readUInt32BE(8),
    code: bytes.readUInt8(12),
  };
}
