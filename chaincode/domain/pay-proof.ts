// Duty: proves a leg: the payer's signature over deal, sum, fee and arrival, with the key of the payer's link.
// Must not: ask whether the bank holds the money; evidence tells that.
import type { DealTerms, LegRow, LinkRow, ReceiptRow, TermsRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { requireInTime } from './deal-times.js';
import { provenLink } from './intent-proof.js';
import { requireAmount } from './money.js';
import type { Owned } from './owned.js';

export interface PayClaim {
  readonly channel: string;
  readonly leg: LegRow;
  /** Of the leg's intent: anybody's row, believed for the signature in it only. */
  readonly receipt: ReceiptRow | null;
  readonly link: Owned<LinkRow> | null;
  readonly terms: DealTerms;
  readonly termsRow: TermsRow;
}

/**
 * Rejects: BAD_INPUT (sums), BAD_SIGNATURE, TERMS_DIFFER, CURRENCY, TOO_LATE, WRONG_ORGANISATION, NOT_FOUND,
 * NO_EVIDENCE.
 */
export function requirePayment(claim: PayClaim): void {
  const { leg, receipt, terms, termsRow } = claim;
  requireSums(leg);
  const { deal, amount, fee, currency, arrivedAt } = leg;
  const link = provenLink({
    what: 'payment',
    signed: receipt?.signed ?? null,
    channel: claim.channel,
    id: leg.id,
    action: 'submitLeg',
    person: leg.payer,
    params: { deal, termsHash: termsRow.termsHash, amount, fee, currency, link: leg.link, arrivedAt },
    link: claim.link,
  });
  if (link.owner !== leg.owner || link.bank !== leg.bank || link.id !== leg.link) {
    throw new RuleViolation('WRONG_ORGANISATION', { leg: leg.id, needed: link.owner });
  }
  if (deal !== terms.deal || leg.termsHash !== termsRow.termsHash)
    throw new RuleViolation('TERMS_DIFFER', { deal });
  const needed = terms.offerTerms.currency;
  if (currency !== needed || link.currency !== needed) {
    throw new RuleViolation('CURRENCY', { found: currency, needed });
  }
  requireInTime(arrivedAt, terms.payDeadline);
}

/** A payer in league with whoever writes the row may sign what no honest chaincode would take. */
function requireSums({ id, amount, fee }: LegRow): void {
  requireAmount('amount', amount);
  requireAmount('fee', fee);
  if (amount === '0') {
    throw new RuleViolation('BAD_INPUT', {
      at: `amount of ${id}`,
      found: amount,
      needed: 'more than nothing',
    });
  }
}
