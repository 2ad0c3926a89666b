// The admission of a payment, the deal's reservation and the offer's stock. It decides only whether the bank may be
// asked; the bank decides about the money.
import { isPaymentCounted, sumOf } from '../../protocol/deal-state.js';
import { admissionClosableFrom, answerBy } from '../../protocol/deal-times.js';
import type { DealTerms, InvitationRow, PhaseRow, ReservationRow, TermsRow } from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { StockRow } from '../../protocol/offer.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import { type AdmissionRow, admitPayment, closeAdmission, type PaymentRow } from '../../protocol/payment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { termsOfDeal } from '../deal/deal-terms.js';
import { requireReached } from '../deal/deal-times.js';
import { present, requireAttested } from '../owned.js';

/** A payment of the reservation with its admission. */
export interface ReservedPayment {
  readonly payment: Owned<PaymentRow> | null;
  readonly admission: AdmissionRow | null;
}

export interface AdmitInput {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly payment: Owned<PaymentRow> | null;
  readonly admission: AdmissionRow | null;
  readonly reservation: ReservationRow | null;
  readonly reserved: readonly ReservedPayment[];
  readonly stock: StockRow | null;
  /** Of the payment; null: it is the buyer's. */
  readonly invitation: InvitationRow | null;
}

/** Rows to write; a refused payment changes nothing but its admission. */
export interface AdmitDecision {
  readonly admission: AdmissionRow;
  readonly reservation: ReservationRow | null;
  readonly stock: StockRow | null;
}

/**
 * Requirements: payment submitted, not yet admitted. The first admission of a deal takes one unit of stock (R12).
 * Refused at the admission (not an error): WRONG_STATE, TOO_LATE, OVERPAYMENT, MIN_PART, NO_STOCK.
 * Null: already decided before. Rejects: NOT_FOUND, NOT_ATTESTED, TERMS_DIFFER, WRONG_STATE.
 */
export function decideAdmit(input: AdmitInput): AdmitDecision | null {
  if (input.admission !== null && input.admission.status !== 'closed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  const payment = requireAttested(input.payment, 'payment');
  requireSubmitted(payment);
  const counted = input.reserved.flatMap(({ payment: other, admission }) =>
    isPaymentCounted(other, admission) ? (attestedOrNull(other) ?? []) : [],
  );
  const reason = refusal(input, terms, payment, counted);
  const admission = admissionOf(payment, reason, input, terms);
  if (reason !== null) return { admission, reservation: null, stock: null };
  const reservation: ReservationRow = {
    v: 1,
    deal: input.deal,
    offer: terms.offerTerms.offer,
    payments: [...counted.map(({ id }) => id), payment.id],
    released: false,
  };
  return { admission, reservation, stock: input.reservation === null ? taken(input.stock) : null };
}

function admissionOf(
  payment: PaymentRow,
  reason: string | null,
  { admission: found, now }: AdmitInput,
  { offerTerms }: DealTerms,
): AdmissionRow {
  const to = reason === null ? 'admitted' : 'refused';
  const status = transition(admitPayment, 'admission', to, found?.status ?? null);
  const due = now + offerTerms.answerTimeMs;
  return { v: 1, payment: payment.id, deal: payment.deal, status, answerBy: due, reason };
}

function requireSubmitted({ status }: PaymentRow): void {
  if (status === 'submitted') return;
  throw new RuleViolation('WRONG_STATE', { kind: 'payment', found: status, needed: 'submitted' });
}

function refusal(
  input: AdmitInput,
  { offerTerms }: DealTerms,
  payment: PaymentRow,
  counted: readonly PaymentRow[],
): string | null {
  const { status } = present(input.phase, 'phase');
  if (status === 'expired') return 'TOO_LATE';
  if (status !== 'open' && status !== 'paymentsClosed') return 'WRONG_STATE';
  const rest = BigInt(offerTerms.price) - sumOf(counted) - BigInt(payment.amount);
  if (rest < 0n || isMoreThanInvited(input, payment, counted)) return 'OVERPAYMENT';
  if (rest > 0n && rest < BigInt(offerTerms.minimumPart)) return 'MIN_PART';
  if (input.reservation === null && present(input.stock, 'stock').available < 1) return 'NO_STOCK';
  return null;
}

/** Several payments by one invitation count together. */
function isMoreThanInvited(
  { invitation }: AdmitInput,
  payment: PaymentRow,
  counted: readonly PaymentRow[],
): boolean {
  if (payment.invitation === null) return false;
  if (invitation?.id !== payment.invitation) return true;
  const byIt = counted.filter((other) => other.invitation === payment.invitation);
  return sumOf(byIt) + BigInt(payment.amount) > BigInt(invitation.most);
}

function taken(row: StockRow | null): StockRow {
  const stock = present(row, 'stock');
  return { ...stock, available: stock.available - 1, taken: stock.taken + 1 };
}

export interface CloseAdmissionInput {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly payment: Owned<PaymentRow> | null;
  readonly admission: AdmissionRow | null;
}

/**
 * Requirements: payment still submitted; answer time and the margin of clocks are over.
 * Null: closed before. Rejects: NOT_FOUND, NOT_ATTESTED, TERMS_DIFFER, ANSWERED, WRONG_STATE, TOO_EARLY.
 */
export function decideCloseAdmission(input: CloseAdmissionInput): AdmissionRow | null {
  if (input.admission?.status === 'closed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  const payment = requireAttested(input.payment, 'payment');
  if (payment.status !== 'submitted') throw new RuleViolation('ANSWERED', { found: payment.status });
  const status = transition(closeAdmission, 'admission', 'closed', input.admission?.status ?? null);
  requireReached(input.now, admissionClosableFrom(payment, input.admission, terms));
  const due = answerBy(payment, input.admission, terms);
  return { v: 1, payment: payment.id, deal: payment.deal, status, answerBy: due, reason: null };
}
