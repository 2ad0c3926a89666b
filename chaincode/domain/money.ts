// Duty: integer minor units with their currency.
// Must not: round; the formulas that divide stand in `protocol/fees.ts`, each with its named rounding.
import { RuleViolation } from '../protocol/violation.js';
import type { Amount } from '../protocol/rows.js';

/** What `BigInt` reads is more than an amount: signs, spaces, hexadecimal. Rejects: BAD_INPUT. */
export function requireAmount(what: string, found: Amount): void {
  if (typeof found === 'string' && /^(0|[1-9][0-9]{0,17})$/.test(found)) return;
  throw new RuleViolation('BAD_INPUT', { at: what, found: 'something else', needed: 'integer minor units' });
}

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
