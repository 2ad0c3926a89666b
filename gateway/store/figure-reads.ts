// What is counted of all deals together, by days of UTC, from the marketplace's tables of the ledger.
import type { Instant } from '../../chaincode/protocol/forms.js';

/** From an instant, included, until another, not included; both begin a day of UTC. */
export interface DayRange {
  readonly from: Instant;
  readonly until: Instant;
}

/** What happened on one day in one currency; sums in minor units. */
export interface DayFigures {
  readonly day: string;
  readonly currency: string;
  readonly turnover: bigint;
  readonly paid: number;
  /** What was newly held, less what was paid out or given back. */
  readonly heldChange: bigint;
}

export interface Funnel {
  readonly bought: number;
  readonly partPaid: number;
  readonly paid: number;
  readonly delivered: number;
  readonly completed: number;
  readonly expired: number;
  readonly cancelled: number;
}

export interface ReleaseDay {
  readonly day: string;
  readonly completed: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

export interface FigureReads {
  /** Days from `from` on, also after the range: what is held at its end is what is held now, less these changes. */
  days(from: Instant): Promise<readonly DayFigures[]>;
  /** By currency, what payers' banks hold now. */
  heldNow(): Promise<ReadonlyMap<string, bigint>>;
  funnel(range: DayRange): Promise<Funnel>;
  release(range: DayRange): Promise<readonly ReleaseDay[]>;
}
