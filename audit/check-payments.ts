// Payments: each is what its payer signed, in time, at the bank of his link; afterwards only its answer changes.
import { interbankFeeOf, QUOTE_LIFE_MS } from '../chaincode/protocol/fees.js';
import { allocationOf } from '../chaincode/protocol/plan.js';
import type { PaymentRow } from '../chaincode/protocol/payment.js';
import type { ReservationRow } from '../chaincode/protocol/deal.js';
import { marginMs } from '../chaincode/protocol/time-bounds.js';
import { firstBroken, sameJson, sumOf, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';
import { isMarked } from './signed-statement.js';

export function checkPayments(transaction: EscrowTransaction, scope: CheckScope): void {
  for (const { key, after } of writesOf(transaction, 'reservation')) {
    const fault = reservationFault(after, scope.ledger);
    scope.findings.expect('payments', transaction.place, fault === null, () => ({
      found: `${key}: ${fault ?? ''}`,
      needed: 'open and held payments, not more than the price',
    }));
  }
  for (const write of writesOf(transaction, 'admission')) {
    const fault = admissionFault(write, transaction, scope.ledger);
    scope.findings.expect('payments', transaction.place, fault === null, () => ({
      found: `${write.key}: ${fault ?? ''}`,
      needed: "an answer that is due, and waited for, as the deal's terms say",
    }));
  }
  for (const write of writesOf(transaction, 'payment')) {
    const { before, after } = write;
    const fault =
      before === null ? submitted(after, transaction, scope) : changed(write, transaction, scope.ledger);
    scope.findings.expect('payments', transaction.place, fault === null, () => ({
      found: `${write.key}: ${fault ?? ''}`,
      needed: 'what the payer signed, in time, answered by the bank of his link',
    }));
  }
}

/** Open and held payments of a deal, never more than its price; that each stands once, the row's form says. */
function reservationFault(row: ReservationRow, ledger: LedgerRows): string | null {
  if (row.released) return null;
  const payments = row.payments.flatMap((id) => ledger.attested('payment', row.deal, id) ?? []);
  const sum = sumOf(payments);
  const price = ledger.row('terms', row.deal)?.terms.offerTerms.price ?? '0';
  return firstBroken(
    [() => payments.length === row.payments.length, 'a payment that is not attested'],
    [() => sum <= BigInt(price), `payments of ${sum.toString()} for a price of ${price}`],
  );
}

/** The answer's time runs from the admission; nobody closes it before that and the margin of clocks are over. */
function admissionFault(
  { before, after }: RowWrite<'admission'>,
  { timestampMs }: EscrowTransaction,
  ledger: LedgerRows,
): string | null {
  const { deal, payment: id, status, answerBy } = after;
  const terms = ledger.row('terms', deal)?.terms.offerTerms;
  const payment = ledger.attested('payment', deal, id);
  if (terms === undefined || payment === null) return 'a deal or a payment that is not there';
  const { answerTimeMs } = terms;
  const sinceNow = timestampMs + answerTimeMs;
  const dueBefore = before?.answerBy ?? payment.arrivedAt + answerTimeMs;
  if (status !== 'closed') return answerBy === sinceNow ? null : 'due at another time than the terms give';
  return firstBroken(
    // One list may admit a payment and, where the terms give no time, close it.
    [() => answerBy === dueBefore || answerBy === sinceNow, 'due at another time than before'],
    [() => timestampMs >= answerBy + marginMs(terms), 'closed before the answer was due'],
  );
}

function submitted(
  payment: PaymentRow,
  { timestampMs }: EscrowTransaction,
  scope: CheckScope,
): string | null {
  const { ledger, channel } = scope;
  const { deal, amount, fee, currency, arrivedAt, invitation } = payment;
  const row = ledger.row('terms', deal);
  const link = ledger.attested('link', payment.link);
  if (row === null || link === null) return 'a deal or a link that is not there';
  const { terms, termsHash } = row;
  const params = { deal, termsHash, amount, fee, currency, link: payment.link, arrivedAt, invitation };
  const statement = { channel, action: 'submitPayment', params, link };
  return firstBroken(
    [() => isMarked(ledger, payment.id, statement), 'without a used-intent marker that the payer signed'],
    [() => payment.termsHash === termsHash, 'under other terms'],
    [() => link.person === payment.payer && link.status === 'active', "a link that is not the payer's"],
    [() => link.bank === payment.bank && link.owner === payment.owner, "not at the bank of the payer's link"],
    [
      () => ledger.attested('bank', payment.bank)?.owner === payment.owner,
      `not owned by bank ${payment.bank}`,
    ],
    [() => currency === terms.offerTerms.currency && currency === link.currency, `in ${currency}`],
    [() => arrivedAt <= terms.payDeadline, 'arrived after the deadline'],
    [
      () => Math.abs(arrivedAt - timestampMs) <= terms.offerTerms.windowMs,
      'arrived at another time than it was sent',
    ],
    [() => BigInt(amount) > 0n, `of ${amount}`],
  );
}

/** What an answer needs, by the status that it gives. */
const ANSWERED: {
  readonly [S in PaymentRow['status']]: (
    payment: PaymentRow,
    ledger: LedgerRows,
    timestampMs: number,
  ) => string | null;
} = {
  submitted: () => null,
  rejected: () => null,
  held: (payment, ledger) =>
    firstBroken(
      [
        () => ledger.row('admission', payment.deal, payment.id)?.status === 'admitted',
        'held, though it was not admitted',
      ],
      [() => feesOf(payment, ledger).includes(payment.fee), `held with a fee of ${payment.fee}`],
    ),
  late: (payment, ledger) =>
    firstBroken([
      () => ledger.row('admission', payment.deal, payment.id)?.status === 'closed',
      'late, though its admission is not closed',
    ]),
  captured: captureFault,
  voided: (payment, ledger) =>
    firstBroken([
      () => ledger.row('phase', payment.deal)?.status === 'expired',
      'given back before the deal expired',
    ]),
};

function changed(
  { before, after }: RowWrite<'payment'>,
  { timestampMs }: EscrowTransaction,
  ledger: LedgerRows,
): string | null {
  const answer = { status: null, allocation: null };
  const isSame = sameJson({ ...before, ...answer }, { ...after, ...answer });
  return isSame ? ANSWERED[after.status](after, ledger, timestampMs) : 'another payment than was submitted';
}

/** By the bank's tariff, or by the one before while its quotes live. */
function feesOf(payment: PaymentRow, ledger: LedgerRows): string[] {
  const bank = ledger.attested('bank', payment.bank);
  const sellerBank = ledger.row('terms', payment.deal)?.terms.offerTerms.sellerBank ?? '';
  const quoted = payment.arrivedAt <= (bank?.tariffSince ?? 0) + QUOTE_LIFE_MS ? bank?.previousTariff : null;
  return [bank?.tariff, quoted].flatMap((tariff) =>
    tariff ? [interbankFeeOf({ amount: payment.amount, payerBank: payment.bank, sellerBank, tariff })] : [],
  );
}

function captureFault(payment: PaymentRow, ledger: LedgerRows, timestampMs: number): string | null {
  const plan = ledger.row('plan', payment.deal);
  if (plan === null) return 'captured without a plan';
  const items = allocationOf(plan.items, payment.id);
  const sum = sumOf(payment.allocation ?? []);
  return firstBroken(
    [() => sameJson(payment.allocation, items), 'captured for others than the plan names'],
    [() => sum === BigInt(payment.amount), `captured ${sum.toString()} of ${payment.amount}`],
    [() => isInspected(payment.deal, ledger, timestampMs), 'captured before the inspection was over'],
  );
}

/** Accepted by the buyer, or open for as long as the terms give him. */
function isInspected(deal: string, ledger: LedgerRows, timestampMs: number): boolean {
  const inspection = ledger.row('inspection', deal);
  const terms = ledger.row('terms', deal)?.terms.offerTerms;
  if (inspection === null || terms === undefined) return false;
  return inspection.acceptance !== null || timestampMs >= inspection.startedAt + terms.inspectionTimeMs;
}
