// Keeps tables that follow the ledger's blocks: what a block changes and the block's number are stored together, so
// that a gateway that was killed goes on where its tables stand.
import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { WholeBlock } from '../ledger/ledger-port.js';
import { StoreUnavailable } from '../store-unavailable.js';
import { type BlockChanges, changesOf, type KnownRows, type Wanted, wantedOf } from './block-changes.js';

/** The tables within one transaction of the database. */
export interface OpenTables {
  /** −1: none yet. */
  newestBlock(): Promise<number>;
  known(wanted: Wanted): Promise<KnownRows>;
  save(changes: BlockChanges): Promise<void>;
}

export interface ProjectionTables {
  newestBlock(): Promise<number>;
  /** All of `work` is stored, or nothing. */
  inTransaction<T>(work: (tables: OpenTables) => Promise<T>): Promise<T>;
  /** Empties all tables, so that the next start reads from block 0. */
  clear(): Promise<void>;
}

export interface ProjectionOptions {
  readonly ledger: Pick<LedgerClient, 'blocks'>;
  readonly tables: ProjectionTables;
  /** Called after a block is stored. */
  readonly onBlock: (changes: BlockChanges) => void;
  readonly signal: AbortSignal;
}

const AGAIN_MS = 500;

export class Projection {
  private block = -1;
  private at = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly options: ProjectionOptions) {}

  /** Newest block in the tables; −1: none. */
  newestBlock(): number {
    return this.block;
  }

  /** Latest time of what more than one member has agreed to, by its sender's clock. */
  newestAt(): number {
    return this.at;
  }

  /** Ends when the signal is aborted. Waits while the store is away; rejects when a block cannot be stored. */
  async run(): Promise<void> {
    const { signal } = this.options;
    while (!signal.aborted) {
      try {
        await this.follow();
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined); // aborted
      }
    }
  }

  private async follow(): Promise<void> {
    const { ledger, tables, signal } = this.options;
    this.block = await tables.newestBlock();
    for await (const block of ledger.blocks(this.block + 1, signal)) await this.take(block);
  }

  /** Resolves when the tables hold this block or a later one, or the signal is aborted. */
  async reached(block: number, signal: AbortSignal): Promise<void> {
    while (this.block < block && !signal.aborted && !this.options.signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  private async take(block: WholeBlock): Promise<void> {
    const changes = await this.options.tables.inTransaction(async (tables) => {
      // Another process of this organisation may have stored it.
      if ((await tables.newestBlock()) >= block.block) return null;
      const made = changesOf(block, await tables.known(wantedOf(block)));
      await tables.save(made);
      return made;
    });
    this.block = block.block;
    this.at = Math.max(this.at, ...agreedTimes(block));
    for (const wake of [...this.waiting]) wake();
    if (changes !== null) this.options.onBlock(changes);
  }
}

/** Public rows need the endorsement of several members, whose rules bound the time; one alone may write any. */
function agreedTimes({ transactions }: WholeBlock): readonly number[] {
  return transactions.flatMap(({ code, rows, at }) => (code === 0 && rows.length > 0 ? [at] : []));
}
