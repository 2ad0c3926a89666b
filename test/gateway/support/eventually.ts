// Lets real file work, and everything that waits for it, happen while the fake clock stands still.
import { expect } from 'chai';
import type { SinonFakeTimers } from 'sinon';

/** Real milliseconds; a suite that waits like this gives its tests more. */
export const EVENTUALLY_MS = 30_000;

/** Returns as soon as `until` holds; fails if it never does. */
export async function eventually(
  clock: SinonFakeTimers,
  until: () => boolean | Promise<boolean>,
): Promise<void> {
  const givenUpAt = performance.now() + EVENTUALLY_MS;
  while (!(await until()) && performance.now() < givenUpAt) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await clock.tickAsync(0);
  }
  expect(await until(), 'the expected never happened').to.equal(true);
}
