// Duty: D2, a payer submits a payment: fixes its arrival, which alone judges "on time".
// Must not: read the bank's row (rule 33) or write anything that another payer writes.
import type { IntentParams } from '../protocol/commands.js';
import type { Intent } from '../protocol/intent.js';
import { transition } from '../protocol/life-cycle.js';
import type {
  DealTerms,
  Hash,
  Instant,
  PaymentRow,
  LinkRow,
  ParametersRow,
  PhaseRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { signedTerms } from './deal-terms.js';
import { requireInTime, requireNear } from './deal-times.js';
import { ownLink } from './links.js';
import { present, type Owned } from './owned.js';

export interface SubmitPaymentInput {
  readonly intent: Intent;
  readonly params: IntentParams['submitPayment'];
  readonly keyThumbprint: Hash;
  readonly now: Instant;
  readonly parameters: ParametersRow;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly link: Owned<LinkRow> | null;
}

/**
 * The payment's id is the intent's id; its owner is the MSP of the link's bank.
 * Requirements: deal open; terms as signed; arrival near the timestamp and not after the deadline; own active link.
 * Rejects: NOT_FOUND, TERMS_DIFFER, TOO_LATE, TOO_EARLY, WRONG_STATE, CURRENCY, OVERPAYMENT, MIN_PART.
 */
export function decideSubmitPayment(input: SubmitPaymentInput): PaymentRow {
  const { intent, params } = input;
  const terms = signedTerms(input.terms, params.deal, params.termsHash);
  requireOpen(present(input.phase, 'phase'));
  requireNear(params.arrivedAt, input.now, input.parameters);
  requireInTime(params.arrivedAt, terms.payDeadline);
  requireAmount(params, terms);
  const { person } = intent.body;
  const { keyThumbprint } = input;
  const link = ownLink({ link: input.link, person, keyThumbprint, currency: params.currency });
  return {
    v: 1,
    id: intent.body.id,
    deal: params.deal,
    owner: link.owner,
    bank: link.bank,
    status: transition('payment', 'submitPayment', null),
    payer: person,
    link: link.id,
    currency: params.currency,
    amount: params.amount,
    fee: params.fee,
    arrivedAt: params.arrivedAt,
    termsHash: params.termsHash,
    allocation: null,
  };
}

/** A deal that was sealed or has expired is too late; one that is paid needs no more. */
function requireOpen(phase: PhaseRow): void {
  if (phase.status === 'open') return;
  const code = phase.status === 'paymentsClosed' || phase.status === 'expired' ? 'TOO_LATE' : 'WRONG_STATE';
  throw new RuleViolation(code, { kind: 'phase', found: phase.status, needed: 'open' });
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
