// Payments: each leg is what its payer signed, in time, at the bank of his link; afterwards only its answer changes.
// It must not judge the payout; `check-payout.ts` does.
import { interbankFeeOf, QUOTE_LIFE_MS } from '../chaincode/protocol/fees.js';
import { allocationOf } from '../chaincode/protocol/plan.js';
import type { LegRow, ReservationRow } from '../chaincode/protocol/rows.js';
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
  for (const write of writesOf(transaction, 'leg')) {
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
  const legs = row.legs.flatMap((id) => ledger.believed('leg', row.deal, id) ?? []);
  const sum = legs.reduce((total, { amount }) => total + BigInt(amount), 0n);
  const price = ledger.row('terms', row.deal)?.terms.offerTerms.price ?? '0';
  return firstBroken(
    [() => legs.length === row.legs.length, 'a payment that is not believed'],
    [() => new Set(row.legs).size === row.legs.length, 'a payment twice'],
    [() => sum <= BigInt(price), `payments of ${sum.toString()} for a price of ${price}`],
  );
}

function submitted(leg: LegRow, { timestampMs }: EscrowTransaction, scope: CheckScope): string | null {
  const { ledger, channel } = scope;
  const { deal, amount, fee, currency, arrivedAt } = leg;
  const row = ledger.row('terms', deal);
  const parameters = ledger.row('parameters');
  const link = ledger.believed('link', leg.link);
  if (row === null || parameters === null || link === null) return 'a deal or a link that is not there';
  const { terms, termsHash } = row;
  const params = { deal, termsHash, amount, fee, currency, link: leg.link, arrivedAt };
  const claim = { channel, action: 'submitLeg', params, link };
  return firstBroken(
    [() => says(ledger, leg.id, claim), 'without a receipt that the payer signed'],
    [() => leg.termsHash === termsHash, 'under other terms'],
    [() => link.person === leg.payer && link.status === 'active', "a link that is not the payer's"],
    [() => link.bank === leg.bank && link.owner === leg.owner, "not at the bank of the payer's link"],
    [() => ledger.believed('bank', leg.bank)?.owner === leg.owner, `not owned by bank ${leg.bank}`],
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
const ANSWERED: { readonly [S in LegRow['status']]: (leg: LegRow, ledger: LedgerRows) => string | null } = {
  submitted: () => null,
  rejected: () => null,
  held: (leg, ledger) =>
    firstBroken(
      [() => ledger.row('gate', leg.id)?.status === 'admitted', 'held, though it was not admitted'],
      [() => feesOf(leg, ledger).includes(leg.fee), `held with a fee of ${leg.fee}`],
    ),
  late: (leg, ledger) =>
    firstBroken([
      () => ledger.row('gate', leg.id)?.status === 'closed',
      'late, though its gate is not closed',
    ]),
  captured: captureTrouble,
  voided: (leg, ledger) =>
    firstBroken([
      () => ledger.row('phase', leg.deal)?.status === 'expired',
      'given back before the deal expired',
    ]),
};

function changed({ before, after }: RowWrite<'leg'>, ledger: LedgerRows): string | null {
  const answer = { status: null, allocation: null };
  const isSame = sameJson({ ...before, ...answer }, { ...after, ...answer });
  return isSame ? ANSWERED[after.status](after, ledger) : 'another payment than was submitted';
}

/** By the bank's tariff, or by the one before while its quotes live. */
function feesOf(leg: LegRow, ledger: LedgerRows): string[] {
  const bank = ledger.believed('bank', leg.bank);
  const sellerBank = ledger.row('terms', leg.deal)?.terms.offerTerms.sellerBank ?? '';
  const quoted = leg.arrivedAt <= (bank?.tariffSince ?? 0) + QUOTE_LIFE_MS ? bank?.previousTariff : null;
  return [bank?.tariff, quoted].flatMap((tariff) =>
    tariff ? [interbankFeeOf({ amount: leg.amount, payerBank: leg.bank, sellerBank, tariff })] : [],
  );
}

function captureTrouble(leg: LegRow, ledger: LedgerRows): string | null {
  const plan = ledger.row('plan', leg.deal);
  if (plan === null) return 'captured without a plan';
  if (!sameJson(leg.allocation, allocationOf(plan.items, leg.id)))
    return 'captured for others than the plan names';
  const sum = (leg.allocation ?? []).reduce((all, { amount }) => all + BigInt(amount), 0n);
  return sum === BigInt(leg.amount) ? null : `captured ${sum.toString()} of ${leg.amount}`;
}
