// One byte sequence for one JSON value (RFC 8785 for the subset we use), and its SHA-256. What two engines could print
// differently is refused: floats, undefined, duplicate keys, lone surrogates.
import { sha256 } from '#hash';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Canonical text of a value: keys sorted by UTF-16 code units (RFC 8785 §3.2.3), safe integers, no white space. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return integerText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  return objectText(value as { readonly [key: string]: Json });
}

/** SHA-256 of the canonical text, lower-case hexadecimal. */
export function hashOf(value: Json): string {
  return sha256(canonicalJson(value));
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new TypeError(`canonical JSON holds safe integers only, found ${String(value)}`);
  }
  return String(value);
}

/** Printable ASCII without quotation mark and backslash: nearly every text, printed as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function stringText(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new TypeError('canonical JSON holds well-formed Unicode only');
  return JSON.stringify(value);
}

function objectText(value: { readonly [key: string]: Json }): string {
  const members = Object.keys(value);
  // What was parsed from canonical text is in order already. Without a comparer, sort goes by UTF-16 code units.
  if (!isInOrder(members)) members.sort();
  let text = '';
  for (const name of members) text += (text === '' ? '{' : ',') + nameText(name) + memberText(value[name]);
  return text === '' ? '{}' : `${text}}`;
}

/**
 * Names as they are printed, colon included: the same few stand in all rows. Keys of dictionaries, mostly rows' keys,
 * are not kept, nor what a sender makes up beyond so many.
 */
const names = new Map<string, string>();
const NAMES_KEPT = 1_000;
const MEMBER_NAME = /^[A-Za-z]{1,40}$/;

function nameText(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = `${stringText(name)}:`;
  if (names.size < NAMES_KEPT && MEMBER_NAME.test(name)) names.set(name, text);
  return text;
}

function memberText(value: Json | undefined): string {
  if (value === undefined) throw new TypeError('canonical JSON has no undefined members');
  return canonicalJson(value);
}

function isInOrder(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || (texts[index - 1] ?? '') <= text);
}
