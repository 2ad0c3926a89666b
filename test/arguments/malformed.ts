// Values that no command should take, and which of them a member's form nevertheless allows: said again here,
// independently of the product's parsers, which must not be imported.
import type { Json } from '../../chaincode/protocol/canonical-json.js';

/** Names that every object inherits; none may reach through a table of handlers, forms, rows or codes. */
export const PROTOTYPE_NAMES = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['prototype', 'length', 'name', 'then', 'toJSON', 'map'],
] as const;

export const HOSTILE: readonly Json[] = [
  ...[null, true, false, 0, 1, -1, 42, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  // Amounts with a sign, exponent, leading zero, point, blank, other digits, too many digits.
  ...['-1', '+1', '1e3', '01', '00', '1.0', '1.', '.1', ' 1', '1 ', '0x10', '0b1', '1_000', '1,000'],
  ...['1'.repeat(19), '٣', '１', 'NaN', 'Infinity', '-0', '1\n', '1\u0000', '¹', '½'],
  // Currencies, banks, words.
  ...['rub', 'RUBB', 'RU', 'РУБ', 'ruB', '', ' ', '\t', 'x', 'null', 'undefined', 'true'],
  // Keys of other rows, other sections, ends of ranges.
  ...[
    '../x',
    'a/b',
    '/',
    'deal_0123456789abcde/',
    'deal_0123456789abcdef/x',
    'attestation/phase',
    'usedIntent/x',
    '*',
  ],
  ...['DEAL_0123456789ABCDEF', 'deal_0123', `deal_${'a'.repeat(65)}`, '_0123456789abcdef', 'deal-0123456789'],
  ...[
    'deal_0123456789abcdef\n',
    '\ndeal_0123456789abcdef',
    'deal_0123456789abcdef\u0000',
    'dеal_0123456789abcdef',
  ],
  // Unicode: controls, direction, composed and decomposed, wide, astral, the last code point.
  ...[
    '\u0000',
    '\u007f',
    '\u200b',
    '\u202e',
    '\ufeff',
    'é',
    'e\u0301',
    'ｄｅａｌ',
    '😀',
    '\u{10ffff}',
    'ﬀ',
    'İ',
  ],
  // Sizes and code.
  ...['x'.repeat(5_000), '${1}', '{{1}}', "'; --", '<script>', '%00', '\\u0000', '{"$ne":null}'],
  ...PROTOTYPE_NAMES,
  // Other shapes.
  ...[[], {}, [[]], [null], [''], { length: 1 }, { toString: 'x' }, { valueOf: '1' }, ['client', 'client']],
];

const among = (pattern: RegExp) => (value: Json) => typeof value === 'string' && pattern.test(value);
const from = (least: number, most: number) => (value: Json) =>
  typeof value === 'number' && value >= least && value <= most;
const or = (left: (value: Json) => boolean) => (value: Json) => value === null || left(value);
const basisPoints = from(0, 10_000);
const span = from(0, 315_360_000_000);
const msp = among(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/);

/** Where a value of HOSTILE is well formed after all, by the last member name of its path. */
const WELL_FORMED: { readonly [member: string]: (value: Json) => boolean } = {
  bank: among(/^\d\d$/),
  owner: msp,
  msp,
  courier: msp,
  holder: among(/^[\w.-]{1,64}$/),
  name: (value) =>
    typeof value === 'string' &&
    value.length <= 100 &&
    /^[A-Za-z0-9\u00c0-\u017fА-яЁё .,:;!?'"()/&+%-]+$/.test(value) &&
    /[A-Za-z0-9\u00c0-\u017fА-яЁё]/.test(value) &&
    value === value.trim(),
  reason: or(among(/^[A-Z][A-Z_]{0,39}$/)),
  reasonHash: (value) => value === null,
  sharesNonce: (value) => value === null,
  invitation: (value) => value === null,
  RUB: among(/^(0|[1-9]\d{0,17})$/),
  debitCaps: (value) =>
    typeof value === 'object' && !Array.isArray(value) && Object.keys(value ?? { x: 1 }).length === 0,
  commissionBasisPoints: or(basisPoints),
  commissionCapBasisPoints: basisPoints,
  minimumPartBasisPoints: basisPoints,
  usualBasisPoints: basisPoints,
  toBank: (value) =>
    typeof value === 'object' && !Array.isArray(value) && Object.keys(value ?? { x: 1 }).length === 0,
  '20': basisPoints,
  stock: from(1, 1_000_000_000),
  version: from(1, Number.MAX_SAFE_INTEGER),
  payTimeMs: span,
  answerTimeMs: span,
  inspectionTimeMs: span,
  shipTimeMs: span,
  deliverTimeMs: span,
  stepTimeMs: span,
  creditTimeMs: span,
  windowMs: span,
  slackMs: span,
  longStopMs: span,
  changeDelayMs: span,
  replaces: from(1, Number.MAX_SAFE_INTEGER),
  number: from(1, Number.MAX_SAFE_INTEGER),
  least: (value) => value === 0 || value === 1,
  usual: (value) => value === 1,
  most: from(1, 315_360_000_000),
  boughtAt: from(0, 8_640_000_000_000_000),
  arrivedAt: from(0, 8_640_000_000_000_000),
  until: from(0, 8_640_000_000_000_000),
  expiresAt: from(0, 8_640_000_000_000_000),
  payments: (value) => Array.isArray(value) && value.length === 0,
  credits: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(creditName) &&
    new Set(value).size === value.length,
};
const positiveAmount = among(/^[1-9]\d{0,17}$/);
const OF_CLAIM: typeof WELL_FORMED = {
  channel: among(/^[a-z][a-z0-9.-]{0,248}$/),
  action: among(/^[A-Za-z]{1,40}$/),
};
const creditName = among(/^[a-z_0-9/]{1,250}$/);

export type Path = readonly (string | number)[];

/** Whether a hostile value is of the member's form. A member of a list goes by the list's name. */
export function isWellFormed(path: Path, value: Json): boolean {
  const [last, before] = [path.at(-1), path.at(-2)];
  if (typeof last === 'number') return before === 'credits' && creditName(value);
  // Of an invitation it is an amount, of a range a number.
  if (last === 'most' && before === 'params') return positiveAmount(value);
  // An intent names this channel and its action; a claim's are compared by the rule.
  const forms = path.includes('claim') ? { ...WELL_FORMED, ...OF_CLAIM } : WELL_FORMED;
  return forms[last ?? '']?.(value) ?? false;
}

/** Every place of a value, itself included. */
export function pathsOf(value: Json, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const below = Object.entries(value).flatMap(([name, item]: [string, Json]) =>
    pathsOf(item, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return [path, ...below];
}

/** The value with one place replaced; undefined takes the member out. */
export function replaced(value: Json, [first, ...rest]: Path, by: Json | undefined): Json {
  if (first === undefined) return by ?? null;
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => (index === first ? replaced(item, rest, by) : item));
  }
  const members = Object.entries(value as { readonly [name: string]: Json }); // the path leads through it
  return Object.fromEntries(
    members.flatMap(([name, item]): [string, Json][] => {
      if (name !== first) return [[name, item]];
      return rest.length === 0 && by === undefined ? [] : [[name, replaced(item, rest, by)]];
    }),
  );
}

/** The object with one more own member of that name, `__proto__` included. */
export function withMember(value: { readonly [name: string]: Json }, name: string): Json {
  return Object.fromEntries([...Object.entries(value), [name, 'x']]);
}
