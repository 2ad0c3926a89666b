// Duty: which payment pays which payee, and what banks owe each other for it.
// Must not: know where the rows come from; banks recompute this and compare (ledger-plan rule 10).
import type { Amount, AllocationItem, Instant, ObligationRow, OfferTerms, PlanItem } from './rows.js';

/** What of a payment decides its place in the plan. */
export interface PlannedPayment {
  readonly id: string;
  readonly bank: string;
  readonly amount: Amount;
  readonly arrivedAt: Instant;
}

/** Order of submission: arrival, then payment id by code units (ids are ASCII). */
export function inOrderOfSubmission<L extends { id: string; arrivedAt: Instant }>(
  payments: readonly L[],
): L[] {
  return [...payments].sort(
    (left, right) => left.arrivedAt - right.arrivedAt || (left.id < right.id ? -1 : 1),
  );
}

/**
 * Allocation of payments to payees (worked example of product.md): payments in order of submission fill the seller's
 * net first, then the commission. Amounts are minor units; items of zero are left out; the parts sum to the payments
 * (I5).
 */
export function planOf(payments: readonly PlannedPayment[], terms: OfferTerms): PlanItem[] {
  const payees: { item: Omit<AllocationItem, 'amount'>; rest: bigint }[] = [
    {
      item: { payee: 'seller', link: terms.sellerLink, bank: terms.sellerBank },
      rest: BigInt(terms.net),
    },
    {
      item: { payee: 'commission', link: terms.commissionLink, bank: terms.commissionBank },
      rest: BigInt(terms.commission),
    },
  ];
  const plan: PlanItem[] = [];
  for (const payment of inOrderOfSubmission(payments)) {
    let unspent = BigInt(payment.amount);
    for (const payee of payees) {
      const part = unspent < payee.rest ? unspent : payee.rest;
      if (part === 0n) continue;
      plan.push({ payment: payment.id, ...payee.item, amount: part.toString() });
      payee.rest -= part;
      unspent -= part;
    }
    if (unspent !== 0n)
      throw new RangeError(`payment ${payment.id} holds ${String(unspent)} more than the price needs`);
  }
  return plan;
}

/** One payment's share of a plan: what its bank captures for whom. */
export function allocationOf(plan: readonly PlanItem[], payment: string): AllocationItem[] {
  return plan
    .filter((item) => item.payment === payment)
    .map(({ payee, link, bank, amount }) => ({ payee, link, bank, amount }));
}

/** What payers' banks owe payees' banks for a plan; inside one bank nothing is owed. */
export function obligationsOf(deal: {
  readonly deal: string;
  readonly currency: string;
  readonly payments: readonly PlannedPayment[];
  readonly plan: readonly PlanItem[];
}): { readonly payee: PlanItem['payee']; readonly row: ObligationRow }[] {
  const bankOf = new Map(deal.payments.map((payment) => [payment.id, payment.bank]));
  return deal.plan.flatMap((item) => {
    const from = bankOf.get(item.payment);
    if (from === undefined)
      throw new RangeError(`plan names payment ${item.payment}, which is not among the payments`);
    if (from === item.bank) return [];
    const { payment, bank: to, amount, payee } = item;
    return [{ payee, row: { v: 1, deal: deal.deal, payment, from, to, currency: deal.currency, amount } }];
  });
}
