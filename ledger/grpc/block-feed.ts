// The blocks that all streams of all organisations follow: each is read and parsed once, however many follow.
import type { Engine } from '../engine/ledger.js';
import { viewOf, type BlockView } from './block-view.js';

/** Blocks that all streams together are likely to want again. */
const KEPT_BLOCKS = 64;

export class BlockFeed {
  private readonly views = new Map<bigint, Promise<BlockView | null>>();

  constructor(private readonly engine: Engine) {}

  /** Views from this number on, waiting for new blocks; ends when the signal aborts or the ledger closes. */
  async *follow(from: bigint, signal: AbortSignal): AsyncIterable<BlockView> {
    for (let number = from; ; number += 1n) {
      await this.engine.waitForHeight(number, signal);
      if (signal.aborted || this.engine.height() <= number) {
        return;
      }
      const view = await this.view(number);
      if (view === null) {
        return;
      }
      yield view;
    }
  }

  private view(number: bigint): Promise<BlockView | null> {
    const known = this.views.get(number);
    if (known !== undefined) {
      return known;
    }
    const view = this.engine.block(number).then((block) => (block === null ? null : viewOf(block)));
    this.views.set(number, view);
    // The next caller tries again what failed.
    view.catch(() => this.views.delete(number));
    const [oldest] = this.views.keys();
    if (this.views.size > KEPT_BLOCKS && oldest !== undefined) {
      this.views.delete(oldest);
    }
    return view;
  }
}
