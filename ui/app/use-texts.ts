// The formats of texts.ts in the language that the page speaks now.
import { useTranslation } from 'react-i18next';
import {
  dateText,
  dayText,
  exactInstantText,
  instantText,
  moneyText,
  type MoneyStyle,
  numberText,
  rateText,
  shortInstantText,
  spanText,
  timeText,
} from './texts.js';
import { type Language, spokenLanguage } from './words.js';

export interface Texts {
  readonly language: Language;
  readonly money: (amount: string | bigint, currency: string, style?: MoneyStyle) => string;
  readonly instant: (instant: number) => string;
  readonly shortInstant: (instant: number) => string;
  readonly time: (instant: number) => string;
  readonly dateOf: (instant: number) => string;
  readonly exactInstant: (instant: number) => string;
  /** Of a day of UTC. */
  readonly day: (day: string) => string;
  readonly span: (spanMs: number, most?: number) => string;
  readonly number: (value: number) => string;
  readonly rate: (basisPoints: number) => string;
}

export function useTexts(): Texts {
  useTranslation(); // draws again when the language changes
  const language = spokenLanguage();
  return {
    language,
    money: (amount, currency, style) => moneyText(amount, currency, language, style),
    instant: (instant) => instantText(instant, language),
    shortInstant: (instant) => shortInstantText(instant, language),
    time: (instant) => timeText(instant, language),
    dateOf: (instant) => dateText(instant, language),
    exactInstant: (instant) => exactInstantText(instant, language),
    day: (day) => dayText(day, language),
    span: (spanMs, most) => spanText(spanMs, language, most),
    number: (value) => numberText(value, language),
    rate: (basisPoints) => rateText(basisPoints, language),
  };
}
