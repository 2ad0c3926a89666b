// Runs work with so many pieces in flight and measures how long it took; medians.

/** Runs each task once, at most `limit` at a time; milliseconds from the first start to the last end. */
export async function keepInFlight(
  limit: number,
  tasks: readonly (() => Promise<unknown>)[],
): Promise<number> {
  const queue = tasks.values();
  const started = performance.now();
  // Workers share one iterator: each takes the next task when its own is done.
  const work = async (): Promise<void> => {
    for (const task of queue) await task();
  };
  await Promise.all(Array.from({ length: limit }, work));
  return performance.now() - started;
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export function perSecond(count: number, ms: number): number {
  return (count * 1_000) / ms;
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? upper - 1 : upper], sorted[upper]];
  if (low === undefined || high === undefined) throw new RangeError('nothing has no median');
  return (low + high) / 2;
}
