// The instants of a deal, by its own terms: rules, workers and pages count by the same ones. Milliseconds.
import type { DealTerms } from './deal.js';
import type { Instant } from './forms.js';
import type { AdmissionRow, PaymentRow } from './payment.js';
import { marginMs } from './time-bounds.js';

/** First instant at which nothing that was in time at `instant` can still be on its way. */
export function settledFrom(instant: Instant, { offerTerms }: DealTerms): Instant {
  return instant + marginMs(offerTerms);
}

/** First instant at which anybody may close an unpaid deal's payments. */
export function paymentsClosableFrom(terms: DealTerms): Instant {
  return settledFrom(terms.payDeadline, terms);
}

/** First instant from which a paid deal whose parcel the courier does not have counts as not shipped. */
export function unshippedFrom(paidAt: Instant, terms: DealTerms): Instant {
  return settledFrom(paidAt + terms.offerTerms.shipTimeMs, terms);
}

/** First instant from which a paid deal that is not delivered counts as overdue. */
export function overdueFrom(paidAt: Instant, terms: DealTerms): Instant {
  const { shipTimeMs, deliverTimeMs } = terms.offerTerms;
  return settledFrom(paidAt + shipTimeMs + deliverTimeMs + lastStepMs(terms), terms);
}

/** The time to inspect, and never less than one step: the longest that the buyer's end of a deal may take. */
export function lastStepMs({ offerTerms: { inspectionTimeMs, stepTimeMs } }: DealTerms): number {
  return Math.max(inspectionTimeMs, stepTimeMs);
}

/** First instant at which an inspection since `startedAt` is over for everybody; without inspection time at once. */
export function inspectedFrom(startedAt: Instant, terms: DealTerms): Instant {
  const { inspectionTimeMs } = terms.offerTerms;
  return inspectionTimeMs === 0 ? startedAt : settledFrom(startedAt + inspectionTimeMs, terms);
}

/** First instant at which a payer's bank ends what it holds by itself. */
export function longStopFrom(terms: DealTerms): Instant {
  return settledFrom(terms.longStopAt, terms);
}

/** When the bank's answer is due: answer time runs from admission, or from arrival if it was never admitted. */
export function answerBy(
  { arrivedAt }: Pick<PaymentRow, 'arrivedAt'>,
  admission: AdmissionRow | null,
  terms: DealTerms,
): Instant {
  return admission?.answerBy ?? arrivedAt + terms.offerTerms.answerTimeMs;
}

/** First instant at which anybody may close the admission of an unanswered payment. */
export function admissionClosableFrom(
  payment: Pick<PaymentRow, 'arrivedAt'>,
  admission: AdmissionRow | null,
  terms: DealTerms,
): Instant {
  return settledFrom(answerBy(payment, admission, terms), terms);
}
