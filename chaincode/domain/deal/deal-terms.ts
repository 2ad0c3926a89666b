// The terms of a deal as everybody signed them. The row is not trusted: its hash is recomputed wherever it is used.
import type { DealTerms, TermsRow } from '../../protocol/deal.js';
import type { Hash } from '../../protocol/forms.js';
import { verifiedTerms } from '../../protocol/terms.js';
import { RuleViolation } from '../../protocol/violation.js';
import { present } from '../owned.js';

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
