// The store on disk: LevelDB, one synced write per block, a checksum with each value, and a note of the height
// acknowledged so that a lost tail is noticed.
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ClassicLevel } from 'classic-level';
import { messageOf } from '../fabric/error-message.js';
import { damaged } from './chain-check.js';
import { LedgerDamaged } from './errors.js';
import type { Snapshot, Store, Write } from '../fabric/store.js';

const CHECKSUM_BYTES = 4;
const NOTE_BYTES = 12;
/** Entries read at once when the store is checked. */
const PORTION = 1_000;
/**
 * What LevelDB gathers in memory before it sorts it into files. With its usual 4 MiB it wrote every byte some ten
 * times; much of what a block leaves, the queue above all, is gone again before this much is written.
 */
const GATHERED_BYTES = 32 * 1024 * 1024;

type Level = ClassicLevel<Buffer, Buffer>;

/** Named with each read, it need not be looked up for each read. */
const ENCODINGS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

export class LevelStore implements Store {
  private closing: Promise<void> | null = null;

  private constructor(
    readonly place: string,
    private readonly level: Level,
    private readonly note: number,
    private acknowledged: number,
  ) {}

  /** Throws LedgerDamaged, or a sentence when the folder cannot be used. */
  static async open(folder: string): Promise<LevelStore> {
    makeFolder(folder);
    const level: Level = new ClassicLevel(join(folder, 'db'), {
      ...ENCODINGS,
      writeBufferSize: GATHERED_BYTES,
    });
    try {
      await level.open();
    } catch (error) {
      throw openError(folder, error);
    }
    let note: number | null = null;
    try {
      await checkValues(level, folder);
      const path = join(folder, 'acknowledged');
      note = openSync(path, 'a+');
      closeSync(note);
      note = openSync(path, 'r+');
      return new LevelStore(folder, level, note, readNote(note, folder));
    } catch (error) {
      if (note !== null) closeSync(note);
      await level.close();
      throw error;
    }
  }

  snapshot(): Snapshot {
    const snapshot = this.level.snapshot();
    const options = { snapshot, ...ENCODINGS };
    const get = (key: string): Uint8Array | null => {
      const bytes = keyBytes(key);
      const stored = this.level.getSync(bytes, options);
      return stored ? this.checked(bytes, stored) : null;
    };
    return {
      get,
      decoded: (key, decode) => {
        const value = get(key);
        return value && decode(value);
      },
      range: async (from, to, limit) => {
        const span = { gte: keyBytes(from), lt: keyBytes(to), limit };
        const found = await this.level.iterator({ ...span, ...options }).all();
        return found.map(([key, stored]) => ({ key: keyText(key), value: this.checked(key, stored) }));
      },
      close: () => void snapshot.close(),
    };
  }

  async write(batch: readonly Write[]): Promise<void> {
    // A chained batch: an array of operations is copied twice on its way and takes several times as long.
    const operations = this.level.batch();
    for (const { key, value } of batch) {
      const bytes = keyBytes(key);
      if (value) operations.put(bytes, withChecksum(bytes, value));
      else operations.del(bytes);
    }
    await operations.write({ sync: true });
  }

  acknowledge(height: number): void {
    this.acknowledged = height;
    const bytes = Buffer.alloc(NOTE_BYTES);
    bytes.writeBigUInt64BE(BigInt(height), 0);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
    writeSync(this.note, bytes, 0, NOTE_BYTES, 0);
  }

  acknowledgedHeight(): number {
    return this.acknowledged;
  }

  close(): Promise<void> {
    this.closing ??= this.level.close().then(() => {
      fsyncSync(this.note);
      closeSync(this.note);
    });
    return this.closing;
  }

  private checked(key: Buffer, stored: Buffer): Uint8Array {
    if (hasChecksum(key, stored)) return stored.subarray(0, stored.length - CHECKSUM_BYTES);
    throw damaged(this, `the value of ${printable(key)} does not match its checksum`);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const sentence = `The ledger's folder ${folder} cannot be made. Check its permissions or name another folder.`;
    throw new Error(sentence, { cause });
  }
}

function openError(folder: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  if (code === 'LEVEL_LOCKED') {
    return new Error(`The ledger in ${folder} is in use by another process. Stop that one first.`, { cause });
  }
  const why = messageOf(cause);
  if (/permission denied|read-only/i.test(why)) {
    return new Error(`The ledger's folder ${folder} cannot be written. Check its permissions.`, { cause });
  }
  return damaged({ place: folder }, `LevelDB refuses it (${why})`, cause);
}

/** Reads everything once: a bit that turned in a state value would otherwise be found only when it is used. */
async function checkValues(level: Level, folder: string): Promise<void> {
  const iterator = level.iterator();
  try {
    for (;;) {
      const entries = await iterator.nextv(PORTION);
      const wrong = entries.find(([key, stored]) => !hasChecksum(key, stored));
      if (wrong) {
        throw damaged({ place: folder }, `the value of ${printable(wrong[0])} does not match its checksum`);
      }
      if (entries.length === 0) break;
    }
    await iterator.close();
  } catch (error) {
    await iterator.close();
    if (error instanceof LedgerDamaged) throw error;
    throw damaged({ place: folder }, messageOf(error), error);
  }
}

function keyBytes(key: string): Buffer {
  return Buffer.from(key, 'latin1');
}

function keyText(key: Buffer): string {
  return key.toString('latin1');
}

function withChecksum(key: Buffer, value: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(value.length + CHECKSUM_BYTES);
  bytes.set(value, 0);
  bytes.writeUInt32BE(crc32(value, crc32(key)), value.length);
  return bytes;
}

function hasChecksum(key: Buffer, stored: Buffer): boolean {
  const end = stored.length - CHECKSUM_BYTES;
  return end >= 0 && crc32(stored.subarray(0, end), crc32(key)) === stored.readUInt32BE(end);
}

/** Section only: the rest of a key may be private. */
function printable(key: Buffer): string {
  return `an entry of section ${keyText(key.subarray(0, 1))}`;
}

/** A note that is absent or torn counts as none; one that is whole is binding. */
function readNote(file: number, folder: string): number {
  const bytes = Buffer.alloc(NOTE_BYTES);
  const read = readSync(file, bytes, 0, NOTE_BYTES, 0);
  if (read === 0) return 0;
  if (read === NOTE_BYTES && crc32(bytes.subarray(0, 8)) === bytes.readUInt32BE(8)) {
    return Number(bytes.readBigUInt64BE(0));
  }
  if (read < NOTE_BYTES) {
    ftruncateSync(file, 0);
    return 0;
  }
  throw damaged({ place: join(folder, 'acknowledged') }, 'it is not a note of a height');
}
