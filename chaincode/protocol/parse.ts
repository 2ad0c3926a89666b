// Small strict parsers for untrusted JSON: exact members, bounded sizes, no other value gets through. Errors name kind
// and length of what was found, never the value: arguments may hold secrets.
import { canonicalJson, type Json } from './canonical-json.js';
import { RuleViolation } from './violation.js';

/** Returns the value in its type. Rejects: BAD_INPUT with where, what was found and what is needed. */
export type Parser<T> = (value: Json, at: string) => T;
/** The type of what a parser lets through. */
export type Parsed<P> = P extends Parser<infer T> ? T : never;

/** Deepest nesting that is read. Without it the depth at which a process's stack ends would decide. */
const NESTING_LIMIT = 32;

/**
 * The one JSON value of a text in canonical form, as `canonicalJson` prints it: that leaves no room for duplicate
 * members, floats, exponents, leading zeros, lone surrogates or white space. Rejects: BAD_INPUT.
 */
export function parseCanonical(text: string, at: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json; // JSON.parse yields JSON values only
    if (isShallow(value, NESTING_LIMIT) && canonicalJson(value) === text) return value;
  } catch {
    throw badInput(
      at,
      `text of ${String(text.length)} characters`,
      'JSON of integers and well-formed strings',
    );
  }
  throw badInput(
    at,
    'other JSON',
    `canonical JSON: sorted and unique members, integers, no white space, at most ${String(NESTING_LIMIT)} levels`,
  );
}

function isShallow(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every((item: Json) => isShallow(item, levels - 1));
}

export function badInput(at: string, found: string, needed: string): RuleViolation {
  return new RuleViolation('BAD_INPUT', { at, found, needed });
}

/** Text that matches a pattern (which must bound its length). */
export function text(pattern: RegExp, needed: string): Parser<string> {
  return (value, at) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw badInput(at, kindOf(value), needed);
  };
}

export function integer(least: number, most: number): Parser<number> {
  return (value, at) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
      return value;
    throw badInput(at, kindOf(value), `integer from ${String(least)} to ${String(most)}`);
  };
}

export function oneOf<const T extends string>(choices: readonly T[]): Parser<T> {
  return (value, at) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw badInput(at, kindOf(value), choices.join(' or '));
  };
}

export const boolean: Parser<boolean> = (value, at) => {
  if (typeof value === 'boolean') return value;
  throw badInput(at, kindOf(value), 'true or false');
};

/** This value and no other. */
export function constant<const T extends number | string | null>(needed: T): Parser<T> {
  return (value, at) => {
    if (value === needed) return needed;
    throw badInput(at, kindOf(value), String(needed));
  };
}

export function orNull<T>(parser: Parser<T>): Parser<T | null> {
  return (value, at) => (value === null ? null : parser(value, at));
}

export function list<T>(
  parser: Parser<T>,
  size: { readonly least: number; readonly most: number },
): Parser<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length < size.least || value.length > size.most) {
      throw badInput(at, kindOf(value), `list of ${String(size.least)} to ${String(size.most)}`);
    }
    return value.map((item: Json, index) => parser(item, `${at}[${String(index)}]`));
  };
}

/** A list in which no item stands twice. */
export function distinct<T extends string>(
  parser: Parser<T>,
  size: { readonly least: number; readonly most: number },
): Parser<readonly T[]> {
  const items = list(parser, size);
  return (value, at) => {
    const parsed = items(value, at);
    if (new Set(parsed).size === parsed.length) return parsed;
    throw badInput(at, 'repeated items', 'different items');
  };
}

/** Free member names, each of a pattern, and values of one form. */
export function dictionary<T>(
  names: RegExp,
  parser: Parser<T>,
  most: number,
): Parser<{ readonly [name: string]: T }> {
  return (value, at) => {
    const members = membersOf(value, at);
    const keys = Object.keys(members);
    if (keys.length > most)
      throw badInput(at, `${String(keys.length)} members`, `at most ${String(most)} members`);
    return Object.fromEntries(
      keys.map((name) => {
        if (!names.test(name)) throw badInput(at, 'a member of another name', `names like ${names.source}`);
        return [name, parser(members[name] ?? null, `${at}.${name}`)];
      }),
    );
  };
}

type Shape<T> = { readonly [K in keyof T]-?: Parser<T[K]> };

/** An object with exactly these members. */
export function exactly<T>(shape: Shape<T>): Parser<T> {
  const names = Object.keys(shape) as (keyof T & string)[]; // a shape has its own members only
  return (value, at) => {
    const members = membersOf(value, at);
    const found = Object.keys(members);
    const whole = found.length === names.length && names.every((name) => Object.hasOwn(members, name));
    if (!whole) {
      throw badInput(at, `${String(found.length)} members`, `exactly ${names.join(', ') || 'no members'}`);
    }
    const entries = names.map((name) => [name, shape[name](members[name] ?? null, `${at}.${name}`)]);
    return Object.fromEntries(entries) as T; // every member came out of its own parser
  };
}

/** Any JSON object; its members are parsed later. */
export function membersOf(value: Json, at: string): { readonly [name: string]: Json } {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as { readonly [name: string]: Json };
  }
  throw badInput(at, kindOf(value), 'object');
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `list of ${String(value.length)}`;
  if (typeof value === 'string') return `text of ${String(value.length)} characters`;
  return typeof value;
}
