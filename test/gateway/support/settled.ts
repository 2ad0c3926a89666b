// Duty: lets real file work, and everything that waits for it, happen while the fake clock stands still.
// Must not: move the clock, or count turns: a busy disk takes more of them.
import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';

/** Real milliseconds; a suite that settles gives its tests more. */
export const SETTLED_WITHIN_MS = 30_000;

/** Returns as soon as `until` holds; fails if it never does. */
export async function settled(clock: SinonFakeTimers, until: () => boolean): Promise<void> {
  const givenUpAt = performance.now() + SETTLED_WITHIN_MS;
  while (!until() && performance.now() < givenUpAt) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await clock.tickAsync(0);
  }
  expect(until(), 'the expected never happened').to.equal(true);
}
