// Every way in which one member of a JSON value is not what it was: replaced, missing, or one too many.
import type { Json } from '../../../chaincode/protocol/canonical-json.js';

/** `wrong`: what stands in the member's place. */
export interface Malformed {
  /** Members from the value to the changed one, joined by '.'; list items by their numbers. */
  readonly path: string;
  readonly wrong: 'object' | 'text' | 'null' | 'negative' | 'missing' | 'extra';
  readonly value: Json;
}

const WRONG: readonly (readonly [Malformed['wrong'], Json])[] = [
  ['object', {}],
  ['text', ''],
  ['null', null],
  ['negative', -1],
];

export function malformedOf(value: Json, path = ''): Malformed[] {
  const replaced = WRONG.map(([wrong, other]): Malformed => ({ path, wrong, value: other }));
  if (value === null || typeof value !== 'object') return replaced;
  if (Array.isArray(value)) {
    const items = value as readonly Json[]; // a list of JSON holds JSON
    return [...replaced, ...items.flatMap((item, index) => inItem(items, index, item, path))];
  }
  const extra: Malformed = { path, wrong: 'extra', value: { ...value, extra: 1 } };
  const members = value as { readonly [name: string]: Json }; // neither null nor list
  return [...replaced, extra, ...Object.keys(members).flatMap((name) => inMember(members, name, path))];
}

function inMember(members: { readonly [name: string]: Json }, name: string, path: string): Malformed[] {
  const at = path === '' ? name : `${path}.${name}`;
  const { [name]: member = null, ...others } = members;
  const changed = malformedOf(member, at).map((each) => ({
    ...each,
    value: { ...members, [name]: each.value },
  }));
  return [...changed, { path: at, wrong: 'missing', value: others }];
}

function inItem(items: readonly Json[], index: number, item: Json, path: string): Malformed[] {
  return malformedOf(item, `${path}.${String(index)}`).map((each) => ({
    ...each,
    value: items.map((other, place) => (place === index ? each.value : other)),
  }));
}
