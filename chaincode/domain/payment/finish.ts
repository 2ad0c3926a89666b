// How a payment ends: one function says whether the payer's bank pays it out, gives it back, or waits. It asks the
// bank's own record; of what others write today it asks only what cannot harm an honest party.
import { HAD_MONEY, isDelivered, provenMoney, sumOf } from '../../protocol/deal-state.js';
import { inspectedFrom, lastStepMs, longStopFrom, settledFrom } from '../../protocol/deal-times.js';
import type { ConcessionRow, OutcomeRow, PhaseRow } from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { Owned } from '../../protocol/owned.js';
import { capture, type PaymentRow, voidPayment } from '../../protocol/payment.js';
import { allocationOf, planOf } from '../../protocol/plan.js';
import type { InspectionRow, ShipmentRow } from '../../protocol/shipment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { type MoneyGuard, requireMoneyMayMove } from '../deal/money-guard.js';
import { requirePayees } from '../offer/shares.js';
import { present } from '../owned.js';
import { hasMoved, isWordOf } from './deal-record.js';
import type { DealRecordRow, OwnPayment } from './deal-record-row.js';

export interface FinishInput {
  readonly channel: string;
  readonly payment: string;
  readonly now: Instant;
  readonly guard: MoneyGuard;
  readonly record: DealRecordRow | null;
  readonly phase: PhaseRow | null;
  readonly inspection: InspectionRow | null;
  /** As the ledger has it: anybody's row, relied on for the seller's signature in it only. */
  readonly concession: ConcessionRow | null;
  readonly outcome: OutcomeRow | null;
  readonly shipment: Owned<ShipmentRow> | null;
  /** All payments of the deal, by range; asked only if the price was never seen held. */
  readonly payments: readonly Owned<PaymentRow>[];
  /** Whether this bank accepts that organisation's attestation for that bank's money. */
  readonly trusts: (bank: string, msp: string) => boolean;
}

export interface Finished {
  /** As it is from now on. */
  readonly payment: PaymentRow;
  readonly record: DealRecordRow;
}

/**
 * The captured payment with its allocation. Null: captured before.
 * Requirements: see `endOf`. Rejects: NOT_FOUND, WRONG_STATE, NOT_FULL, NOT_DUE.
 */
export function decideCapture(input: FinishInput): Finished | null {
  const { record, own } = ownPayment(input);
  if (own.status === 'captured') return null;
  const status = transition(capture, 'payment', 'captured', own.status);
  requireMoneyMayMove(input.guard);
  requireEnd(input, record, 'capture');
  const payees = requirePayees(record.terms.terms.offerTerms, record.shares);
  const items = planOf(record.full?.payments ?? [], payees);
  const payment = { ...own.payment, status, allocation: allocationOf(items, own.payment.id) };
  return { payment, record: finished(input, record, status) };
}

/**
 * The payment given back. Null: given back before.
 * Requirements: see `endOf`. Rejects: NOT_FOUND, WRONG_STATE, FULLY_HELD, NOT_DUE.
 */
export function decideVoid(input: FinishInput): Finished | null {
  const { record, own } = ownPayment(input);
  if (own.status === 'voided') return null;
  const status = transition(voidPayment, 'payment', 'voided', own.status);
  requireMoneyMayMove(input.guard);
  requireEnd(input, record, 'void');
  return { payment: { ...own.payment, status }, record: finished(input, record, status) };
}

function ownPayment({ record: found, payment }: FinishInput): {
  readonly record: DealRecordRow;
  readonly own: OwnPayment;
} {
  const record = present(found, 'payment');
  return {
    record,
    own: present(
      record.own.find((one) => one.payment.id === payment),
      'payment',
    ),
  };
}

function finished(
  { payment, now }: FinishInput,
  record: DealRecordRow,
  status: OwnPayment['status'],
): DealRecordRow {
  const own = record.own.map((one) => (one.payment.id === payment ? { ...one, status, at: now } : one));
  return { ...record, own };
}

function requireEnd(input: FinishInput, record: DealRecordRow, needed: 'capture' | 'void'): void {
  const end = endOf(input, record);
  if (end === needed) return;
  const { deal } = record;
  if (typeof end === 'string') throw new RuleViolation('NOT_DUE', { deal, needed: end });
  throw new RuleViolation(end.code, { deal, ...end.values });
}

interface NotYet {
  readonly code: 'NOT_DUE' | 'NOT_FULL' | 'FULLY_HELD';
  readonly values: { readonly needed?: Instant | string; readonly found?: string };
}
export type End = 'capture' | 'void' | NotYet;

