// Keeps rows of the state that were read or written lately in memory, in front of a store.
// A snapshot must show exactly what the store would show it.
import type { Draft } from '../fabric/draft.js';
import { isStateKey, type Snapshot, type Store, type Write } from '../fabric/store.js';

/** Approximate: the weight of the entries themselves is estimated. */
const DEFAULT_LIMIT_BYTES = 64 * 1024 * 1024;
const ENTRY_BYTES = 400;

interface Kept {
  /** Null: the store has no such key. */
  readonly value: Uint8Array | null;
  /** The decoded value, once it was needed. */
  readonly decoded: unknown;
  /** The count of ended writes from which on this has been the key's value. */
  readonly since: number;
}

/**
 * A row is as old as the last write to it, and a snapshot taken before that write ended is not shown it from here:
 * while a write is under way the store may show it already or not yet. What such a snapshot is shown by the store is
 * kept if nobody has written the row since: then it is not here, unless it had to make room meanwhile.
 */
export class StateCache implements Store {
  private readonly kept: RecentRows;
  private endedWrites = 0;
  private isWriting = false;

  constructor(
    private readonly inner: Store,
    limitBytes = DEFAULT_LIMIT_BYTES,
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
      get: (key) => (isStateKey(key) ? this.read(key, snapshot, taken).value : snapshot.get(key)),
      decoded: (key, decode) =>
        isStateKey(key) ? decodedOf(this.read(key, snapshot, taken), decode) : snapshot.decoded(key, decode),
      range: (from, to, limit) => snapshot.range(from, to, limit),
      close: () => snapshot.close(),
    };
  }

  /** One at a time. */
  async write(batch: readonly Write[]): Promise<void> {
    if (this.isWriting) throw new Error('a write began before the one before it had ended');
    const end = this.endedWrites + 1;
    for (const { key, value } of batch)
      if (isStateKey(key)) this.kept.keep(key, { value, decoded: null, since: end });
    this.isWriting = true;
    try {
      await this.inner.write(batch);
    } catch (error) {
      // What the store shows now is unknown.
      this.kept.clear(end);
      throw error;
    } finally {
      this.endedWrites = end;
      this.isWriting = false;
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

  private read(key: string, snapshot: Snapshot, taken: number): Kept {
    const known = this.kept.find(key);
    if (known && known.since <= taken) return known;
    const row: Kept = { value: snapshot.get(key), decoded: null, since: taken };
    // An older snapshot may show what has been overwritten since.
    const isCurrent = !known && taken >= this.kept.completeSince;
    if (isCurrent) this.kept.keep(key, row);
    return row;
  }
}

function decodedOf<T>(row: Draft<Kept>, decode: (value: Uint8Array) => T): T | null {
  // A key has one decoder, so the cached result is of the right type.
  if (row.value) return (row.decoded ??= decode(row.value)) as T;
  return null;
}

/** Two generations: when the younger is full it becomes the older, and the rows of the older are dropped. */
class RecentRows {
  /** The count of ended writes since which every row that was written, or is about to be, is still here. */
  completeSince = 0;
  private young = new Map<string, Kept>();
  private old = new Map<string, Kept>();
  private youngBytes = 0;

  constructor(private readonly limitBytes: number) {}

  find(key: string): Kept | null {
    const young = this.young.get(key);
    if (young) return young;
    const old = this.old.get(key);
    if (old) this.keep(key, old);
    return old ?? null;
  }

  keep(key: string, row: Kept): void {
    this.youngBytes += key.length + (row.value?.length ?? 0) + ENTRY_BYTES;
    if (this.youngBytes > this.limitBytes / 2) {
      for (const { since } of this.old.values()) this.completeSince = Math.max(this.completeSince, since);
      this.old = this.young;
      this.young = new Map();
      this.youngBytes = 0;
    }
    this.young.set(key, row);
  }

  /** Nothing is known of what a snapshot shows that was taken before. */
  clear(completeSince: number): void {
    this.completeSince = completeSince;
    this.young.clear();
    this.old.clear();
    this.youngBytes = 0;
  }
}
