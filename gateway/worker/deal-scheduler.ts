// Which deal is processed, and when: whenever the ledger or the clock gives a reason, one run of a deal at a time,
// until nothing will ever be due again. The caller says what is due and does it.
import type { Logger } from 'pino';
import { type Clock, earliest } from '../clock.js';
import { pauseMs } from './retry.js';

export interface Due {
  /** Next instant at which time alone makes something due; null: only an event can. */
  readonly wakeAt: number | null;
  /** Nothing will ever be due again. */
  readonly finished: boolean;
}

export interface DealSchedulerOptions<View, DueNow extends Due> {
  readonly view: (deal: string) => Promise<View>;
  /** Pure. */
  readonly due: (view: View, now: number) => DueNow;
  /** False: something was refused or failed, process the deal again after a pause. */
  readonly execute: (deal: string, view: View, due: DueNow) => Promise<boolean>;
  /** Whether the ledger refuses to show a deal: it is let go until the ledger names it again. */
  readonly isRefused: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Deals that are processed at one time. */
  readonly mostRunning?: number;
}

class DealInHand {
  /** There is a reason to process it (again). */
  isStale = false;
  isRunning = false;
  failures = 0;
  cancelTimer: () => void = () => undefined;
}

const USUAL_MOST_RUNNING = 32;

export class DealScheduler<View, DueNow extends Due> {
  private readonly deals = new Map<string, DealInHand>();
  private readonly queue = new Set<string>();
  private running = 0;
  private stopped = false;
  private readonly idleWaiters = new Set<() => void>();

  constructor(private readonly options: DealSchedulerOptions<View, DueNow>) {}

  /** Deals in hand, for the checkpoint. */
  openDeals(): readonly string[] {
    return [...this.deals.keys()];
  }

  /** Processes the deal as soon as there is room. */
  enqueue(deal: string): void {
    if (this.stopped) return;
    const inHand = this.inHand(deal);
    inHand.isStale = true;
    if (!inHand.isRunning) this.queue.add(deal);
    this.fill();
  }

  /** Starts nothing new and waits for what is running. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.queue.clear();
    for (const inHand of this.deals.values()) inHand.cancelTimer();
    while (this.running > 0) {
      await new Promise<void>((resolve) => this.idleWaiters.add(resolve));
    }
  }

  private inHand(deal: string): DealInHand {
    const known = this.deals.get(deal);
    if (known !== undefined) return known;
    const made = new DealInHand();
    this.deals.set(deal, made);
    return made;
  }

  private fill(): void {
    const most = this.options.mostRunning ?? USUAL_MOST_RUNNING;
    for (const deal of this.queue) {
      if (this.running >= most) return;
      this.queue.delete(deal);
      void this.process(deal);
    }
  }

  private async process(deal: string): Promise<void> {
    const inHand = this.inHand(deal);
    inHand.cancelTimer();
    inHand.isRunning = true;
    inHand.isStale = false;
    this.running += 1;
    try {
      await this.processOnce(deal, inHand);
    } catch (error) {
      inHand.failures += 1;
      this.options.log.warn({ deal, err: error }, 'could not process a deal');
      this.requeueAt(deal, inHand, this.pauseEnd(inHand));
    } finally {
      this.running -= 1;
      inHand.isRunning = false;
      this.afterProcess(deal, inHand);
    }
  }

  private async processOnce(deal: string, inHand: DealInHand): Promise<void> {
    const { due, execute, clock } = this.options;
    const seen = await this.viewOf(deal);
    if (seen === null) {
      if (!inHand.isStale) this.deals.delete(deal);
      return;
    }
    const dueNow = due(seen, clock.now());
    const allDone = await execute(deal, seen, dueNow);
    inHand.failures = allDone ? 0 : inHand.failures + 1;
    if (dueNow.finished && !inHand.isStale) {
      this.deals.delete(deal);
      return;
    }
    this.requeueAt(deal, inHand, earliest([dueNow.wakeAt, allDone ? null : this.pauseEnd(inHand)]));
  }

  /** Null: the ledger has no such deal to show, nor will by being asked again. */
  private async viewOf(deal: string): Promise<View | null> {
    const { view, isRefused, log } = this.options;
    try {
      return await view(deal);
    } catch (error) {
      if (!isRefused(error)) throw error;
      log.warn({ deal, err: error }, 'the ledger does not show a deal');
      return null;
    }
  }

  private afterProcess(deal: string, inHand: DealInHand): void {
    if (inHand.isStale && !this.stopped) this.queue.add(deal);
    for (const wake of this.idleWaiters) wake();
    this.idleWaiters.clear();
    if (!this.stopped) this.fill();
  }

  private requeueAt(deal: string, inHand: DealInHand, instant: number | null): void {
    if (instant === null || this.stopped) return;
    inHand.cancelTimer = this.options.clock.at(instant, () => {
      this.enqueue(deal);
    });
  }

  private pauseEnd({ failures }: DealInHand): number {
    return this.options.clock.now() + pauseMs(failures);
  }
}
