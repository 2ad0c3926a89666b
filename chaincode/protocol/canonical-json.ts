// Duty: one byte sequence for one JSON value (RFC 8785 for the subset we use), and its SHA-256.
// Must not: accept what two engines could print differently: floats, undefined, duplicate keys, lone surrogates.
import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Canonical text of a value: keys sorted by UTF-16 code units (RFC 8785 §3.2.3), safe integers, no white space. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return integerText(value);
  if (typeof value === 'string') return stringText(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  return objectText(value as { readonly [key: string]: Json });
}

/** SHA-256 of the canonical text, lower-case hexadecimal. */
export function hashOf(value: Json): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new TypeError(`canonical JSON holds safe integers only, found ${String(value)}`);
  }
  return String(value);
}

function stringText(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('canonical JSON holds well-formed Unicode only');
  return JSON.stringify(value);
}

function objectText(value: { readonly [key: string]: Json }): string {
  const members = Object.keys(value).sort(byCodeUnits);
  return `{${members.map((key) => `${stringText(key)}:${memberText(value[key])}`).join(',')}}`;
}

function memberText(value: Json | undefined): string {
  if (value === undefined) throw new TypeError('canonical JSON has no undefined members');
  return canonicalJson(value);
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
