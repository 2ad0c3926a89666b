// The newest checkpoint in one file, which is replaced as a whole.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Checkpoint, Checkpoints } from '../checkpoints.js';

const checkpointSchema = z.strictObject({ block: z.int().min(-1), openDeals: z.array(z.string()) });

export class CheckpointFile implements Checkpoints {
  private saving: Promise<void> | null = null;
  private next: Checkpoint | null = null;

  constructor(private readonly path: string) {}

  /** A missing or unreadable file is the beginning. */
  async load(): Promise<Checkpoint> {
    const beginning = { block: -1, openDeals: [] };
    try {
      const parsed = checkpointSchema.safeParse(JSON.parse(await readFile(this.path, 'utf8')));
      return parsed.success ? parsed.data : beginning;
    } catch (error) {
      if (error instanceof SyntaxError || isMissing(error)) return beginning;
      throw error;
    }
  }

  /** Of several that wait only the newest is written. */
  save(checkpoint: Checkpoint): Promise<void> {
    this.next = checkpoint;
    this.saving ??= this.drain();
    return this.saving;
  }

  private async drain(): Promise<void> {
    try {
      while (this.next !== null) {
        const checkpoint = this.next;
        this.next = null;
        await this.write(checkpoint);
      }
    } finally {
      this.saving = null;
    }
  }

  private async write(checkpoint: Checkpoint): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const fresh = `${this.path}.new`;
    await writeSynced(fresh, JSON.stringify(checkpoint));
    await rename(fresh, this.path);
    const folder = await open(dirname(this.path), 'r');
    await folder.sync().finally(() => folder.close());
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
