// A payer submits a payment: that fixes its arrival, which alone decides whether it is in time. It reads nothing of the
// bank's and writes nothing that another payer writes.
import type { LinkRow } from '../../protocol/account.js';
import type { IntentParams } from '../../protocol/commands.js';
import type { DealTerms, InvitationRow, PhaseRow, TermsRow } from '../../protocol/deal.js';
import type { Hash, Instant } from '../../protocol/forms.js';
import type { Intent } from '../../protocol/intent.js';
import { transition } from '../../protocol/life-cycle.js';
import type { Owned } from '../../protocol/owned.js';
import {
  MOST_PAYMENTS_OF_PAYER,
  type PaymentRow,
  submitPayment,
  type TallyRow,
} from '../../protocol/payment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { signedTerms } from '../deal/deal-terms.js';
import { requireInTime, requireNear } from '../deal/deal-times.js';
import { requirePayer } from '../deal/invitation.js';
import { ownLink } from '../account/links.js';
import { present } from '../owned.js';

export interface SubmitPaymentInput {
  readonly channel: string;
  readonly intent: Intent;
  readonly params: IntentParams['submitPayment'];
  readonly keyThumbprint: Hash;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly link: Owned<LinkRow> | null;
  /** The one that the payer names; null: none. */
  readonly invitation: InvitationRow | null;
  readonly existing: Owned<PaymentRow> | null;
  /** Of the payer in this deal; null: it is his first payment. */
  readonly tally: TallyRow | null;
}

export interface SubmittedPayment {
  readonly payment: PaymentRow;
  readonly tally: TallyRow;
}

/**
 * The payment's id is the intent's id; its owner is the MSP of the link's bank.
 * Requirements: deal open; the buyer, or invited by him; terms as signed; arrival near the timestamp and not after the
 * deadline; own active link. Rejects: NOT_FOUND, TERMS_DIFFER, TOO_LATE, TOO_EARLY, WRONG_STATE, CURRENCY, OVERPAYMENT,
 * MIN_PART, EXISTS, TOO_MANY_PAYMENTS, and what `requirePayer` rejects.
 */
export function decideSubmitPayment(input: SubmitPaymentInput): SubmittedPayment {
  const { channel, intent, params, keyThumbprint } = input;
  const { id, person } = intent.body;
  if (input.existing !== null) throw new RuleViolation('EXISTS', { what: id });
  const terms = signedTerms(input.terms, params.deal, params.termsHash);
  requireOpen(present(input.phase, 'phase'));
  requireNear(params.arrivedAt, input.now, terms.offerTerms);
  requireInTime(params.arrivedAt, terms.payDeadline);
  requireAmount(params, terms);
  const link = ownLink({ link: input.link, person, keyThumbprint, currency: params.currency });
  requirePayer({
    channel,
    terms,
    termsRow: present(input.terms, 'terms'),
    payer: person,
    invitation: params.invitation,
    amount: params.amount,
    row: input.invitation,
  });
  const tally = counted(input.tally, { deal: params.deal, payer: person });
  const payment: PaymentRow = {
    v: 1,
    id,
    deal: params.deal,
    owner: link.owner,
    bank: link.bank,
    status: transition(submitPayment, 'payment', 'submitted', null),
    payer: person,
    link: link.id,
    currency: params.currency,
    amount: params.amount,
    fee: params.fee,
    arrivedAt: params.arrivedAt,
    termsHash: params.termsHash,
    invitation: params.invitation,
    allocation: null,
  };
  return { payment, tally };
}

/** Refused payments count as well: each stays on the ledger. Rejects: TOO_MANY_PAYMENTS. */
function counted(row: TallyRow | null, of: Pick<TallyRow, 'deal' | 'payer'>): TallyRow {
  const payments = (row?.payments ?? 0) + 1;
  const most = MOST_PAYMENTS_OF_PAYER;
  if (payments > most) throw new RuleViolation('TOO_MANY_PAYMENTS', { found: payments - 1, most });
  return { v: 1, ...of, payments };
}

/** A deal whose payments are closed or that has expired is too late; one that is paid or cancelled takes no more. */
function requireOpen({ status }: PhaseRow): void {
  if (status === 'open') return;
  const code = status === 'paymentsClosed' || status === 'expired' ? 'TOO_LATE' : 'WRONG_STATE';
  throw new RuleViolation(code, { kind: 'phase', found: status, needed: 'open' });
}

function requireAmount(params: IntentParams['submitPayment'], terms: DealTerms): void {
  const { price, minimumPart, currency } = terms.offerTerms;
  if (params.currency !== currency) {
    throw new RuleViolation('CURRENCY', { found: params.currency, needed: currency });
  }
  const amount = BigInt(params.amount);
  if (amount > BigInt(price)) throw new RuleViolation('OVERPAYMENT', { found: params.amount, most: price });
  if (amount === 0n || (amount < BigInt(minimumPart) && params.amount !== price)) {
    throw new RuleViolation('MIN_PART', { found: params.amount, needed: minimumPart });
  }
}
