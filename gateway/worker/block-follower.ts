// Follows the ledger's blocks from the checkpoint, hands the deals that they concern to the scheduler, and moves the
// checkpoint on, never past a block whose deals are not in hand.
import type { LedgerBlock, LedgerClient } from '../ledger/ledger-client.js';
import type { Checkpoints } from '../store/checkpoints.js';
import { StoreUnavailable } from '../store-unavailable.js';

export interface BlockFollowerOptions {
  readonly ledger: Pick<LedgerClient, 'follow'>;
  readonly checkpoints: Checkpoints;
  readonly scheduler: { enqueue(deal: string): void; openDeals(): readonly string[] };
  /** The deals that a block concerns; called once for each block, in their order. */
  readonly dealsOf: (block: LedgerBlock) => Iterable<string>;
  /** Called for each block after its deals are in hand. */
  readonly onBlock: (block: LedgerBlock) => void;
  readonly signal: AbortSignal;
}

export class BlockFollower {
  private block = -1;

  constructor(private readonly options: BlockFollowerOptions) {}

  newestBlock(): number {
    return this.block;
  }

  /** Ends when the signal is aborted; rejects when the checkpoint cannot be written. */
  async run(): Promise<void> {
    const { ledger, checkpoints, scheduler, signal } = this.options;
    const saved = await checkpoints.load();
    this.block = saved.block;
    // Time may have made something due while the gateway was stopped.
    for (const deal of saved.openDeals) scheduler.enqueue(deal);
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

  /**
   * Writes where the next start goes on. While the store is away nothing is written: a later block's checkpoint does,
   * and an older one costs the next start some reading.
   */
  private async save(): Promise<void> {
    const openDeals = [...this.options.scheduler.openDeals()];
    try {
      await this.options.checkpoints.save({ block: this.block, openDeals });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  private take(block: LedgerBlock): void {
    for (const deal of this.options.dealsOf(block)) this.options.scheduler.enqueue(deal);
    this.block = block.block;
    this.options.onBlock(block);
  }
}
