// Parts of lists by keyset: a cursor holds the sort value and key of the last item, so that no page is skipped or
// repeated when rows are added meanwhile.
import type { Part } from './offer-reads.js';

export interface Position {
  readonly sort: number;
  readonly key: string;
}

/** A database holds every character but this one. */
const NOT_IN_A_DATABASE = '\u0000';

/** Null: from the beginning. What is no cursor of ours is taken for the beginning as well. */
export function positionOf(cursor: string | null): Position | null {
  if (cursor === null) return null;
  try {
    const [sort, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    const isOurs = typeof sort === 'number' && typeof key === 'string' && !key.includes(NOT_IN_A_DATABASE);
    return isOurs ? { sort, key } : null;
  } catch {
    return null;
  }
}

/** The same for lists in the order of a column of whole numbers, which compares with no others. */
export function wholePositionOf(cursor: string | null): Position | null {
  const position = positionOf(cursor);
  return position !== null && Number.isSafeInteger(position.sort) ? position : null;
}

/** `found` was asked for with one item more than `limit`. */
export function partOf<Row extends Position, Item>(
  found: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
): Part<Item> {
  const shown = found.slice(0, limit);
  const last = shown[shown.length - 1];
  const isMore = found.length > limit && last !== undefined;
  return {
    items: shown.map(itemOf),
    next: isMore ? Buffer.from(JSON.stringify([last.sort, last.key])).toString('base64url') : null,
  };
}
