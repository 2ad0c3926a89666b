// Duty: which leg pays which payee, and what banks owe each other for it.
// Must not: know where the rows come from; banks recompute this and compare (ledger-plan rule 10).
import type { Amount, AllocationItem, Instant, ObligationRow, OfferTerms, PlanItem } from './rows.js';

/** What of a leg decides its place in the plan. */
export interface PlannedLeg {
  readonly id: string;
  readonly bank: string;
  readonly amount: Amount;
  readonly arrivedAt: Instant;
}

/** Order of submission: arrival, then leg id by code units (ids are ASCII). */
export function inOrderOfSubmission<L extends { id: string; arrivedAt: Instant }>(legs: readonly L[]): L[] {
  return [...legs].sort((left, right) => left.arrivedAt - right.arrivedAt || (left.id < right.id ? -1 : 1));
}

/**
 * Allocation of legs to payees (worked example of product.md): legs in order of submission fill the seller's net
 * first, then the commission. Amounts are minor units; items of zero are left out; the parts sum to the legs (I5).
 */
export function planOf(legs: readonly PlannedLeg[], terms: OfferTerms): PlanItem[] {
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
  for (const leg of inOrderOfSubmission(legs)) {
    let unspent = BigInt(leg.amount);
    for (const payee of payees) {
      const part = unspent < payee.rest ? unspent : payee.rest;
      if (part === 0n) continue;
      plan.push({ leg: leg.id, ...payee.item, amount: part.toString() });
      payee.rest -= part;
      unspent -= part;
    }
    if (unspent !== 0n)
      throw new RangeError(`leg ${leg.id} holds ${String(unspent)} more than the price needs`);
  }
  return plan;
}

/** One leg's share of a plan: what its bank captures for whom. */
export function allocationOf(plan: readonly PlanItem[], leg: string): AllocationItem[] {
  return plan
    .filter((item) => item.leg === leg)
    .map(({ payee, link, bank, amount }) => ({ payee, link, bank, amount }));
}

/** What payers' banks owe payees' banks for a plan; inside one bank nothing is owed. */
export function obligationsOf(deal: {
  readonly deal: string;
  readonly currency: string;
  readonly legs: readonly PlannedLeg[];
  readonly plan: readonly PlanItem[];
}): { readonly payee: PlanItem['payee']; readonly row: ObligationRow }[] {
  const bankOf = new Map(deal.legs.map((leg) => [leg.id, leg.bank]));
  return deal.plan.flatMap((item) => {
    const from = bankOf.get(item.leg);
    if (from === undefined) throw new RangeError(`plan names leg ${item.leg}, which is not among the legs`);
    if (from === item.bank) return [];
    const { leg, bank: to, amount, payee } = item;
    return [{ payee, row: { v: 1, deal: deal.deal, leg, from, to, currency: deal.currency, amount } }];
  });
}
