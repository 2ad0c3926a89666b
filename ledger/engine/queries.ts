// Reads of many rows as a peer answers them: in portions from the store, in batches or pages to the chaincode.
import type { KeyValue, Query, StateQuery } from './ledger.js';
import type { VersionedEntry } from '../fabric/state.js';

/** Results per message to the chaincode; the peer reads one further before it sends them. */
const BATCH_SIZE = 100;

/** The next row, or null when there is none. */
export type Advance<Row> = () => Promise<Row | null>;

/** Keys in order, fetched in portions. */
export class Cursor {
  private buffer: VersionedEntry[] = [];
  private position = 0;
  private exhausted = false;

  constructor(
    private readonly fetch: (start: string, limit: number) => Promise<VersionedEntry[]>,
    private next: string,
  ) {}

  async advance(): Promise<VersionedEntry | null> {
    if (this.position === this.buffer.length && !this.exhausted) {
      const wanted = BATCH_SIZE + 1;
      this.buffer = await this.fetch(this.next, wanted);
      this.position = 0;
      this.exhausted = this.buffer.length < wanted;
      this.next = `${this.buffer[this.buffer.length - 1]?.key ?? ''}\0`;
    }
    const entry = this.buffer[this.position];
    if (entry) this.position++;
    return entry ?? null;
  }
}

/** Ends silently at the limit, without asking for a further row. */
export function batched<Row>(advance: Advance<Row>, limit: number): Query<Row> {
  let pending: Row[] = [];
  let total = 0;
  return {
    next: async () => {
      while (total < limit) {
        const row = await advance();
        if (row === null) break;
        total++;
        if (pending.length < BATCH_SIZE) {
          pending.push(row);
          continue;
        }
        const full = pending;
        pending = [row];
        return { results: full, hasMore: true };
      }
      const rest = pending;
      pending = [];
      return { results: rest, hasMore: false };
    },
    close: () => undefined,
  };
}

/** One page, all at once. `bookmarkAfter` is asked for the key on which the peer's cursor is left. */
export function paged(
  advance: Advance<KeyValue>,
  limit: number,
  bookmarkAfter: (last: KeyValue | null) => Promise<string>,
): StateQuery {
  return {
    next: async () => {
      const results: KeyValue[] = [];
      while (results.length < limit) {
        const row = await advance();
        if (!row) return { results, hasMore: false, page: { fetched: results.length, bookmark: '' } };
        results.push(row);
      }
      const bookmark = await bookmarkAfter(results[results.length - 1] ?? null);
      return { results, hasMore: false, page: { fetched: results.length, bookmark } };
    },
    close: () => undefined,
  };
}
