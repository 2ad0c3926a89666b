// Keeps rows of the state that were read or written lately in memory, in front of a store.
// It must never show a snapshot anything but what the store would show it.
import { isStateKey, type Snapshot, type Store, type Write } from './store.js';

/** What is kept, about; the entries' own weight is guessed. */
const defaultLimitBytes = 64 * 1024 * 1024;
const entryBytes = 200;

interface Kept {
  /** Undefined: the store has no such key. */
  value: Uint8Array | undefined;
  /** The count of ended writes from which on this has been the key's value. */
  since: number;
}

/**
 * A row is as old as the last write to it. While a write is under way the store may show it already or not yet, so
 * its rows are forgotten when it begins and known again when it has ended; a snapshot taken before that end is never
 * shown them from here.
 */
export class StateCache implements Store {
  private readonly kept: RecentRows;
  private endedWrites = 0;
  private beingWritten: ReadonlySet<string> | undefined;

  constructor(
    private readonly inner: Store,
    limitBytes = defaultLimitBytes,
  ) {
    this.kept = new RecentRows(limitBytes);
  }

  get place(): string {
    return this.inner.place;
  }

  snapshot(): Snapshot {
    const snapshot = this.inner.snapshot();
    const taken = this.endedWrites;
    return {
      get: (key) => (isStateKey(key) ? this.read(key, snapshot, taken) : snapshot.get(key)),
      range: (from, to, limit) => snapshot.range(from, to, limit),
      close: () => snapshot.close(),
    };
  }

  /** One at a time. */
  async write(batch: readonly Write[]): Promise<void> {
    if (this.beingWritten) throw new Error('a write began before the one before it had ended');
    const rows = batch.filter(({ key }) => isStateKey(key));
    this.beingWritten = new Set(rows.map(({ key }) => key));
    for (const { key } of rows) this.kept.forget(key);
    try {
      await this.inner.write(batch);
      for (const { key, value } of rows) this.kept.keep(key, { value, since: this.endedWrites + 1 });
    } finally {
      // Also when it failed: nobody knows what the store shows then.
      this.endedWrites++;
      this.beingWritten = undefined;
    }
  }

  acknowledge(height: number): void {
    this.inner.acknowledge(height);
  }

  acknowledgedHeight(): number {
    return this.inner.acknowledgedHeight();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private read(key: string, snapshot: Snapshot, taken: number): Uint8Array | undefined {
    const known = this.kept.find(key);
    if (known && known.since <= taken) return known.value;
    const value = snapshot.get(key);
    // An older snapshot may show what has been overwritten since.
    const isCurrent = taken === this.endedWrites && this.beingWritten?.has(key) !== true;
    if (isCurrent) this.kept.keep(key, { value, since: taken });
    return value;
  }
}

/** Two generations: when the younger is full it becomes the older, and what nobody asked for meanwhile is gone. */
class RecentRows {
  private young = new Map<string, Kept>();
  private old = new Map<string, Kept>();
  private youngBytes = 0;

  constructor(private readonly limitBytes: number) {}

  find(key: string): Kept | undefined {
    const young = this.young.get(key);
    if (young) return young;
    const old = this.old.get(key);
    if (old) this.keep(key, old);
    return old;
  }

  keep(key: string, row: Kept): void {
    this.youngBytes += key.length + (row.value?.length ?? 0) + entryBytes;
    if (this.youngBytes > this.limitBytes / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngBytes = 0;
    }
    this.young.set(key, row);
  }

  forget(key: string): void {
    this.young.delete(key);
    this.old.delete(key);
  }
}
