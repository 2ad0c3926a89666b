// A stream of blocks that survives lost connections: without gap or repetition, with a growing pause between attempts.
import { setTimeout as wait } from 'node:timers/promises';
import type { Delivery } from './ledger-port.js';

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}
export const USUAL_BACKOFF: Backoff = { firstMs: 50, mostMs: 2_000 };

export interface StreamOptions<B> {
  /** Opens a delivery at a block; the newest one when nothing was asked for. */
  readonly open: (from: number | 'newest') => Promise<Delivery<B>>;
  readonly from: number | 'newest';
  readonly signal: AbortSignal;
  readonly backoff?: Backoff;
  /** The peer answered, even if only with a block that we have. */
  readonly onLive?: () => void;
  readonly onLost?: (reason: unknown) => void;
}

/** Ends when `signal` is aborted, otherwise never. */
export async function* resumedBlocks<B extends Numbered>(options: StreamOptions<B>): AsyncGenerator<B, void> {
  const backoff = options.backoff ?? USUAL_BACKOFF;
  const progress = new Progress(backoff.firstMs);
  while (!options.signal.aborted) {
    try {
      yield* newBlocks(options, progress, backoff.firstMs);
      options.onLost?.(new Error('the delivery of blocks ended'));
    } catch (error) {
      options.onLost?.(error);
    }
    await pause(progress.pauseMs, options.signal);
    progress.pauseMs = Math.min(2 * progress.pauseMs, backoff.mostMs);
  }
}

interface Numbered {
  readonly block: number;
}

class Progress {
  last: number | null = null;

  constructor(public pauseMs: number) {}
}

/** The new blocks of one delivery; ends with it, or at a gap. */
async function* newBlocks<B extends Numbered>(
  options: StreamOptions<B>,
  progress: Progress,
  firstPauseMs: number,
): AsyncGenerator<B, void> {
  // The last block is asked for once more: its coming shows that the peer is there.
  for await (const block of deliveryOf(options, progress.last ?? options.from)) {
    options.onLive?.();
    progress.pauseMs = firstPauseMs;
    if (progress.last !== null && block.block <= progress.last) continue;
    if (progress.last !== null && block.block !== progress.last + 1) return;
    progress.last = block.block;
    yield block;
  }
}

/** One delivery, closed when its reader leaves or the signal is aborted. */
async function* deliveryOf<B>(options: StreamOptions<B>, from: number | 'newest'): AsyncGenerator<B, void> {
  const delivery = await options.open(from);
  const close = (): void => {
    delivery.close();
  };
  options.signal.addEventListener('abort', close, { once: true });
  try {
    if (options.signal.aborted) return;
    yield* delivery;
  } finally {
    options.signal.removeEventListener('abort', close);
    delivery.close();
  }
}

/** Resolves early when the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
