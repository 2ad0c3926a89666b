// Duty: the terms of a deal as everybody signed them.
// Must not: trust the row: its hash is recomputed wherever it is used (ledger-plan rule 3).
import { verifiedTerms } from '../protocol/terms.js';
import { RuleViolation } from '../protocol/violation.js';
import type { DealTerms, Hash, TermsRow } from '../protocol/rows.js';
import { present } from './owned.js';

/** Rejects: NOT_FOUND, TERMS_DIFFER. */
export function termsOfDeal(row: TermsRow | null, deal: string): DealTerms {
  const terms = verifiedTerms(present(row, 'terms'), deal);
  if (terms === null) throw new RuleViolation('TERMS_DIFFER', { deal });
  return terms;
}

/** Terms that a person's signature covers by this hash. Rejects: NOT_FOUND, TERMS_DIFFER. */
export function signedTerms(row: TermsRow | null, deal: string, signedHash: Hash): DealTerms {
  const terms = termsOfDeal(row, deal);
  if (row?.termsHash !== signedHash) throw new RuleViolation('TERMS_DIFFER', { deal });
  return terms;
}
