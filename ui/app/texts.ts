// Money, dates and lengths of time as people of the chosen language write them.
import { minorUnitsOf } from '../../chaincode/protocol/currency.js';
import type { Language } from './words.js';

const NARROW_SPACE = '\u202f';
const MINUS = '\u2212';
const LOCALES = { ru: 'ru-RU', en: 'en-GB' } as const satisfies { readonly [L in Language]: string };
const FALLBACK_DECIMALS = 2;

/** Decimal digits with a point, exact for any amount. */
function decimalText(minorUnits: bigint, decimals: number): string {
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

export interface MoneyStyle {
  /** "12 400 ₽" for a whole number. */
  readonly isShort?: boolean;
  readonly withoutCurrency?: boolean;
  /** A plus before what comes in. */
  readonly withSign?: boolean;
}

/** "12 400,00 ₽" of minor units in decimal digits. */
export function moneyText(
  amount: string | bigint,
  currency: string,
  language: Language,
  { isShort = false, withoutCurrency = false, withSign = false }: MoneyStyle = {},
): string {
  const value = BigInt(amount);
  const decimals = minorUnitsOf(currency) ?? FALLBACK_DECIMALS;
  const format = new Intl.NumberFormat(LOCALES[language], {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    ...(isShort ? { trailingZeroDisplay: 'stripIfInteger' as const } : {}),
  });
  // A decimal text is taken digit by digit, so no amount loses any.
  const digits = format.format(decimalText(value, decimals) as unknown as number);
  const signed = `${signOf(value, withSign)}${digits}`;
  return withoutCurrency ? signed : `${signed}${NARROW_SPACE}${currencySign(currency, language)}`;
}

function signOf(value: bigint, withSign: boolean): string {
  if (value < 0n) return MINUS;
  return withSign && value > 0n ? '+' : '';
}

export function currencySign(currency: string, language: Language): string {
  const parts = new Intl.NumberFormat(LOCALES[language], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')?.value ?? currency;
}

/** Minor units of what a person typed, "12 400,50" or "12400.5"; null: no amount of this currency. */
export function readAmount(typed: string, currency: string): string | null {
  const decimals = minorUnitsOf(currency) ?? FALLBACK_DECIMALS;
  const [, whole, fraction = ''] =
    /^([0-9]{1,15})(?:[.,]([0-9]{0,3}))?$/.exec(typed.replace(/\s/g, '')) ?? [];
  if (whole === undefined || fraction.length > decimals) return null;
  return BigInt(whole + fraction.padEnd(decimals, '0')).toString();
}

/** As a person would type it into a field. */
export function typedAmount(amount: string, currency: string, language: Language): string {
  const text = decimalText(BigInt(amount), minorUnitsOf(currency) ?? FALLBACK_DECIMALS).replace(/\.0+$/, '');
  return language === 'ru' ? text.replace('.', ',') : text;
}

/** "29 ноября, 13:51". */
export function instantText(instant: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  }).format(instant);
}

/** "29 нояб., 13:51": for tables. */
export function shortInstantText(instant: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(instant);
}

/** "13:51": where the day stands above. */
export function timeText(instant: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { timeStyle: 'short' }).format(instant);
}

/** "29 нояб." of a day of UTC, 2026-11-29. */
export function dayText(day: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(Date.parse(day));
}

/** "29 нояб. 2026 г.": where the hour does not matter. */
export function dateText(instant: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium' }).format(instant);
}

/** With seconds and year, for tables of staff and for deadlines that are exact. */
export function exactInstantText(instant: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'medium', timeStyle: 'medium' }).format(
    instant,
  );
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** "2 дня", "59 мин 12 с": the two largest units at most; `most` 1: one. */
export function spanText(spanMs: number, language: Language, most = 2): string {
  let rest = Math.max(0, Math.round(spanMs / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(rest / unitMs);
    if (parts.length === most || (count === 0 && (parts.length > 0 || unit !== 'second'))) {
      if (parts.length > 0) break;
      continue;
    }
    rest -= count * unitMs;
    const unitDisplay = unit === 'day' || most === 1 ? 'long' : 'short';
    const format = new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay });
    parts.push(format.format(count));
  }
  return parts.join(' ');
}

export function numberText(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language]).format(value);
}

/** "1,5 %" of basis points. */
export function rateText(basisPoints: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language], { style: 'percent', maximumFractionDigits: 2 }).format(
    basisPoints / 10_000,
  );
}
