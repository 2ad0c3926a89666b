// The end of a deal that was cancelled or not paid in time: it expires, and the goods are free again.
import { isFullPrice, isHeldOrCaptured, isPaymentOpen } from '../../protocol/deal-state.js';
import { paymentsClosableFrom } from '../../protocol/deal-times.js';
import {
  closePayments,
  expire,
  type PhaseRow,
  type ReservationRow,
  type TermsRow,
} from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { SharesRow, StockRow } from '../../protocol/offer.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import type { PaymentRow } from '../../protocol/payment.js';
import { RuleViolation } from '../../protocol/violation.js';
import type { ReservedPayment } from '../payment/admission.js';
import { termsOfDeal } from './deal-terms.js';
import { requireReached } from './deal-times.js';
import { type MoneyGuard, requireMoneyMayMove } from './money-guard.js';
import { present } from '../owned.js';
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
