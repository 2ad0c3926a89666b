// Duty: a deal is looked at when touched or when its time comes, once at a time, again after a failure.
// Must not: wait; the clock is sinon's.
import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { DealWorker, type DealWorkerOptions } from '../../../gateway/workers/deal-worker.js';
import type { DueSteps } from '../../../gateway/workers/deal-steps.js';
import { systemClock } from '../../../gateway/workers/clock.js';
import { dealView } from '../support/deal-views.js';
import { silentLog } from '../support/silent-log.js';

const WAITING: DueSteps = { agreement: [], bank: [], wakeAt: null, finished: false };
const NOW = 1_000_000;

interface Scene {
  readonly clock: SinonFakeTimers;
  readonly looks: string[];
  readonly make: (change: Partial<DealWorkerOptions>) => DealWorker;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  const looks: string[] = [];
  const view = (deal: string) => {
    looks.push(deal);
    return Promise.resolve(dealView());
  };
  const usual = {
    view,
    due: () => WAITING,
    run: () => Promise.resolve(true),
    clock: systemClock,
    log: silentLog,
  };
  try {
    await run({ clock, looks, make: (change) => new DealWorker({ ...usual, ...change }) });
  } finally {
    clock.restore();
  }
}

describe('deal worker', () => {
  it('looks once at a touched deal and not again by itself', () =>
    onScene(async ({ clock, looks, make }) => {
      const worker = make({});
      worker.touch('deal_1');
      await clock.tickAsync(3_600_000);
      expect(looks).to.deep.equal(['deal_1']);
      expect(worker.openDeals()).to.deep.equal(['deal_1']);
    }));

  it('looks again at the instant that the deal names', () =>
    onScene(async ({ clock, looks, make }) => {
      let wakeAt: number | null = NOW + 5_000;
      const worker = make({ due: () => ({ ...WAITING, wakeAt }) });
      worker.touch('deal_1');
      await clock.tickAsync(4_999);
      expect(looks).to.have.length(1);
      wakeAt = null;
      await clock.tickAsync(1);
      expect(looks).to.have.length(2);
      await worker.stop();
    }));

  it('lets a finished deal go', () =>
    onScene(async ({ clock, make }) => {
      const worker = make({ due: () => ({ ...WAITING, finished: true }) });
      worker.touch('deal_1');
      await clock.tickAsync(0);
      expect(worker.openDeals()).to.deep.equal([]);
    }));

  it('a deal touched while it is looked at is looked at once more, never twice at a time', () =>
    onScene(async ({ clock, looks, make }) => {
      let atOnce = 0;
      let most = 0;
      const go: (() => void)[] = [];
      const run = async (): Promise<boolean> => {
        most = Math.max(most, (atOnce += 1));
        await new Promise<void>((resolve) => go.push(resolve));
        atOnce -= 1;
        return true;
      };
      const worker = make({ run });
      worker.touch('deal_1');
      await clock.tickAsync(0);
      for (let touches = 0; touches < 5; touches += 1) worker.touch('deal_1');
      go.shift()?.();
      await clock.tickAsync(0);
      go.shift()?.();
      await clock.tickAsync(0);
      expect([looks.length, most]).to.deep.equal([2, 1]);
    }));

  it('pauses longer after each refusal, up to a limit, and starts anew after a success', () =>
    onScene(async ({ clock, make }) => {
      const at: number[] = [];
      let allDone = false;
      const run = (): Promise<boolean> => {
        at.push(Date.now() - NOW);
        return Promise.resolve(allDone);
      };
      const worker = make({ run });
      worker.touch('deal_1');
      await clock.tickAsync(60_000);
      const pauses = at.slice(1).map((instant, index) => instant - (at[index] ?? 0));
      expect(pauses.slice(0, 8)).to.deep.equal([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
      allDone = true;
      await clock.tickAsync(10_000);
      const runs = at.length;
      await clock.tickAsync(60_000);
      expect(at).to.have.length(runs);
    }));

  it('a deal that cannot be read is read again after a pause', () =>
    onScene(async ({ clock, make }) => {
      let tries = 0;
      const view = () => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('the peer is away')) : Promise.resolve(dealView());
      };
      const worker = make({ view });
      worker.touch('deal_1');
      await clock.tickAsync(199);
      expect(tries).to.equal(1);
      await clock.tickAsync(1);
      expect(tries).to.equal(2);
      await worker.stop();
    }));

  it('looks at no more deals at once than it is allowed', () =>
    onScene(async ({ clock, looks, make }) => {
      const go: (() => void)[] = [];
      const run = async (): Promise<boolean> => {
        await new Promise<void>((resolve) => go.push(resolve));
        return true;
      };
      const worker = make({ run, mostLooks: 2 });
      for (const deal of ['deal_1', 'deal_2', 'deal_3']) worker.touch(deal);
      await clock.tickAsync(0);
      expect(looks).to.deep.equal(['deal_1', 'deal_2']);
      go.shift()?.();
      await clock.tickAsync(0);
      expect(looks).to.deep.equal(['deal_1', 'deal_2', 'deal_3']);
    }));

  it('stops only after the looks under way, and takes no new ones', () =>
    onScene(async ({ clock, looks, make }) => {
      const go: (() => void)[] = [];
      const run = async (): Promise<boolean> => {
        await new Promise<void>((resolve) => go.push(resolve));
        return true;
      };
      const worker = make({ run });
      worker.touch('deal_1');
      await clock.tickAsync(0);
      let stopped = false;
      const stopping = worker.stop().then(() => (stopped = true));
      worker.touch('deal_2');
      await clock.tickAsync(0);
      expect([stopped, looks]).to.deep.equal([false, ['deal_1']]);
      go.shift()?.();
      await stopping;
    }));
});
