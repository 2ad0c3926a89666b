// Duty: proves a payment: the payer's signature over deal, sum, fee and arrival, with the key of the payer's link.
// Must not: ask whether the bank holds the money; attestation tells that.
import type { DealTerms, PaymentRow, LinkRow, UsedIntentRow, TermsRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { requireInTime } from './deal-times.js';
import { provenLink } from './intent-proof.js';
import { requireAmount } from './money.js';
import type { Owned } from './owned.js';

export interface PayClaim {
  readonly channel: string;
  readonly payment: PaymentRow;
  /** Of the payment's intent: anybody's row, attested for the signature in it only. */
  readonly usedIntent: UsedIntentRow | null;
  readonly link: Owned<LinkRow> | null;
  readonly terms: DealTerms;
  readonly termsRow: TermsRow;
}

/**
 * Rejects: BAD_INPUT (sums), BAD_SIGNATURE, TERMS_DIFFER, CURRENCY, TOO_LATE, WRONG_ORGANISATION, NOT_FOUND,
 * NOT_ATTESTED.
 */
export function requirePayment(claim: PayClaim): void {
  const { payment, usedIntent, terms, termsRow } = claim;
  requireSums(payment);
  const { deal, amount, fee, currency, arrivedAt } = payment;
  const link = provenLink({
    what: 'payment',
    signed: usedIntent?.signed ?? null,
    channel: claim.channel,
    id: payment.id,
    action: 'submitPayment',
    person: payment.payer,
    params: { deal, termsHash: termsRow.termsHash, amount, fee, currency, link: payment.link, arrivedAt },
    link: claim.link,
  });
  if (link.owner !== payment.owner || link.bank !== payment.bank || link.id !== payment.link) {
    throw new RuleViolation('WRONG_ORGANISATION', { payment: payment.id, needed: link.owner });
  }
  if (deal !== terms.deal || payment.termsHash !== termsRow.termsHash)
    throw new RuleViolation('TERMS_DIFFER', { deal });
  const needed = terms.offerTerms.currency;
  if (currency !== needed || link.currency !== needed) {
    throw new RuleViolation('CURRENCY', { found: currency, needed });
  }
  requireInTime(arrivedAt, terms.payDeadline);
}

/** A payer in league with whoever writes the row may sign what no honest chaincode would take. */
function requireSums({ id, amount, fee }: PaymentRow): void {
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
