// Proves a payment: the payer's signature over deal, sum, fee and arrival with the key of his link, and that he may pay
// into this deal. Whether the bank holds the money, its attestation says.
import type { LinkRow } from '../../protocol/account.js';
import type { DealTerms, InvitationRow, TermsRow } from '../../protocol/deal.js';
import type { Owned } from '../../protocol/owned.js';
import type { PaymentRow } from '../../protocol/payment.js';
import type { UsedIntentRow } from '../../protocol/used-intent.js';
import { RuleViolation } from '../../protocol/violation.js';
import { requireInTime } from '../deal/deal-times.js';
import { provenLink } from '../intent-proof.js';
import { requirePayer } from '../deal/invitation.js';

export interface PaymentProof {
  readonly channel: string;
  readonly payment: PaymentRow;
  /** Of the payment's intent: anybody's row, relied on for the signature in it only. */
  readonly usedIntent: UsedIntentRow | null;
  readonly link: Owned<LinkRow> | null;
  /** By which the payment was made; null: none. */
  readonly invitation: InvitationRow | null;
  readonly terms: DealTerms;
  readonly termsRow: TermsRow;
}

/**
 * Rejects: BAD_SIGNATURE, TERMS_DIFFER, CURRENCY, TOO_LATE, WRONG_ORGANISATION, NOT_FOUND, NOT_ATTESTED, and what
 * `requirePayer` rejects.
 */
export function requirePayment(proof: PaymentProof): void {
  const { channel, payment, usedIntent, terms, termsRow } = proof;
  const { deal, amount, fee, currency, arrivedAt, invitation, payer } = payment;
  const { termsHash } = termsRow;
  const link = provenLink({
    what: 'payment',
    signed: usedIntent?.signed ?? null,
    channel,
    id: payment.id,
    action: 'submitPayment',
    person: payer,
    params: { deal, termsHash, amount, fee, currency, link: payment.link, arrivedAt, invitation },
    link: proof.link,
  });
  if (link.owner !== payment.owner || link.bank !== payment.bank || link.id !== payment.link) {
    throw new RuleViolation('WRONG_ORGANISATION', { payment: payment.id, needed: link.owner });
  }
  if (deal !== terms.deal || payment.termsHash !== termsHash)
    throw new RuleViolation('TERMS_DIFFER', { deal });
  const needed = terms.offerTerms.currency;
  if (currency !== needed || link.currency !== needed) {
    throw new RuleViolation('CURRENCY', { found: currency, needed });
  }
  requireInTime(arrivedAt, terms.payDeadline);
  requirePayer({ channel, terms, termsRow, payer, invitation, amount, row: proof.invitation });
}
