// Which payment pays which payee, and what banks owe each other for it. Each bank that pays recomputes this and
// compares.
import type { DealTerms } from './deal.js';
import type { Amount, Instant } from './forms.js';
import type { OfferTerms } from './offer.js';
import type { AllocationItem, PlanItem } from './payment.js';
import type { ObligationRow } from './payout.js';

/** What of a payment decides its place in the plan. */
export interface PlannedPayment {
  readonly id: string;
  readonly bank: string;
  readonly amount: Amount;
  readonly arrivedAt: Instant;
}

/** A payee with the whole sum that the deal owes him; `amount` of the plan's items is what one payment pays of it. */
export type PayeeShare = AllocationItem;

/** Order of submission: arrival, then payment id by code units (ids are ASCII). */
export function inOrderOfSubmission<P extends { readonly id: string; readonly arrivedAt: Instant }>(
  payments: readonly P[],
): P[] {
  return [...payments].sort(
    (left, right) => left.arrivedAt - right.arrivedAt || (left.id < right.id ? -1 : 1),
  );
}

/**
 * Who is paid what of a price, in the order in which payments fill the shares: the seller's net, then the commission.
 * `net` and the commission are minor units that sum to the price.
 */
export function payeeShares(
  terms: OfferTerms,
  { net, commission }: { readonly net: Amount; readonly commission: Amount },
): PayeeShare[] {
  return [
    { payee: 'seller', purpose: 'price', link: terms.sellerLink, bank: terms.sellerBank, amount: net },
    {
      payee: 'marketplace',
      purpose: 'commission',
      link: terms.commissionLink,
      bank: terms.commissionBank,
      amount: commission,
    },
  ];
}

/**
 * Allocation of payments to payees: payments in order of submission fill one share after the other. Amounts are minor
 * units; items of zero are left out; the parts sum to the payments (I5).
 */
export function planOf(payments: readonly PlannedPayment[], shares: readonly PayeeShare[]): PlanItem[] {
  const open = shares.map((share) => ({ share, rest: BigInt(share.amount) }));
  const plan: PlanItem[] = [];
  for (const payment of inOrderOfSubmission(payments)) {
    let unspent = BigInt(payment.amount);
    for (const payee of open) {
      const part = unspent < payee.rest ? unspent : payee.rest;
      if (part === 0n) continue;
      plan.push({ payment: payment.id, ...payee.share, amount: part.toString() });
      payee.rest -= part;
      unspent -= part;
    }
    if (unspent !== 0n)
      throw new RangeError(`payment ${payment.id} holds ${String(unspent)} more than the shares need`);
  }
  return plan;
}

/** One payment's part of a plan: what its bank captures for whom. */
export function allocationOf(plan: readonly PlanItem[], payment: string): AllocationItem[] {
  return plan
    .filter((item) => item.payment === payment)
    .map(({ payee, purpose, link, bank, amount }) => ({ payee, purpose, link, bank, amount }));
}

/** What payers' banks owe payees' banks for a plan; inside one bank nothing is owed. */
export function obligationsOf(deal: {
  readonly deal: DealTerms['deal'];
  readonly currency: string;
  readonly payments: readonly PlannedPayment[];
  readonly plan: readonly PlanItem[];
}): ObligationRow[] {
  const bankOf = new Map(deal.payments.map((payment) => [payment.id, payment.bank]));
  return deal.plan.flatMap((item) => {
    const from = bankOf.get(item.payment);
    if (from === undefined)
      throw new RangeError(`plan names payment ${item.payment}, which is not among the payments`);
    if (from === item.bank) return [];
    const { payment, payee, bank: to, amount } = item;
    return [{ v: 1, deal: deal.deal, payment, payee, from, to, currency: deal.currency, amount }];
  });
}
