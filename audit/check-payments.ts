// Payments in the lane of their bank: what was submitted stays as it is, and each answer has what it needs.
import { inspectedFrom, longStopFrom } from '../chaincode/protocol/deal-times.js';
import { interbankFeeOf, QUOTE_LIFE_MS } from '../chaincode/protocol/fees.js';
import { allocationOf } from '../chaincode/protocol/plan.js';
import type { PaymentRow } from '../chaincode/protocol/payment.js';
import { firstBroken, sameJson, sumOf, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';

export function checkPayments(transaction: EscrowTransaction, scope: CheckScope): void {
  for (const write of writesOf(transaction, 'payment')) {
    const fault = changed(write, transaction, scope.ledger);
    scope.findings.expect('payments', transaction.place, fault === null, () => ({
      found: `${write.key}: ${fault ?? ''}`,
      needed: 'what was submitted, answered as its admission, plan and phase allow',
    }));
  }
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
  voided: (payment, ledger, timestampMs) =>
    firstBroken([
      () => isToGoBack(payment.deal, ledger, timestampMs),
      'given back, though the deal neither expired nor was conceded, late or at its long stop',
    ]),
};

function changed(
  { before, after }: RowWrite<'payment'>,
  { timestampMs }: EscrowTransaction,
  ledger: LedgerRows,
): string | null {
  const answer = { status: null, allocation: null };
  if (before === null) return 'answered before it was submitted';
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

/** What the bank itself counts besides stands in its own record. */
function isToGoBack(deal: string, ledger: LedgerRows, timestampMs: number): boolean {
  const rows = [ledger.row('concession', deal), ledger.row('outcome', deal)];
  const isExpired = ledger.row('phase', deal)?.status === 'expired';
  return isExpired || rows.some((row) => row !== null) || isAtLongStop(deal, ledger, timestampMs);
}

function isAtLongStop(deal: string, ledger: LedgerRows, timestampMs: number): boolean {
  const terms = ledger.row('terms', deal)?.terms;
  return terms !== undefined && timestampMs >= longStopFrom(terms);
}

/** Accepted by the buyer, or open for as long as the terms give him, or left to the long stop. */
function isInspected(deal: string, ledger: LedgerRows, timestampMs: number): boolean {
  const inspection = ledger.row('inspection', deal);
  const terms = ledger.row('terms', deal)?.terms;
  if (isAtLongStop(deal, ledger, timestampMs)) return true;
  if (inspection === null || terms === undefined) return false;
  return inspection.acceptance !== null || timestampMs >= inspectedFrom(inspection.startedAt, terms);
}
