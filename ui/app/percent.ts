// Percentages as people type them, in basis points.
import { spokenLanguage } from './words.js';

const PERCENT = /^[0-9]{1,3}([.,][0-9]{1,2})?$/;
const BASIS_POINTS_IN_PERCENT = 100;
const MOST_BASIS_POINTS = 10_000;

/** Basis points of "4,5"; null: no percentage from 0 to 100 with at most two decimals. */
export function readPercent(typed: string): number | null {
  if (!PERCENT.test(typed)) return null;
  const basisPoints = Math.round(Number(typed.replace(',', '.')) * BASIS_POINTS_IN_PERCENT);
  return basisPoints > MOST_BASIS_POINTS ? null : basisPoints;
}

/** What a field begins with: "4,5", in English "4.5". */
export function percentOf(basisPoints: number): string {
  const percent = String(basisPoints / BASIS_POINTS_IN_PERCENT);
  return spokenLanguage() === 'ru' ? percent.replace('.', ',') : percent;
}
