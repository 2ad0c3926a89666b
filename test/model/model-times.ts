// The model's times: those of offers and deals, their bounds, what is near. Milliseconds.
import type { AgreedSettings } from '../../chaincode/protocol/member.js';
import type { OfferRow, OfferTerms } from '../../chaincode/protocol/offer.js';
import { must, type ModelCommand } from './model-command.js';

/** Times of an offer, and of the deals that come of it. */
type OwnTime = (typeof OWN_TIMES)[number];
type GivenTime = 'stepTimeMs' | 'creditTimeMs' | 'windowMs' | 'slackMs';
export type Times = Pick<OfferTerms, OwnTime | GivenTime>;
export const OWN_TIMES = [
  'payTimeMs',
  'answerTimeMs',
  'inspectionTimeMs',
  'shipTimeMs',
  'deliverTimeMs',
] as const;

/** Of the offer, and what the parameters give beside it. */
export function timesOf(offer: Pick<OfferRow, OwnTime>, given: Pick<Times, GivenTime>): Times {
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = offer;
  const { stepTimeMs, creditTimeMs, windowMs, slackMs } = given;
  const own = { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs };
  return { ...own, stepTimeMs, creditTimeMs, windowMs, slackMs };
}

/** Everything that a deal's times allow, twice but for the payment. */
export function leastStop(times: Times): number {
  const last = Math.max(times.inspectionTimeMs, times.stepTimeMs);
  const steps = times.answerTimeMs + times.shipTimeMs + times.deliverTimeMs + last + times.stepTimeMs;
  return times.payTimeMs + steps + steps;
}

/** Waited after an instant until nothing that was in time is on its way: clocks differ in both directions. */
export function marginOf({ windowMs, slackMs }: Pick<OfferTerms, 'windowMs' | 'slackMs'>): number {
  return windowMs + windowMs + slackMs;
}

const DAY_MS = 24 * 3_600_000;

/** No parameter reaches beyond them. */
export function mustBeBounded(times: Times & Pick<OfferTerms, 'longStopMs'>): void {
  must(times.windowMs <= 300_000 && times.slackMs <= 600_000, 'OUT_OF_RANGE');
  for (const name of [...OWN_TIMES, 'stepTimeMs', 'creditTimeMs'] as const) {
    must(times[name] <= 90 * DAY_MS, 'OUT_OF_RANGE');
  }
  for (const name of ['shipTimeMs', 'deliverTimeMs', 'stepTimeMs', 'creditTimeMs'] as const) {
    must(times[name] >= marginOf(times), 'OUT_OF_RANGE');
  }
  must(times.longStopMs >= leastStop(times) && times.longStopMs <= 1_000 * DAY_MS, 'OUT_OF_RANGE');
}

/** No offer that these parameters allow has times beyond the bounds. */
export function mustBeBoundedParameters(params: AgreedSettings): void {
  for (const end of ['least', 'most'] as const) {
    const own = Object.fromEntries(OWN_TIMES.map((name) => [name, params[name][end]]));
    const times = timesOf(own as Pick<OfferRow, OwnTime>, params); // of these names
    mustBeBounded({ ...times, longStopMs: Math.max(params.longStopMs, leastStop(times)) });
  }
}

/** Signed instants count only within the window of the transaction's own. */
export function mustBeNear(
  call: ModelCommand,
  instant: number,
  { windowMs }: Pick<OfferTerms, 'windowMs'>,
): void {
  must(instant >= call.now - windowMs, 'TOO_LATE');
  must(instant <= call.now + windowMs, 'TOO_EARLY');
}
