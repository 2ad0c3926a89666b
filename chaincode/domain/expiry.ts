// Duty: X1, X2, X3: an unpaid deal is sealed, expires, and each payer's bank gives its holds back.
// Must not: believe "expired" alone before a void: the money's own bank counts the deal's payments (rule 4).
import { transition } from '../protocol/life-cycle.js';
import type {
  Instant,
  PaymentRow,
  ParametersRow,
  PhaseRow,
  ReservationRow,
  StockRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { ReservedPayment } from './admission.js';
import { termsOfDeal } from './deal-terms.js';
import { requireReached, paymentsClosableFrom } from './deal-times.js';
import { attestedOrNull, requireAttested, present, type Owned } from './owned.js';
import { payoutOf, sumOf, type PayeeLinks, type Payout } from './payout.js';

export interface ClosePaymentsInput {
  readonly deal: string;
  readonly now: Instant;
  readonly parameters: ParametersRow;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
}

/** Null: sealed or expired before. Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, TOO_EARLY. */
export function decideClosePayments(input: ClosePaymentsInput): PhaseRow | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'paymentsClosed' || phase.status === 'expired') return null;
  const status = transition('phase', 'closePayments', phase.status);
  const terms = termsOfDeal(input.terms, input.deal);
  requireReached(input.now, paymentsClosableFrom(terms, input.parameters));
  return { v: 1, deal: input.deal, status, at: input.now };
}

export interface ExpireInput extends PayeeLinks {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  /** All payments of the deal, by range. */
  readonly payments: readonly ReservedPayment[];
  readonly reservation: ReservationRow | null;
  readonly stock: StockRow | null;
}

export type Expiry =
  | { readonly outcome: 'paid'; readonly payout: Payout }
  | {
      readonly outcome: 'expired';
      readonly phase: PhaseRow;
      readonly reservation: ReservationRow | null;
      readonly stock: StockRow | null;
    };

/**
 * Requirements: phase sealed; no payment is still open. If the held payments sum to the price, the deal is paid
 * instead. Null: expired before. Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, PAYMENT_UNANSWERED.
 */
export function decideExpire(input: ExpireInput): Expiry | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'expired') return null;
  const status = transition('phase', 'expire', phase.status);
  const terms = termsOfDeal(input.terms, input.deal);
  const open = input.payments.find(isOpen)?.payment?.row.id;
  if (open !== undefined) throw new RuleViolation('PAYMENT_UNANSWERED', { payment: open });
  const held = input.payments.flatMap(({ payment }) => heldOrCaptured(payment) ?? []);
  if (sumOf(held) === BigInt(terms.offerTerms.price)) {
    return { outcome: 'paid', payout: payoutOf({ ...input, terms, phase, held, action: 'expireFull' }) };
  }
  return {
    outcome: 'expired',
    phase: { v: 1, deal: input.deal, status, at: input.now },
    ...givenBack(input.reservation, input.stock),
  };
}

/** Submitted, and its admission neither refused nor closed: its bank may still answer. */
function isOpen({ payment, admission }: ReservedPayment): boolean {
  const submitted = attestedOrNull(payment)?.status === 'submitted';
  return submitted && admission?.status !== 'refused' && admission?.status !== 'closed';
}

function heldOrCaptured(payment: Owned<PaymentRow> | null): PaymentRow | null {
  const row = attestedOrNull(payment);
  return row?.status === 'held' || row?.status === 'captured' ? row : null;
}

function givenBack(
  reservation: ReservationRow | null,
  row: StockRow | null,
): { reservation: ReservationRow | null; stock: StockRow | null } {
  if (reservation === null || reservation.released) return { reservation: null, stock: null };
  const stock = present(row, 'stock');
  return {
    reservation: { ...reservation, released: true },
    stock: { ...stock, available: stock.available + 1, taken: stock.taken - 1 },
  };
}

export interface VoidInput {
  readonly deal: string;
  readonly payment: string;
  readonly owner: string;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  /** All payments of the deal, by range. */
  readonly payments: readonly Owned<PaymentRow>[];
  /** Whether this bank accepts attestation for that bank's money in that organisation's collection (rule 2). */
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * The payer's own bank gives a hold back.
 * Requirements: phase expired; own payment held; attested held and captured payments do not reach the price that the
 * payer himself signed (rule 4). Null: voided before.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, TERMS_DIFFER, WRONG_STATE, NOT_EXPIRED, FULLY_HELD.
 */
export function decideVoid(input: VoidInput): PaymentRow | null {
  const payment = ownPayment(input);
  if (payment.status === 'voided') return null;
  const status = transition('payment', 'voidPayment', payment.status);
  const terms = termsOfDeal(input.terms, input.deal);
  if (payment.termsHash !== input.terms?.termsHash) {
    throw new RuleViolation('TERMS_DIFFER', { deal: input.deal });
  }
  const counted = input.payments
    .flatMap((owned) => heldOrCaptured(owned) ?? [])
    .filter((other) => input.trusts(other.bank, other.owner));
  if (sumOf(counted) >= BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('FULLY_HELD', { needed: terms.offerTerms.price });
  }
  const phase = present(input.phase, 'phase');
  if (phase.status !== 'expired') throw new RuleViolation('NOT_EXPIRED', { found: phase.status });
  return { ...payment, status };
}

function ownPayment(input: VoidInput): PaymentRow {
  const owned = input.payments.find(({ row }) => row.id === input.payment) ?? null;
  const payment = requireAttested(owned, 'payment');
  if (payment.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: payment.owner });
  return payment;
}
