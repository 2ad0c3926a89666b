// Duty: the time rules of a deal (architecture §4 "Time and order", ledger-plan rules 13, 15, 18).
// Must not: read a clock; `now` is the transaction's timestamp. All instants and lengths are milliseconds.
import { RuleViolation } from '../protocol/violation.js';
import type { DealTerms, AdmissionRow, Instant, PaymentRow, ParametersRow } from '../protocol/rows.js';

type Clock = Pick<ParametersRow, 'windowMs' | 'slackMs'>;

/** A signed instant counts only near the transaction's timestamp, in both directions (rule 15). */
export function requireNear(signed: Instant, now: Instant, clock: Clock): void {
  const values = { found: signed, now, windowMs: clock.windowMs };
  if (signed < now - clock.windowMs) throw new RuleViolation('TOO_LATE', values);
  if (signed > now + clock.windowMs) throw new RuleViolation('TOO_EARLY', values);
}

/** The deadline's own instant is in time. */
export function requireInTime(arrivedAt: Instant, deadline: Instant): void {
  if (arrivedAt > deadline) throw new RuleViolation('TOO_LATE', { found: arrivedAt, needed: deadline });
}

export function requireReached(now: Instant, from: Instant): void {
  if (now < from) throw new RuleViolation('TOO_EARLY', { now, needed: from });
}

/** First instant at which nothing that was in time at `instant` can still be on its way (rule 13). */
export function settledFrom(instant: Instant, clock: Clock): Instant {
  return instant + 2 * clock.windowMs + clock.slackMs;
}

/** First instant at which anybody may seal an unpaid deal. */
export function paymentsClosableFrom(terms: DealTerms, clock: Clock): Instant {
  return settledFrom(terms.payDeadline, clock);
}

/** When the bank's answer is due: answer time runs from admission, or from arrival if never admitted (rule 18). */
export function answerBy(payment: PaymentRow, admission: AdmissionRow | null, terms: DealTerms): Instant {
  return admission?.answerBy ?? payment.arrivedAt + terms.offerTerms.answerTimeMs;
}

/** First instant at which anybody may close an unanswered payment. */
export function closableFrom(
  payment: PaymentRow,
  admission: AdmissionRow | null,
  terms: DealTerms,
  clock: Clock,
): Instant {
  return settledFrom(answerBy(payment, admission, terms), clock);
}
