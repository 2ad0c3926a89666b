// Duty: D3 and L1: the admission of a payment, the deal's reservation and the offer's stock.
// Must not: decide about money; the admission only says whether the bank may be asked.
import { transition } from '../protocol/life-cycle.js';
import type {
  DealTerms,
  AdmissionRow,
  Instant,
  PaymentRow,
  ParametersRow,
  PhaseRow,
  ReservationRow,
  StockRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { termsOfDeal } from './deal-terms.js';
import { answerBy, closableFrom, requireReached } from './deal-times.js';
import { attestedOrNull, requireAttested, present, type Owned } from './owned.js';

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
}

/**
 * Rows to write; a refused payment changes nothing but its admission. Null: already decided before, nothing to write.
 */
export interface AdmitDecision {
  readonly admission: AdmissionRow;
  readonly reservation: ReservationRow | null;
  readonly stock: StockRow | null;
}

/**
 * Requirements: payment submitted, not yet decided. The first admission of a deal takes one unit of stock (R12).
 * Refused at the admission (not an error): WRONG_STATE, TOO_LATE, OVERPAYMENT, MIN_PART, NO_STOCK.
 * Rejects: NOT_FOUND, NOT_ATTESTED, TERMS_DIFFER, WRONG_STATE.
 */
export function decideAdmit(input: AdmitInput): AdmitDecision | null {
  if (input.admission !== null && input.admission.status !== 'closed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  const payment = requireAttested(input.payment, 'payment');
  requireSubmitted(payment);
  const alive = input.reserved.flatMap((reserved) => alivePayment(reserved) ?? []);
  const reason = refusal(input, terms, payment, alive);
  const admission = admissionOf(payment, reason, input);
  if (reason !== null) return { admission, reservation: null, stock: null };
  const reservation: ReservationRow = {
    v: 1,
    deal: input.deal,
    offer: terms.offerTerms.offer,
    payments: [...alive.map(({ id }) => id), payment.id],
    released: false,
  };
  return { admission, reservation, stock: input.reservation === null ? taken(input.stock) : null };

  function admissionOf(
    of: PaymentRow,
    refused: string | null,
    { admission: found, now }: AdmitInput,
  ): AdmissionRow {
    const status = transition(
      'admission',
      refused === null ? 'admitPayment' : 'refusePayment',
      found?.status ?? null,
    );
    const due = now + terms.offerTerms.answerTimeMs;
    return { v: 1, payment: of.id, deal: of.deal, status, answerBy: due, reason: refused };
  }
}

function requireSubmitted(payment: PaymentRow): void {
  if (payment.status !== 'submitted') {
    throw new RuleViolation('WRONG_STATE', { kind: 'payment', found: payment.status, needed: 'submitted' });
  }
}

/** A reserved payment that still counts: held, or admitted and not answered (rule 19). */
function alivePayment({ payment, admission }: ReservedPayment): PaymentRow | null {
  const row = attestedOrNull(payment);
  if (row === null) return null;
  if (row.status === 'held') return row;
  return row.status === 'submitted' && admission?.status === 'admitted' ? row : null;
}

function refusal(
  input: AdmitInput,
  terms: DealTerms,
  payment: PaymentRow,
  alive: readonly PaymentRow[],
): string | null {
  const { status } = present(input.phase, 'phase');
  if (status === 'expired') return 'TOO_LATE';
  if (status !== 'open' && status !== 'paymentsClosed') return 'WRONG_STATE';
  const sum = alive.reduce((total, { amount }) => total + BigInt(amount), BigInt(payment.amount));
  const rest = BigInt(terms.offerTerms.price) - sum;
  if (rest < 0n) return 'OVERPAYMENT';
  if (rest > 0n && rest < BigInt(terms.offerTerms.minimumPart)) return 'MIN_PART';
  if (input.reservation === null && present(input.stock, 'stock').available < 1) return 'NO_STOCK';
  return null;
}

function taken(row: StockRow | null): StockRow {
  const stock = present(row, 'stock');
  return { ...stock, available: stock.available - 1, taken: stock.taken + 1 };
}

export interface CloseAdmissionInput {
  readonly deal: string;
  readonly now: Instant;
  readonly parameters: ParametersRow;
  readonly terms: TermsRow | null;
  readonly payment: Owned<PaymentRow> | null;
  readonly admission: AdmissionRow | null;
}

/**
 * Requirements: payment still submitted; answer time, twice the window and slack are over.
 * Null: closed before. Rejects: NOT_FOUND, NOT_ATTESTED, TERMS_DIFFER, ANSWERED, WRONG_STATE, TOO_EARLY.
 */
export function decideCloseAdmission(input: CloseAdmissionInput): AdmissionRow | null {
  if (input.admission?.status === 'closed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  const payment = requireAttested(input.payment, 'payment');
  if (payment.status !== 'submitted') throw new RuleViolation('ANSWERED', { found: payment.status });
  const status = transition('admission', 'closeAdmission', input.admission?.status ?? null);
  requireReached(input.now, closableFrom(payment, input.admission, terms, input.parameters));
  const due = answerBy(payment, input.admission, terms);
  return { v: 1, payment: payment.id, deal: payment.deal, status, answerBy: due, reason: null };
}
