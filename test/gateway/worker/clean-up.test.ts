// Clean-up runs at once and then every hour, and a failure does not end it.
import { expect } from 'chai';
import type { Clock } from '../../../gateway/clock.js';
import { CleanUp } from '../../../gateway/worker/clean-up.js';
import { silentLog } from '../support/silent-log.js';

describe('clean-up', () => {
  const later: { readonly instant: number; readonly action: () => void }[] = [];
  let now = 1_000;
  const clock: Clock = {
    now: () => now,
    at: (instant, action) => {
      later.push({ instant, action });
      return () => void later.splice(0);
    },
  };
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  it('runs every job at each time, with that time, though one before it fails', async () => {
    const calls: number[] = [];
    const jobs = [
      () => Promise.reject(new Error('away')),
      (at: number) => {
        calls.push(at);
        return Promise.resolve(2);
      },
    ];
    const cleanUp = new CleanUp({ jobs, clock, log: silentLog });
    cleanUp.start();
    await turn();
    const [next] = later.splice(0);
    expect(next?.instant).to.equal(now + 3_600_000);
    now = 3_601_000;
    next?.action();
    await turn();
    expect(calls).to.deep.equal([1_000, 3_601_000]);
    cleanUp.stop();
    expect(later).to.deep.equal([]);
  });
});
