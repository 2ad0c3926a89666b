// Duty: the public rows that a command wrote, as events tell them in few bytes, and the deals that they concern.
// Must not: repeat what a key says: an event travels to every peer, and is hashed there for each payment of its list.
import type { Json } from './canonical-json.js';
import type { RowKind } from './rows.js';

export interface ToldRows {
  /** Status by key; null: a row without one. */
  readonly rows: { readonly [key: string]: string | null };
  /** Where a row is of a deal that no key among them names. */
  readonly deal?: string;
}

/** Kinds whose first id is the deal. */
const OF_DEAL: readonly string[] = [
  'terms',
  'phase',
  'leg',
  'reservation',
  'plan',
  'obligation',
  'credit',
  'shipment',
  'inspection',
] satisfies readonly RowKind[];

/** What to tell of rows by their keys. */
export function toldRows(written: Iterable<readonly [string, { readonly [name: string]: Json }]>): ToldRows {
  const all = [...written];
  const rows = Object.fromEntries(all.map(([key, row]) => [key, textOrNull(row['status'])]));
  const named = dealsIn({ rows });
  const deal = all.map(([, row]) => textOrNull(row['deal'])).find((one) => one !== null && !named.has(one));
  return typeof deal === 'string' ? { rows, deal } : { rows };
}

/** The deals that these rows concern. */
export function dealsIn({ rows, deal }: ToldRows): ReadonlySet<string> {
  const deals = new Set(deal === undefined ? [] : [deal]);
  for (const key of Object.keys(rows)) {
    const [kind = '', first] = key.split('/', 2);
    if (first !== undefined && OF_DEAL.includes(kind)) deals.add(first);
  }
  return deals;
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
