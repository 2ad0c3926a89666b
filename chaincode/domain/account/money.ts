// Integer minor units with their currency. Nothing is rounded here: the formulas that divide stand in
// `protocol/fees.ts`.
import type { Amount } from '../../protocol/forms.js';
import { RuleViolation } from '../../protocol/violation.js';

/** Minor units of an amount text. */
export function minorUnits(amount: Amount): bigint {
  return BigInt(amount);
}

/** Text of minor units that are zero or more. A negative sum is a bug of the caller. */
export function amountText(units: bigint): Amount {
  if (units < 0n) throw new RangeError('an amount is never negative');
  return units.toString();
}

export function plus(left: Amount, right: Amount): Amount {
  return amountText(BigInt(left) + BigInt(right));
}

export function minus(left: Amount, right: Amount): Amount {
  return amountText(BigInt(left) - BigInt(right));
}

/** Rejects: CURRENCY. */
export function requireCurrency(found: string, needed: string): void {
  if (found !== needed) throw new RuleViolation('CURRENCY', { found, needed });
}
