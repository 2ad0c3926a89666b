// Times of a deal well inside their bounds, and the bounds of each, written out: tests go a millisecond beyond.
import type { OfferTerms } from '../../../chaincode/protocol/offer.js';
import { leastStopMs, marginMs } from '../../../chaincode/protocol/time-bounds.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const TIME_NAMES = [
  ...(['windowMs', 'slackMs', 'payTimeMs', 'answerTimeMs', 'inspectionTimeMs'] as const),
  ...(['shipTimeMs', 'deliverTimeMs', 'stepTimeMs', 'creditTimeMs', 'longStopMs'] as const),
] as const;
export type TimeName = (typeof TIME_NAMES)[number];
export type Times = Pick<OfferTerms, TimeName>;

export const TIMES: Times = {
  windowMs: 3_000,
  slackMs: 1_000,
  payTimeMs: 15 * MINUTE,
  answerTimeMs: 10_000,
  inspectionTimeMs: MINUTE,
  shipTimeMs: HOUR,
  deliverTimeMs: HOUR,
  stepTimeMs: HOUR,
  creditTimeMs: HOUR,
  longStopMs: 7 * DAY,
};

export interface Bound {
  readonly what: TimeName;
  readonly least: number;
  readonly most: number;
}

/** The bounds of each time while the others are these. */
export function boundsOfTimes(times: Times): Bound[] {
  const margin = marginMs(times);
  const ends: { readonly [N in TimeName]: readonly [number, number] } = {
    windowMs: [0, 5 * MINUTE],
    slackMs: [0, 10 * MINUTE],
    payTimeMs: [0, 90 * DAY],
    answerTimeMs: [0, 90 * DAY],
    inspectionTimeMs: [0, 90 * DAY],
    shipTimeMs: [margin, 90 * DAY],
    deliverTimeMs: [margin, 90 * DAY],
    stepTimeMs: [margin, 90 * DAY],
    creditTimeMs: [margin, 90 * DAY],
    longStopMs: [leastStopMs(times), 1_000 * DAY],
  };
  return TIME_NAMES.map((what) => ({ what, least: ends[what][0], most: ends[what][1] }));
}
