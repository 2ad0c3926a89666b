// How a deal's price is shared, opened and checked against the terms that everybody signed.
import type { OfferTerms, SharesRow } from '../../protocol/offer.js';
import { type PayeeShare, payeeShares } from '../../protocol/plan.js';
import { type OpenedShares, openShares } from '../../protocol/shares.js';
import { RuleViolation } from '../../protocol/violation.js';

/** Rejects: TERMS_DIFFER if the row is missing or opens something else. */
export function requireShares(terms: OfferTerms, row: SharesRow | null): OpenedShares {
  const opened = openShares(terms, row);
  if (opened === null) throw new RuleViolation('TERMS_DIFFER', { what: 'shares' });
  return opened;
}

/** Payees with what each receives in all. Rejects: TERMS_DIFFER. */
export function requirePayees(terms: OfferTerms, row: SharesRow | null): PayeeShare[] {
  return payeeShares(terms, requireShares(terms, row));
}
