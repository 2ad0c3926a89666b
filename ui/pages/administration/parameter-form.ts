// What an administrator types as a parameter's value: percentages in basis points, lengths of time in milliseconds.
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import { PARAMETER_NAMES, type ParameterName } from '../../../gateway/protocol/parameter-bounds.js';
import { readPercent } from '../../app/percent.js';

export const UNITS = ['second', 'minute', 'hour', 'day'] as const;
export type Unit = (typeof UNITS)[number];
const UNIT_MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

export type End = 'least' | 'usual' | 'most';
export const ENDS = ['least', 'usual', 'most'] as const;
export type Field = 'rate' | 'span' | 'spanUnit' | End | `${End}Unit`;

export type Kind = 'rate' | 'range' | 'span';
export type RangeName = (typeof PARAMETER_NAMES.ranges)[number];
export type PlainName = Exclude<ParameterName, RangeName>;

export function kindOf(name: ParameterName): Kind {
  const { rates, ranges } = PARAMETER_NAMES;
  if (rates.some((rate) => rate === name)) return 'rate';
  return ranges.some((range) => range === name) ? 'range' : 'span';
}

export function isRange(name: ParameterName): name is RangeName {
  return kindOf(name) === 'range';
}

/** In the largest unit that leaves a whole number. */
export function spanIn(spanMs: number): { readonly count: number; readonly unit: Unit } {
  const unit = [...UNITS].reverse().find((one) => spanMs > 0 && spanMs % UNIT_MS[one] === 0) ?? 'second';
  return { count: spanMs / UNIT_MS[unit], unit };
}

const COUNT = /^[0-9]{1,9}$/;

type Typed = (name: Field) => string;

/** The settings with this parameter as it was typed; null: something is no value. */
export function readSettings(
  before: AgreedSettings,
  name: ParameterName,
  typed: Typed,
): AgreedSettings | null {
  if (isRange(name)) {
    const [least, usual, most] = ENDS.map((end) => readSpan(typed, end));
    if (least == null || usual == null || most == null) return null;
    return least <= usual && usual <= most ? { ...before, [name]: { least, usual, most } } : null;
  }
  const value = kindOf(name) === 'rate' ? readPercent(typed('rate')) : readSpan(typed, 'span');
  return value === null ? null : { ...before, [name]: value };
}

function readSpan(typed: Typed, name: 'span' | End): number | null {
  const unit = UNITS.find((one) => one === typed(`${name}Unit`));
  return unit === undefined || !COUNT.test(typed(name)) ? null : Number(typed(name)) * UNIT_MS[unit];
}
