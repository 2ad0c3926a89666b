// Which currencies a deal may be in, and how many decimals each has: the active list of ISO 4217.
// Not taken: codes of funds and units of account (CLF, USN, UYW, …), precious metals (XAU, …), special drawing rights,
// test and "no currency" (XTS, XXX), and what has been withdrawn (RUR, HRK, ANG, BGN, …).
import { badInput, type Parser } from './parse.js';

/** Active codes by the number of decimals ("minor unit") that the standard gives them. */
const CODES_BY_MINOR_UNITS: readonly (readonly [minorUnits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
      'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR ' +
      'JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD ' +
      'NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN ' +
      'SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
];

const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  CODES_BY_MINOR_UNITS.flatMap(([minorUnits, codes]) =>
    codes.split(' ').map((code) => [code, minorUnits] as const),
  ),
);

/** Every currency that is taken, in alphabetical order. */
export const CURRENCIES: readonly string[] = [...MINOR_UNITS.keys()].sort();

export function isCurrency(code: string): boolean {
  return MINOR_UNITS.has(code);
}

/** Decimals of a currency: 2 for RUB, 0 for JPY, 3 for KWD. Null: not a currency of the list. */
export function minorUnitsOf(currency: string): number | null {
  return MINOR_UNITS.get(currency) ?? null;
}

/** Rejects: BAD_INPUT. */
export const currency: Parser<string> = (value, at) => {
  if (typeof value === 'string' && isCurrency(value)) return value;
  throw badInput(at, 'something else', 'the code of an active ISO 4217 currency');
};
