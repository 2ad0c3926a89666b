// The formulas of commission, interbank fee and smallest part, used for what is shown and for what is charged. Every
// division names its rounding and who gets the odd unit.
import type { Amount } from './forms.js';
import type { Tariff } from './member.js';

/** Basis points in a whole. */
const WHOLE = 10_000n;

/**
 * Whatever the parameters say, no part payment is below this share of the price: fees are rounded down, so a payer who
 * pays in tiny parts would pay none (R15).
 */
export const LEAST_PART_BASIS_POINTS = 100;

/** How long after a new tariff a bank still accepts the previous one. Milliseconds. */
export const QUOTE_LIFE_MS = 900_000;

/** The marketplace's share of a price in minor units: rounded down, so the odd unit stays with the seller (I5). */
export function commissionOf(price: Amount, basisPoints: number): Amount {
  return shareRoundedDown(price, basisPoints);
}

/** What the seller receives: price less commission, minor units. */
export function netOf(price: Amount, commission: Amount): Amount {
  return (BigInt(price) - BigInt(commission)).toString();
}

/** Smallest part payment in minor units: rounded up, so that no part is below the share that the parameters name. */
export function minimumPartOf(price: Amount, basisPoints: number): Amount {
  const product = BigInt(price) * BigInt(basisPoints);
  return ((product + WHOLE - 1n) / WHOLE).toString();
}

/**
 * What the payer's bank charges on top of an amount, minor units: nothing inside one bank, else by its tariff,
 * rounded down, so the odd unit stays with the payer (R15). The seller's bank counts, not the marketplace's.
 */
export function interbankFeeOf(payment: {
  readonly amount: Amount;
  readonly payerBank: string;
  readonly sellerBank: string;
  readonly tariff: Tariff;
}): Amount {
  if (payment.payerBank === payment.sellerBank) return '0';
  return shareRoundedDown(payment.amount, tariffBasisPoints(payment.tariff, payment.sellerBank));
}

/** Basis points that a tariff names for a payee's bank. */
export function tariffBasisPoints(tariff: Tariff, toBank: string): number {
  const special = Object.hasOwn(tariff.toBank, toBank) ? tariff.toBank[toBank] : undefined;
  return special ?? tariff.usualBasisPoints;
}

function shareRoundedDown(amount: Amount, basisPoints: number): Amount {
  return ((BigInt(amount) * BigInt(basisPoints)) / WHOLE).toString();
}
