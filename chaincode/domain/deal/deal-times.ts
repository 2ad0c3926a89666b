// Whether an instant is in time, near or reached. `now` is the transaction's timestamp; all are milliseconds.
import type { Instant } from '../../protocol/forms.js';
import type { ClockRules } from '../../protocol/time-bounds.js';
import { RuleViolation } from '../../protocol/violation.js';

/** A signed instant counts only near the transaction's timestamp, in both directions. Rejects: TOO_LATE, TOO_EARLY. */
export function requireNear(signed: Instant, now: Instant, { windowMs }: Pick<ClockRules, 'windowMs'>): void {
  const values = { found: signed, now, windowMs };
  if (signed < now - windowMs) throw new RuleViolation('TOO_LATE', values);
  if (signed > now + windowMs) throw new RuleViolation('TOO_EARLY', values);
}

/** The deadline's own instant is in time. Rejects: TOO_LATE. */
export function requireInTime(arrivedAt: Instant, deadline: Instant): void {
  if (arrivedAt > deadline) throw new RuleViolation('TOO_LATE', { found: arrivedAt, needed: deadline });
}

/** Rejects: TOO_EARLY. */
export function requireReached(now: Instant, from: Instant): void {
  if (now < from) throw new RuleViolation('TOO_EARLY', { now, needed: from });
}
