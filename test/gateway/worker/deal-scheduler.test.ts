// A deal is processed when enqueued or when its time comes, once at a time, again after a failure.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { DealView } from '../../../chaincode/protocol/queries.js';
import { systemClock } from '../../../gateway/clock.js';
import {
  DealScheduler,
  type DealSchedulerOptions,
  type Due,
} from '../../../gateway/worker/deal-scheduler.js';
import { LedgerRejected } from '../../../gateway/ledger/ledger-errors.js';
import { dealView } from '../support/deal-views.js';
import { silentLog } from '../support/silent-log.js';

const WAITING: Due = { wakeAt: null, finished: false };
const NOW = 1_000_000;

interface Scene {
  readonly clock: SinonFakeTimers;
  readonly runs: string[];
  readonly make: (change: Partial<DealSchedulerOptions<DealView, Due>>) => DealScheduler<DealView, Due>;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  const runs: string[] = [];
  const view = (deal: string) => {
    runs.push(deal);
    return Promise.resolve(dealView());
  };
  const usual = {
    view,
    due: () => WAITING,
    execute: () => Promise.resolve(true),
    isRefused: (error: unknown) => error instanceof LedgerRejected,
    clock: systemClock,
    log: silentLog,
  };
  try {
    await run({ clock, runs, make: (change) => new DealScheduler({ ...usual, ...change }) });
  } finally {
    clock.restore();
  }
}

describe('deal scheduler', () => {
  it('processes an enqueued deal once and not again by itself', () =>
    onScene(async ({ clock, runs, make }) => {
      const scheduler = make({});
      scheduler.enqueue('deal_1');
      await clock.tickAsync(3_600_000);
      expect(runs).to.deep.equal(['deal_1']);
      expect(scheduler.openDeals()).to.deep.equal(['deal_1']);
    }));

  it('processes a deal again at the instant that it names', () =>
    onScene(async ({ clock, runs, make }) => {
      let wakeAt: number | null = NOW + 5_000;
      const scheduler = make({ due: () => ({ ...WAITING, wakeAt }) });
      scheduler.enqueue('deal_1');
      await clock.tickAsync(4_999);
      expect(runs).to.have.length(1);
      wakeAt = null;
      await clock.tickAsync(1);
      expect(runs).to.have.length(2);
      await scheduler.stop();
    }));

  it('lets a finished deal go', () =>
    onScene(async ({ clock, make }) => {
      const scheduler = make({ due: () => ({ ...WAITING, finished: true }) });
      scheduler.enqueue('deal_1');
      await clock.tickAsync(0);
      expect(scheduler.openDeals()).to.deep.equal([]);
    }));

  it('a deal enqueued while it is processed is processed once more, never twice at a time', () =>
    onScene(async ({ clock, runs, make }) => {
      let atOnce = 0;
      let most = 0;
      const go: (() => void)[] = [];
      const run = async (): Promise<boolean> => {
        most = Math.max(most, (atOnce += 1));
        await new Promise<void>((resolve) => go.push(resolve));
        atOnce -= 1;
        return true;
      };
      const scheduler = make({ execute: run });
      scheduler.enqueue('deal_1');
      await clock.tickAsync(0);
      for (let times = 0; times < 5; times += 1) scheduler.enqueue('deal_1');
      go.shift()?.();
      await clock.tickAsync(0);
      go.shift()?.();
      await clock.tickAsync(0);
      expect([runs.length, most]).to.deep.equal([2, 1]);
    }));

  it('pauses longer after each refusal, up to a limit, and starts anew after a success', () =>
    onScene(async ({ clock, make }) => {
      const at: number[] = [];
      let allDone = false;
      const run = (): Promise<boolean> => {
        at.push(Date.now() - NOW);
        return Promise.resolve(allDone);
      };
      const scheduler = make({ execute: run });
      scheduler.enqueue('deal_1');
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
      const scheduler = make({ view });
      scheduler.enqueue('deal_1');
      await clock.tickAsync(199);
      expect(tries).to.equal(1);
      await clock.tickAsync(1);
      expect(tries).to.equal(2);
      await scheduler.stop();
    }));

  it('a deal that the ledger refuses to show is let go, until the ledger names it again', () =>
    onScene(async ({ clock, make }) => {
      let tries = 0;
      const view = () => {
        tries += 1;
        return Promise.reject(new LedgerRejected('TOO_MANY', 'the deal cannot be read'));
      };
      const scheduler = make({ view });
      scheduler.enqueue('deal_1');
      await clock.tickAsync(60_000);
      expect([tries, scheduler.openDeals()]).to.deep.equal([1, []]);
      scheduler.enqueue('deal_1');
      await clock.tickAsync(60_000);
      expect([tries, scheduler.openDeals()]).to.deep.equal([2, []]);
    }));

  it('processes no more deals at once than it is allowed', () =>
    onScene(async ({ clock, runs, make }) => {
      const go: (() => void)[] = [];
      const run = async (): Promise<boolean> => {
        await new Promise<void>((resolve) => go.push(resolve));
        return true;
      };
      const scheduler = make({ execute: run, mostRunning: 2 });
      for (const deal of ['deal_1', 'deal_2', 'deal_3']) scheduler.enqueue(deal);
      await clock.tickAsync(0);
      expect(runs).to.deep.equal(['deal_1', 'deal_2']);
      go.shift()?.();
      await clock.tickAsync(0);
      expect(runs).to.deep.equal(['deal_1', 'deal_2', 'deal_3']);
    }));

  it('stops only after what is running, and starts nothing new', () =>
    onScene(async ({ clock, runs, make }) => {
      const go: (() => void)[] = [];
      const run = async (): Promise<boolean> => {
        await new Promise<void>((resolve) => go.push(resolve));
        return true;
      };
      const scheduler = make({ execute: run });
      scheduler.enqueue('deal_1');
      await clock.tickAsync(0);
      let stopped = false;
      const stopping = scheduler.stop().then(() => (stopped = true));
      scheduler.enqueue('deal_2');
      await clock.tickAsync(0);
      expect([stopped, runs]).to.deep.equal([false, ['deal_1']]);
      go.shift()?.();
      await stopping;
    }));
});