/**
 * What the first of these gives that holds, by what the bank has recorded and its own clock:
 * the seller conceded: void. The buyer accepted what was delivered, and the price was held: capture.
 * The deal expired or was not shipped, and the parcel never moved: void, at once if the price was never held, else
 * after the time to ship. It is overdue: void. The inspection is over by the agreement's clock and by this bank's:
 * capture. The long stop: capture if it was delivered and could be inspected, else void; nobody else's row is needed.
 */
export function endOf(input: FinishInput, record: DealRecordRow): End {
  const found =
    byWord(input, record) ?? byExpiry(input, record) ?? byDelay(input, record) ?? byTime(input, record);
  if (typeof found === 'string') return found;
  const stop = atLongStop(input, record);
  // What others wrote may let the bank wait, and not beyond the long stop.
  return typeof stop === 'string' ? stop : (found ?? stop);
}

/** Whether the payment is one of those that make up the price. */
function isInFull({ payment }: FinishInput, { full }: DealRecordRow): boolean {
  return full?.payments.some(({ id }) => id === payment) === true;
}

function byWord(input: FinishInput, record: DealRecordRow): End | null {
  if (record.word === null) return null;
  if (record.word.kind === 'concession') return 'void';
  if (record.full === null) return { code: 'NOT_FULL', values: {} };
  return isInFull(input, record) ? 'capture' : null;
}

function byExpiry(input: FinishInput, record: DealRecordRow): End | null {
  const isExpired = input.phase?.status === 'expired';
  if (!isExpired && (input.outcome === null || record.full === null)) return null;
  if (record.moved !== null || hasMoved(input.shipment, record)) return null;
  const { terms } = record.terms;
  const { price, shipTimeMs } = terms.offerTerms;
  if (record.full !== null) return dueFrom(input, settledFrom(record.full.at + shipTimeMs, terms), 'void');
  const { payments, trusts } = input;
  const sum = sumOf(provenMoney({ terms: record.terms, payments, trusts }, HAD_MONEY));
  if (sum < BigInt(price)) return 'void';
  return { code: 'FULLY_HELD', values: { found: sum.toString(), needed: price } };
}

/** The courier has had the parcel for longer than he may, by the agreement's clock and by this bank's. */
function byDelay(input: FinishInput, record: DealRecordRow): End | null {
  const { terms } = record.terms;
  const { full, moved, delivered } = record;
  if (input.outcome?.status !== 'overdue' || full === null || moved === null) return null;
  if (delivered !== null || isDelivered(input.shipment, terms)) return null;
  const { shipTimeMs, deliverTimeMs } = terms.offerTerms;
  const since = Math.max(full.at + shipTimeMs, moved);
  return dueFrom(input, settledFrom(since + deliverTimeMs + lastStepMs(terms), terms), 'void');
}

function byTime(input: FinishInput, record: DealRecordRow): End | null {
  const { inspection } = input;
  const { full, delivered } = record;
  if (inspection === null || full === null || delivered === null || !isInFull(input, record)) return null;
  const since = Math.max(inspection.startedAt, delivered);
  if (input.now < inspectedFrom(since, record.terms.terms)) return null;
  // In time on the ledger, and not recorded yet: that comes first.
  if (isConceded(input, record)) return { code: 'NOT_DUE', values: { needed: 'record of the concession' } };
  return 'capture';
}

function isConceded({ concession, channel }: FinishInput, record: DealRecordRow): boolean {
  return concession !== null && isWordOf('concession', concession.signed, record, channel);
}

function atLongStop(input: FinishInput, record: DealRecordRow): End {
  const { terms } = record.terms;
  const { stepTimeMs, inspectionTimeMs } = terms.offerTerms;
  const { full, delivered } = record;
  const needed = Math.max(longStopFrom(terms), (full?.at ?? 0) + stepTimeMs);
  if (!(input.now >= needed)) return { code: 'NOT_DUE', values: { needed } };
  if (!isInFull(input, record)) return 'void';
  if (delivered !== null) return dueFrom(input, delivered + inspectionTimeMs + stepTimeMs, 'capture');
  // Delivered today and not recorded: that comes first.
  if (!isDelivered(input.shipment, terms)) return 'void';
  return { code: 'NOT_DUE', values: { needed: 'record of the delivery' } };
}

function dueFrom({ now }: FinishInput, needed: Instant, end: 'capture' | 'void'): End {
  return now >= needed ? end : { code: 'NOT_DUE', values: { needed } };
}
