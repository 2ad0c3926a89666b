// Payments: each payment is what its payer signed, in time, at the bank of his link; afterwards only its answer
// changes. It must not judge the payout; `check-payout.ts` does.
import { interbankFeeOf, QUOTE_LIFE_MS } from '../chaincode/protocol/fees.js';
import { allocationOf } from '../chaincode/protocol/plan.js';
import type { PaymentRow, ReservationRow } from '../chaincode/protocol/rows.js';
import { says, sameJson } from './check-terms.js';
import { firstBroken, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';

export function checkPayments(transaction: EscrowTransaction, scope: CheckScope): void {
  for (const { key, after } of writesOf(transaction, 'reservation')) {
    const trouble = reservationTrouble(after, scope.ledger);
    scope.findings.expect('payments', transaction.place, trouble === null, () => ({
      found: `${key}: ${trouble ?? ''}`,
      needed: 'open and held payments, each once, not more than the price',
    }));
  }
  for (const write of writesOf(transaction, 'payment')) {
    const trouble =
      write.before === null ? submitted(write.after, transaction, scope) : changed(write, scope.ledger);
    scope.findings.expect('payments', transaction.place, trouble === null, () => ({
      found: `${write.key}: ${trouble ?? ''}`,
      needed: 'what the payer signed, in time, answered by the bank of his link',
    }));
  }
}

/** Open and held payments of a deal, each once, never more than its price. */
function reservationTrouble(row: ReservationRow, ledger: LedgerRows): string | null {
  if (row.released) return null;
  const payments = row.payments.flatMap((id) => ledger.attested('payment', row.deal, id) ?? []);
  const sum = payments.reduce((total, { amount }) => total + BigInt(amount), 0n);
  const price = ledger.row('terms', row.deal)?.terms.offerTerms.price ?? '0';
  return firstBroken(
    [() => payments.length === row.payments.length, 'a payment that is not attested'],
    [() => new Set(row.payments).size === row.payments.length, 'a payment twice'],
    [() => sum <= BigInt(price), `payments of ${sum.toString()} for a price of ${price}`],
  );
}

function submitted(
  payment: PaymentRow,
  { timestampMs }: EscrowTransaction,
  scope: CheckScope,
): string | null {
  const { ledger, channel } = scope;
  const { deal, amount, fee, currency, arrivedAt } = payment;
  const row = ledger.row('terms', deal);
  const parameters = ledger.row('parameters');
  const link = ledger.attested('link', payment.link);
  if (row === null || parameters === null || link === null) return 'a deal or a link that is not there';
  const { terms, termsHash } = row;
  const params = { deal, termsHash, amount, fee, currency, link: payment.link, arrivedAt };
  const claim = { channel, action: 'submitPayment', params, link };
  return firstBroken(
    [() => says(ledger, payment.id, claim), 'without a usedIntent that the payer signed'],
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
      () => Math.abs(arrivedAt - timestampMs) <= parameters.windowMs,
      'arrived at another time than it was sent',
    ],
    [() => BigInt(amount) > 0n, `of ${amount}`],
  );
}

/** What an answer needs, by the status that it gives. */
const ANSWERED: {
  readonly [S in PaymentRow['status']]: (payment: PaymentRow, ledger: LedgerRows) => string | null;
} = {
  submitted: () => null,
  rejected: () => null,
  held: (payment, ledger) =>
    firstBroken(
      [() => ledger.row('admission', payment.id)?.status === 'admitted', 'held, though it was not admitted'],
      [() => feesOf(payment, ledger).includes(payment.fee), `held with a fee of ${payment.fee}`],
    ),
  late: (payment, ledger) =>
    firstBroken([
      () => ledger.row('admission', payment.id)?.status === 'closed',
      'late, though its admission is not closed',
    ]),
  captured: captureTrouble,
  voided: (payment, ledger) =>
    firstBroken([
      () => ledger.row('phase', payment.deal)?.status === 'expired',
      'given back before the deal expired',
    ]),
};

function changed({ before, after }: RowWrite<'payment'>, ledger: LedgerRows): string | null {
  const answer = { status: null, allocation: null };
  const isSame = sameJson({ ...before, ...answer }, { ...after, ...answer });
  return isSame ? ANSWERED[after.status](after, ledger) : 'another payment than was submitted';
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

function captureTrouble(payment: PaymentRow, ledger: LedgerRows): string | null {
  const plan = ledger.row('plan', payment.deal);
  if (plan === null) return 'captured without a plan';
  if (!sameJson(payment.allocation, allocationOf(plan.items, payment.id)))
    return 'captured for others than the plan names';
  const sum = (payment.allocation ?? []).reduce((all, { amount }) => all + BigInt(amount), 0n);
  return sum === BigInt(payment.amount) ? null : `captured ${sum.toString()} of ${payment.amount}`;
}
