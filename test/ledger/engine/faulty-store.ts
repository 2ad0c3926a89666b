// A store on disk that dies at a chosen moment of a chosen write: before it, in the midst of the file, or after it.
// It is as hard as kill -9: after its death it does nothing more.
import { copyFileSync, mkdirSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { LevelStore } from '../../../ledger/engine/level-store.js';
import type { Snapshot, Store, Write } from '../../../ledger/fabric/store.js';

/** When the process dies, relative to one write. */
export const MOMENTS = [
  'before the write',
  'torn write',
  'after the write',
  'after the acknowledgement',
] as const;
export type Moment = (typeof MOMENTS)[number];

export class Crashed extends Error {
  override readonly name = 'Crashed';
}

/** At the crash the folder is copied as the disk would have it, to be opened again from the copy. */
export class FaultyStore implements Store {
  private writes = 0;
  private crashed = false;

  constructor(
    private readonly inner: LevelStore,
    private readonly plan: {
      readonly atWrite: number;
      readonly moment: Moment;
      readonly tear: number;
      readonly copyTo: string;
    },
  ) {}

  get place(): string {
    return this.inner.place;
  }

  get hasCrashed(): boolean {
    return this.crashed;
  }

  snapshot(): Snapshot {
    return this.inner.snapshot();
  }

  async write(batch: readonly Write[]): Promise<void> {
    this.writes++;
    const isTheOne = this.writes === this.plan.atWrite;
    if (isTheOne && this.plan.moment === 'before the write') this.crash();
    this.checkAlive();
    const before = isTheOne ? logSizes(this.place) : new Map<string, number>();
    await this.inner.write(batch);
    if (!isTheOne) return;
    if (this.plan.moment === 'torn write') this.crash((folder) => tear(folder, before, this.plan.tear));
    if (this.plan.moment === 'after the write') this.crash();
  }

  /** Only blocks are acknowledged; other writes have their turn with the next block. */
  acknowledge(height: number): void {
    this.checkAlive();
    this.inner.acknowledge(height);
    if (this.writes >= this.plan.atWrite) this.crash();
  }

  acknowledgedHeight(): number {
    return this.inner.acknowledgedHeight();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private checkAlive(): void {
    if (this.crashed) throw new Crashed('the process is gone');
  }

  private crash(damage?: (folder: string) => void): never {
    this.checkAlive();
    this.crashed = true;
    copyFolder(this.place, this.plan.copyTo);
    damage?.(this.plan.copyTo);
    throw new Crashed(this.plan.moment);
  }
}

export function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copyFolder(join(from, entry.name), join(to, entry.name));
    else if (entry.name !== 'LOCK') copyFileSync(join(from, entry.name), join(to, entry.name));
  }
}

function logSizes(folder: string): Map<string, number> {
  const files = readdirSync(join(folder, 'db')).filter((name) => name.endsWith('.log'));
  return new Map(files.map((name) => [name, statSync(join(folder, 'db', name)).size]));
}

/** Cuts the log within what the last write appended: `part` of it stays. */
function tear(folder: string, before: ReadonlyMap<string, number>, part: number): void {
  for (const [name, size] of logSizes(folder)) {
    const start = before.get(name) ?? 0;
    if (size > start) truncateSync(join(folder, 'db', name), start + Math.floor((size - start - 1) * part));
  }
}
