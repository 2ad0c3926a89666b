// Duty: a bank moves a deal's money for who shows one refund key, which its payments' rows tell by a keyed hash.
// Must not: hash a key: the session holds the secret; or keep one (ledger-plan rule 29).
import type { Hash, LegRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';

/** What is hashed under the bank's secret. */
export function refundKeyText(deal: string, refundKey: string): string {
  return `refund key|${deal}|${refundKey}`;
}

/** The key is the one with which the payment was answered. Rejects: REFUND_KEY. */
export function requireRefundKey(leg: LegRow, shown: Hash): void {
  if (leg.refundBinding !== shown) throw new RuleViolation('REFUND_KEY');
}
