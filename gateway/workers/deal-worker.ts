// Duty: look at a deal when the ledger or the clock says so, have due steps done, let it go when it is finished.
// Must not: poll; keep a fact that the ledger does not hold; look at one deal twice at a time.
import type { Logger } from 'pino';
import type { DealView } from '../../chaincode/protocol/commands.js';
import type { Clock } from './clock.js';
import { earliest, type DueSteps } from './deal-steps.js';

export interface DealWorkerOptions {
  readonly view: (deal: string) => Promise<DealView>;
  /** What is due; pure (`dueSteps` with the organisation filled in). */
  readonly due: (view: DealView, now: number) => DueSteps;
  /** Does the steps; false: some were refused or failed, look again after a pause. */
  readonly run: (deal: string, view: DealView, due: DueSteps) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Looks under way at one time. */
  readonly mostLooks?: number;
}

interface DealInHand {
  /** Must be looked at (again). */
  touched: boolean;
  looking: boolean;
  failures: number;
  cancelTimer: () => void;
}

const USUAL_MOST_LOOKS = 32;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

export class DealWorker {
  private readonly deals = new Map<string, DealInHand>();
  private readonly queue = new Set<string>();
  private looks = 0;
  private stopped = false;
  private readonly idleWaiters = new Set<() => void>();

  constructor(private readonly options: DealWorkerOptions) {}

  /** Deals in hand, for the checkpoint. */
  openDeals(): readonly string[] {
    return [...this.deals.keys()];
  }

  /** Looks at the deal as soon as there is room. */
  touch(deal: string): void {
    if (this.stopped) return;
    const inHand = this.inHand(deal);
    inHand.touched = true;
    if (!inHand.looking) this.queue.add(deal);
    this.fill();
  }

  /** Takes no new looks and waits for those under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.queue.clear();
    for (const inHand of this.deals.values()) inHand.cancelTimer();
    while (this.looks > 0) {
      await new Promise<void>((resolve) => this.idleWaiters.add(resolve));
    }
  }

  private inHand(deal: string): DealInHand {
    const known = this.deals.get(deal);
    if (known !== undefined) return known;
    const made = { touched: false, looking: false, failures: 0, cancelTimer: () => undefined };
    this.deals.set(deal, made);
    return made;
  }

  private fill(): void {
    const most = this.options.mostLooks ?? USUAL_MOST_LOOKS;
    for (const deal of this.queue) {
      if (this.looks >= most) return;
      this.queue.delete(deal);
      void this.look(deal);
    }
  }

  private async look(deal: string): Promise<void> {
    const inHand = this.inHand(deal);
    inHand.cancelTimer();
    inHand.looking = true;
    inHand.touched = false;
    this.looks += 1;
    try {
      await this.lookOnce(deal, inHand);
    } catch (error) {
      inHand.failures += 1;
      this.options.log.warn({ deal, err: error }, 'could not look at a deal');
      this.wakeAt(deal, inHand, this.pauseEnd(inHand));
    } finally {
      this.looks -= 1;
      inHand.looking = false;
      this.afterLook(deal, inHand);
    }
  }

  private async lookOnce(deal: string, inHand: DealInHand): Promise<void> {
    const { view, due, run, clock } = this.options;
    const seen = await view(deal);
    const steps = due(seen, clock.now());
    const allDone = await run(deal, seen, steps);
    inHand.failures = allDone ? 0 : inHand.failures + 1;
    if (steps.finished && !inHand.touched) {
      this.deals.delete(deal);
      return;
    }
    this.wakeAt(deal, inHand, earliest([steps.wakeAt, allDone ? null : this.pauseEnd(inHand)]));
  }

  private afterLook(deal: string, inHand: DealInHand): void {
    if (inHand.touched && !this.stopped) this.queue.add(deal);
    for (const wake of this.idleWaiters) wake();
    this.idleWaiters.clear();
    if (!this.stopped) this.fill();
  }

  private wakeAt(deal: string, inHand: DealInHand, instant: number | null): void {
    if (instant === null || this.stopped) return;
    inHand.cancelTimer = this.options.clock.at(instant, () => {
      this.touch(deal);
    });
  }

  private pauseEnd(inHand: DealInHand): number {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (inHand.failures - 1), LONGEST_PAUSE_MS);
    return this.options.clock.now() + pauseMs;
  }
}
