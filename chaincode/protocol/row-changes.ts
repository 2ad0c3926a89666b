// The public rows that a command wrote, as events carry them in few bytes, and the deals that they concern.
// A key is not repeated: an event travels to every peer, and is hashed there for each payment of its list.
import type { Json } from './canonical-json.js';
import { isId } from './forms.js';
import { isOfDeal } from './rows.js';

export interface RowChanges {
  /** Status by key; null: a row without one. */
  readonly rows: { readonly [key: string]: string | null };
}

/** Changes by the keys of the rows that were written. */
export function rowChanges(
  written: Iterable<readonly [string, { readonly [name: string]: Json }]>,
): RowChanges {
  const statuses = [...written].map(
    ([key, { status }]) => [key, typeof status === 'string' ? status : null] as const,
  );
  return { rows: Object.fromEntries(statuses) };
}

/** The deals that these rows concern. */
export function dealsIn({ rows }: RowChanges): ReadonlySet<string> {
  const deals = new Set<string>();
  for (const key of Object.keys(rows)) {
    const named = dealOf(key);
    if (named !== null) deals.add(named);
  }
  return deals;
}

/** Null: the key names no deal. */
function dealOf(key: string): string | null {
  const start = key.indexOf('/') + 1;
  if (start === 0 || !isOfDeal(key.slice(0, start - 1))) return null;
  const end = key.indexOf('/', start);
  const named = end < 0 ? key.slice(start) : key.slice(start, end);
  return isId(named) ? named : null;
}
