// Duty: follow the ledger's blocks from the checkpoint, hand deals to the worker, and move the checkpoint on.
// Must not: move the checkpoint past a block whose deals are not in hand.
import type { LedgerBlock, LedgerClient } from '../ledger/ledger-client.js';
import type { CheckpointFile } from './checkpoint.js';
import type { DealActivity } from './deal-activity.js';
import type { DealWorker } from './deal-worker.js';

export interface LedgerReaderOptions {
  readonly ledger: Pick<LedgerClient, 'follow'>;
  readonly checkpoint: CheckpointFile;
  readonly activity: DealActivity;
  readonly worker: DealWorker;
  /** Told each block after the worker; the organisation's setup listens here. */
  readonly onBlock: (block: LedgerBlock) => void;
  readonly signal: AbortSignal;
}

export class LedgerReader {
  private block = -1;

  constructor(private readonly options: LedgerReaderOptions) {}

  newestBlock(): number {
    return this.block;
  }

  /** Ends when the signal is aborted; rejects when the checkpoint cannot be written. */
  async run(): Promise<void> {
    const { ledger, checkpoint, worker, signal } = this.options;
    const saved = await checkpoint.load();
    this.block = saved.block;
    // Time may have made steps due while nobody looked.
    for (const deal of saved.openDeals) worker.touch(deal);
    let failure: unknown = null;
    for await (const block of ledger.follow(saved.block + 1, signal)) {
      if (failure !== null) break;
      this.take(block);
      // Not waited for: blocks that come meanwhile share the next write.
      this.save().catch((error: unknown) => (failure = error));
    }
    if (failure !== null) throw new Error('the checkpoint cannot be written', { cause: failure });
    await this.save();
  }

  /** Writes where the next start goes on. */
  save(): Promise<void> {
    const openDeals = [...this.options.worker.openDeals()];
    return this.options.checkpoint.save({ block: this.block, openDeals });
  }

  private take(block: LedgerBlock): void {
    for (const deal of this.options.activity.take(block)) this.options.worker.touch(deal);
    this.block = block.block;
    this.options.onBlock(block);
  }
}
