// A store in memory for model tests: the same snapshots and ordering as on disk, without the disk.
import type { Entry, Snapshot, Store, Write } from './store.js';

interface Revision {
  readonly sequence: number;
  readonly value: Uint8Array | null;
}

export class MemoryStore implements Store {
  readonly place = 'memory';
  private readonly revisions = new Map<string, Revision[]>();
  private readonly keys: string[] = [];
  private readonly open = new Map<number, number>();
  /** Deleted keys that a snapshot may still show. */
  private deleted: string[] = [];
  private sequence = 0;

  snapshot(): Snapshot {
    const sequence = this.sequence;
    this.open.set(sequence, (this.open.get(sequence) ?? 0) + 1);
    let closed = false;
    return {
      get: (key) => this.valueAt(key, sequence),
      decoded: (key, decode) => {
        const value = this.valueAt(key, sequence);
        return value && decode(value);
      },
      range: (from, to, limit) => Promise.resolve(this.rangeAt({ from, to, limit, sequence })),
      close: () => {
        if (!closed) this.release(sequence);
        closed = true;
      },
    };
  }

  write(batch: readonly Write[]): Promise<void> {
    this.sequence++;
    const oldest = Math.min(this.sequence, ...this.open.keys());
    this.sweep(oldest);
    for (const { key, value } of batch)
      this.put(key, { sequence: this.sequence, value: value ?? null }, oldest);
    return Promise.resolve();
  }

  acknowledge(): void {
    // Nothing outlives the process.
  }

  acknowledgedHeight(): number {
    return 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private put(key: string, revision: Revision, oldestNeeded: number): void {
    const revisions = this.revisions.get(key);
    if (!revision.value) this.deleted.push(key);
    if (!revisions) {
      this.revisions.set(key, [revision]);
      this.keys.splice(this.position(key), 0, key);
      return;
    }
    revisions.push(revision);
    let stale = 0;
    while ((revisions[stale + 1]?.sequence ?? Infinity) <= oldestNeeded) stale++;
    if (stale > 0) revisions.splice(0, stale);
  }

  private sweep(oldestNeeded: number): void {
    this.deleted = this.deleted.filter((key) => {
      const revisions = this.revisions.get(key);
      const last = revisions?.[revisions.length - 1];
      if (!last || last.value) return false;
      if (last.sequence > oldestNeeded) return true;
      this.revisions.delete(key);
      this.keys.splice(this.position(key), 1);
      return false;
    });
  }

  private valueAt(key: string, sequence: number): Uint8Array | null {
    const revisions = this.revisions.get(key);
    if (!revisions) return null;
    for (let i = revisions.length - 1; i >= 0; i--) {
      const revision = revisions[i];
      if (revision && revision.sequence <= sequence) return revision.value;
    }
    return null;
  }

  private rangeAt(query: {
    readonly from: string;
    readonly to: string;
    readonly limit: number;
    readonly sequence: number;
  }): Entry[] {
    const entries: Entry[] = [];
    for (let i = this.position(query.from); i < this.keys.length && entries.length < query.limit; i++) {
      const key = this.keys[i];
      if (key === undefined || key >= query.to) break;
      const value = this.valueAt(key, query.sequence);
      if (value) entries.push({ key, value });
    }
    return entries;
  }

  /** Index of the first key not below this one. */
  private position(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private release(sequence: number): void {
    const left = (this.open.get(sequence) ?? 1) - 1;
    if (left === 0) this.open.delete(sequence);
    else this.open.set(sequence, left);
  }
}
