// Which transactions concerned which deal since this gateway started, and a bell for those who wait for the next. What
// is true of a deal stands in the ledger's view of it, not here.
import { dealsIn } from '../../chaincode/protocol/row-changes.js';
import type { Clock } from '../clock.js';
import type { LedgerBlock } from '../ledger/ledger-client.js';
import type { DealStep } from '../protocol/admin.js';

/** Deals that are remembered; the longest untouched are forgotten first. */
const MOST_DEALS = 5_000;
const MOST_STEPS_OF_DEAL = 500;

class Activity {
  block = -1;
  readonly steps: DealStep[] = [];
}

export class DealActivity {
  private readonly deals = new Map<string, Activity>();
  private readonly watchers = new Map<string, Set<() => void>>();

  constructor(private readonly clock: Clock) {}

  /** Takes a block in and names the deals that it touched. */
  take(block: LedgerBlock): ReadonlySet<string> {
    const touched = new Set<string>();
    for (const { deal, step } of stepsOf(block)) {
      touched.add(deal);
      this.note(deal, step);
    }
    for (const deal of touched) this.ring(deal);
    return touched;
  }

  /** Newest block that concerned the deal; −1: none seen. */
  newestBlock(deal: string): number {
    return this.deals.get(deal)?.block ?? -1;
  }

  steps(deal: string): readonly DealStep[] {
    return this.deals.get(deal)?.steps ?? [];
  }

  /** Resolves when a block after `since` concerns the deal, or after `waitMs`. */
  waitFor(deal: string, since: number, waitMs: number): Promise<void> {
    if (this.newestBlock(deal) > since || waitMs === 0) return Promise.resolve();
    const watchers = this.watchers.get(deal) ?? new Set();
    this.watchers.set(deal, watchers);
    return new Promise((resolve) => {
      const wake = (): void => {
        cancelTimer();
        watchers.delete(wake);
        if (watchers.size === 0) this.watchers.delete(deal);
        resolve();
      };
      const cancelTimer = this.clock.at(this.clock.now() + waitMs, wake);
      watchers.add(wake);
    });
  }

  private note(deal: string, step: DealStep): void {
    const activity = this.deals.get(deal) ?? new Activity();
    this.deals.delete(deal);
    this.deals.set(deal, activity);
    activity.block = step.block;
    activity.steps.push(step);
    if (activity.steps.length > MOST_STEPS_OF_DEAL) activity.steps.shift();
    const oldest = this.deals.keys().next().value;
    if (this.deals.size > MOST_DEALS && oldest !== undefined) this.deals.delete(oldest);
  }

  private ring(deal: string): void {
    for (const wake of this.watchers.get(deal) ?? []) wake();
  }
}

function stepsOf(block: LedgerBlock): { readonly deal: string; readonly step: DealStep }[] {
  const valid = block.transactions.filter((transaction) => transaction.code === 0);
  return valid.flatMap(({ txId, event }) =>
    event.results.flatMap((record) => {
      const step = { block: block.block, txId, lane: event.lane, ...record };
      return [...dealsIn(record)].map((deal) => ({ deal, step }));
    }),
  );
}
