// Money as people read it, with the decimals that ISO 4217 gives the currency.
// It uses no Intl: a message or a transcript reads the same on every machine.
import { minorUnitsOf } from '../../chaincode/protocol/currency.js';

const MINUS = '−';
const THOUSANDS = /\B(?=(\d{3})+$)/g;

/**
 * "5 000.00" from 500000 minor units of RUB, "5 000" from 5000 of JPY, "5.000" from 5000 of KWD.
 * Where the point stands in a currency that ISO 4217 does not list is unknown: then "5000 minor units".
 */
export function amountText(minorUnits: bigint, currency: string): string {
  const decimals = minorUnitsOf(currency);
  const sign = minorUnits < 0n ? MINUS : '';
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString();
  if (decimals === null) return `${sign}${digits} minor units`;
  const padded = digits.padStart(decimals + 1, '0');
  const point = padded.length - decimals;
  const whole = padded.slice(0, point).replace(THOUSANDS, ' ');
  return `${sign}${whole}${decimals === 0 ? '' : `.${padded.slice(point)}`}`;
}

/** "5 000.00 RUB". */
export function moneyText(minorUnits: bigint, currency: string): string {
  return `${amountText(minorUnits, currency)} ${currency}`;
}
