// Duty: ties a deal's operations at one bank together: the first sets the key's salted hash, later ones show the key.
// Must not: see or keep the key itself beyond the transaction (ledger-plan rule 29).
import { RuleViolation } from '../protocol/violation.js';
import type { Hash } from '../protocol/rows.js';
import type { RefundKeyRow } from './private-rows.js';

/** What is hashed under the bank's secret. */
export function refundKeyText(deal: string, refundKey: string): string {
  return `refund key|${deal}|${refundKey}`;
}

/** The row to write if this is the deal's first operation at the bank, else null. Rejects: REFUND_KEY. */
export function firstRefundKey(found: RefundKeyRow | null, deal: string, shown: Hash): RefundKeyRow | null {
  if (found === null) return { v: 1, deal, saltedHash: shown };
  requireRefundKey(found, shown);
  return null;
}

/** Rejects: REFUND_KEY. */
export function requireRefundKey(found: RefundKeyRow | null, shown: Hash): void {
  if (found?.saltedHash !== shown) throw new RuleViolation('REFUND_KEY');
}
