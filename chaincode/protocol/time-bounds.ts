// Bounds of a deal's times that no parameter can stretch: constants of the rules. All lengths are milliseconds.
import type { Amount } from './forms.js';
import type { OfferTerms } from './offer.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export const LONGEST_WINDOW_MS = 5 * MINUTE_MS;
export const LONGEST_SLACK_MS = 10 * MINUTE_MS;
/** Of each single time: to pay, to answer, to inspect, to ship, to deliver, of a step, to credit. */
export const LONGEST_TIME_MS = 90 * DAY_MS;
export const LONGEST_STOP_MS = 1_000 * DAY_MS;

export interface ClockRules {
  readonly windowMs: number;
  readonly slackMs: number;
}

/** Waited after an instant until nothing that was in time can still be on its way: clocks differ in both directions. */
export function marginMs({ windowMs, slackMs }: ClockRules): number {
  return 2 * windowMs + slackMs;
}

type DealTimes = Pick<
  OfferTerms,
  | 'payTimeMs'
  | 'answerTimeMs'
  | 'inspectionTimeMs'
  | 'shipTimeMs'
  | 'deliverTimeMs'
  | 'stepTimeMs'
  | 'creditTimeMs'
  | 'longStopMs'
> &
  ClockRules;

/** Before it nothing that the deal's own times allow may be cut off by the long stop. */
export function leastStopMs(times: Omit<DealTimes, 'longStopMs' | 'creditTimeMs'>): number {
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs, stepTimeMs } = times;
  const last = Math.max(inspectionTimeMs, stepTimeMs);
  return payTimeMs + 2 * (answerTimeMs + shipTimeMs + deliverTimeMs + last + stepTimeMs);
}

/** How long an accepted change of the rules waits: no shorter than clocks differ, so that its end is certain. */
export function changeDelayBounds(clock: ClockRules): { readonly least: number; readonly most: number } {
  return { least: marginMs(clock), most: LONGEST_TIME_MS };
}

/** A term outside its bounds: a time in milliseconds or an amount. */
export interface OutOfBounds {
  readonly what: string;
  readonly found: number | Amount;
  readonly least: number | Amount;
  readonly most: number | Amount;
}

/** The first time of a deal that is outside the bounds; null: all are inside. */
export function firstOutOfBounds(times: DealTimes): OutOfBounds | null {
  const margin = marginMs(times);
  const bounds: readonly (readonly [keyof DealTimes, number, number])[] = [
    ['windowMs', 0, LONGEST_WINDOW_MS],
    ['slackMs', 0, LONGEST_SLACK_MS],
    ['payTimeMs', 0, LONGEST_TIME_MS],
    ['answerTimeMs', 0, LONGEST_TIME_MS],
    ['inspectionTimeMs', 0, LONGEST_TIME_MS],
    ['shipTimeMs', margin, LONGEST_TIME_MS],
    ['deliverTimeMs', margin, LONGEST_TIME_MS],
    ['stepTimeMs', margin, LONGEST_TIME_MS],
    ['creditTimeMs', margin, LONGEST_TIME_MS],
    ['longStopMs', leastStopMs(times), LONGEST_STOP_MS],
  ];
  for (const [what, least, most] of bounds) {
    const found = times[what];
    if (!(found >= least && found <= most)) return { what, found, least, most };
  }
  return null;
}
