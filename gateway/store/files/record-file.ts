// Records in one append-only file of JSON lines; a record is on the disk when its promise resolves.
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A line in the middle of the file cannot be read: the file was damaged, not merely cut short. */
export class RecordFileDamaged extends Error {
  constructor(path: string, line: number, cause: unknown) {
    super(`line ${String(line)} of ${path} cannot be read; restore the file from a backup`, { cause });
    this.name = 'RecordFileDamaged';
  }
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class RecordFile<RecordShape> {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;

  private constructor(private readonly handle: FileHandle) {}

  /** Opens or makes the file (mode 0600) and reads what it holds; `parse` throws on a record it does not know. */
  static async open<RecordShape>(
    path: string,
    parse: (value: unknown) => RecordShape,
  ): Promise<{ readonly file: RecordFile<RecordShape>; readonly records: readonly RecordShape[] }> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, 'a+', 0o600);
    try {
      const { records, wholeBytes } = parseLines(path, await handle.readFile(), parse);
      await handle.truncate(wholeBytes);
      await handle.datasync();
      return { file: new RecordFile<RecordShape>(handle), records };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Records given while a write is under way share the next write and its one sync. */
  append(record: RecordShape): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ line: `${JSON.stringify(record)}\n`, resolve, reject });
      this.writing ??= this.drain();
    });
  }

  /** Waits for what was appended, then closes. */
  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      await this.write(group);
    }
    this.writing = null;
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    try {
      await this.handle.appendFile(group.map((item) => item.line).join(''));
      await this.handle.datasync();
      for (const item of group) item.resolve();
    } catch (error) {
      for (const item of group) item.reject(error);
    }
  }
}

function parseLines<RecordShape>(
  path: string,
  bytes: Buffer,
  parse: (value: unknown) => RecordShape,
): { readonly records: RecordShape[]; readonly wholeBytes: number } {
  // A line without its end was never acknowledged: its writer died before the sync.
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1);
  const records = lines.map((line, index) => {
    try {
      return parse(JSON.parse(line));
    } catch (cause) {
      throw new RecordFileDamaged(path, index + 1, cause);
    }
  });
  return { records, wholeBytes };
}
