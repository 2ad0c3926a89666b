// The public rows that a command wrote, as events carry them in few bytes, and the deals that they concern.
// A key is not repeated: an event travels to every peer, and is hashed there for each payment of its list.
import type { Json } from './canonical-json.js';
import { isOfDeal } from './rows.js';

export interface RowChanges {
  /** Status by key; null: a row without one. */
  readonly rows: { readonly [key: string]: string | null };
  /** Where a row is of a deal that no key among them names. */
  readonly deal?: string;
}

/** Changes by the keys of the rows that were written. */
export function rowChanges(
  written: Iterable<readonly [string, { readonly [name: string]: Json }]>,
): RowChanges {
  const statuses = new Map<string, string | null>();
  const named = new Set<string | null>();
  let unnamed: string | null = null;
  for (const [key, { status, deal }] of written) {
    statuses.set(key, typeof status === 'string' ? status : null);
    named.add(dealOf(key));
    if (typeof deal === 'string' && !named.has(deal)) unnamed = deal;
  }
  const rows = Object.fromEntries(statuses);
  return unnamed === null || named.has(unnamed) ? { rows } : { rows, deal: unnamed };
}

/** The deals that these rows concern. */
export function dealsIn({ rows, deal }: RowChanges): ReadonlySet<string> {
  const deals = new Set(deal === undefined ? [] : [deal]);
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
  return end < 0 ? key.slice(start) : key.slice(start, end);
}
