// One whole bench: opens a system, runs the rounds, checks the money after each, stops everything.
import { BenchConsortium } from './bench-consortium.js';
import type { BenchResult } from './report.js';
import { fillRows, requireMoney, round, USUAL_SIZES, type Round, type Sizes } from './workloads.js';

export interface BenchOptions {
  readonly ground: 'embedded' | 'fabric';
  readonly pairs: number;
  readonly payers: number;
  /** At the web door. */
  readonly clients: number;
  readonly sizes: Sizes;
  /** Rows to put on the ledger first. */
  readonly rows: number;
}
export const USUAL_OPTIONS: BenchOptions = {
  ground: 'embedded',
  pairs: 5,
  payers: 1_000,
  clients: 64,
  sizes: USUAL_SIZES,
  rows: 0,
};

/** A short round first: it is not counted. */
const WARMING_UP: Sizes = { light: 3, busy: 40, listed: 300, hot: 10, door: 1 };

/** When `signal` is aborted, everything that was started is stopped and the bench rejects. */
export async function runBench(
  options: BenchOptions,
  tell: (line: string) => void,
  signal?: AbortSignal,
): Promise<BenchResult> {
  tell(`Starting the ${options.ground} ground with ${String(options.payers)} payers.`);
  const bench = await BenchConsortium.open(options);
  const stop = (): void => void bench.stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    if (options.rows > 0) tell(`Putting ${String(options.rows)} rows on the ledger.`);
    await fillRows(bench, options.rows, tell);
    await round(bench, 0, WARMING_UP);
    const rounds: Round[] = [];
    for (let number = 1; number <= options.pairs; number += 1) {
      rounds.push(await round(bench, number, options.sizes));
      await requireMoney(bench);
      tell(`Pair ${String(number)} of ${String(options.pairs)} measured; the money is right.`);
    }
    const date = new Date().toISOString().slice(0, 10);
    return { ground: options.ground, date, rows: options.rows, rounds };
  } finally {
    signal?.removeEventListener('abort', stop);
    await bench.stop();
  }
}
