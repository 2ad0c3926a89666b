// The end of a deal that was cancelled or not paid in time: it expires, and each payer's bank gives back what it holds.
// Before that the bank counts the deal's payments itself: "expired" is others' word.
import { isFullPrice, isHeldOrCaptured, isPaymentOpen, sumOf } from '../../protocol/deal-state.js';
import { paymentsClosableFrom } from '../../protocol/deal-times.js';
import {
  closePayments,
  type DealTerms,
  expire,
  type PhaseRow,
  type ReservationRow,
  type TermsRow,
} from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { SharesRow, StockRow } from '../../protocol/offer.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import { type PaymentRow, voidPayment } from '../../protocol/payment.js';
import { RuleViolation } from '../../protocol/violation.js';
import type { ReservedPayment } from '../payment/admission.js';
import { termsOfDeal } from './deal-terms.js';
import { requireReached } from './deal-times.js';
import { type MoneyGuard, requireMoneyMayMove } from './money-guard.js';
import { present, requireAttested } from '../owned.js';
import { type Payout, payoutOf } from '../payout/payout.js';

export interface ClosePaymentsInput {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
}

/** Null: closed or expired before. Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, TOO_EARLY. */
export function decideClosePayments(input: ClosePaymentsInput): PhaseRow | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'paymentsClosed' || phase.status === 'expired') return null;
  const status = transition(closePayments, 'phase', 'paymentsClosed', phase.status);
  const terms = termsOfDeal(input.terms, input.deal);
  requireReached(input.now, paymentsClosableFrom(terms));
  return { ...phase, status, at: input.now };
}

export interface ExpireInput {
  readonly deal: string;
  readonly now: Instant;
  readonly guard: MoneyGuard;
  readonly terms: TermsRow | null;
  readonly shares: SharesRow | null;
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
 * Requirements: payments closed or deal cancelled; no payment is still open. If the held payments sum to the price,
 * the deal is paid instead. Null: expired before. Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, PAYMENT_UNANSWERED.
 */
export function decideExpire(input: ExpireInput): Expiry | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'expired') return null;
  const status = transition(expire, 'phase', 'expired', phase.status);
  requireMoneyMayMove(input.guard);
  const terms = termsOfDeal(input.terms, input.deal);
  const open = input.payments.find(({ payment, admission }) => isPaymentOpen(payment, admission));
  if (open !== undefined) {
    throw new RuleViolation('PAYMENT_UNANSWERED', { payment: open.payment?.row.id ?? '' });
  }
  const held = heldOrCaptured(input.payments.map(({ payment }) => payment));
  if (isFullPrice(held, terms)) {
    return { outcome: 'paid', payout: payoutOf({ ...input, phase, held, command: expire }) };
  }
  return {
    outcome: 'expired',
    phase: { ...phase, status, at: input.now },
    ...givenBack(input.reservation, input.stock),
  };
}

function heldOrCaptured(payments: readonly (Owned<PaymentRow> | null)[]): PaymentRow[] {
  return payments.flatMap((owned) => attestedOrNull(owned) ?? []).filter(isHeldOrCaptured);
}

function givenBack(
  reservation: ReservationRow | null,
  stock: StockRow | null,
): { readonly reservation: ReservationRow | null; readonly stock: StockRow | null } {
  if (reservation === null || reservation.released) return { reservation: null, stock: null };
  // Money goes back also where others have spoiled the row of the stock.
  const isTaken = stock !== null && stock.taken > 0;
  return {
    reservation: { ...reservation, released: true },
    stock: isTaken ? { ...stock, available: stock.available + 1, taken: stock.taken - 1 } : null,
  };
}

export interface VoidInput {
  readonly deal: string;
  readonly payment: string;
  readonly owner: string;
  readonly guard: MoneyGuard;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  /** All payments of the deal, by range. */
  readonly payments: readonly Owned<PaymentRow>[];
  /** Whether this bank accepts that organisation's attestation for that bank's money. */
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * The payer's own bank gives a hold back.
 * Requirements: phase expired; own payment held; attested held and captured payments do not reach the price that the
 * payer himself signed. Null: voided before.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, TERMS_DIFFER, WRONG_STATE, NOT_EXPIRED, FULLY_HELD.
 */
export function decideVoid(input: VoidInput): PaymentRow | null {
  const payment = ownPayment(input);
  if (payment.status === 'voided') return null;
  const status = transition(voidPayment, 'payment', 'voided', payment.status);
  requireMoneyMayMove(input.guard);
  const terms = signedByPayer(input, payment);
  const counted = heldOrCaptured(input.payments).filter((other) => input.trusts(other.bank, other.owner));
  if (sumOf(counted) >= BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('FULLY_HELD', { needed: terms.offerTerms.price });
  }
  const phase = present(input.phase, 'phase');
  if (phase.status !== 'expired') throw new RuleViolation('NOT_EXPIRED', { found: phase.status });
  return { ...payment, status };
}

function signedByPayer({ terms: row, deal }: VoidInput, payment: PaymentRow): DealTerms {
  const terms = termsOfDeal(row, deal);
  if (payment.termsHash !== row?.termsHash) throw new RuleViolation('TERMS_DIFFER', { deal });
  return terms;
}

function ownPayment(input: VoidInput): PaymentRow {
  const named = input.payments.filter(({ row }) => row.id === input.payment);
  // A copy under another key is never attested, and does not stand in the way of the genuine one.
  const owned = named.find(({ attested }) => attested) ?? named[0] ?? null;
  const payment = requireAttested(owned, 'payment');
  if (payment.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: payment.owner });
  return payment;
}
