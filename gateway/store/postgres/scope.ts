// The transaction that a keyed write runs in: what stores do meanwhile belongs to it, without being handed it.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables/all-tables.js';

const current = new AsyncLocalStorage<Transaction<Tables>>();

/** The transaction of the write under way, else the database itself. */
export function inScope(database: Kysely<Tables>): Kysely<Tables> {
  return current.getStore() ?? database;
}

/** All of `work` or nothing: within the write under way, else by itself. */
export function atomically<Result>(
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  const transaction = current.getStore();
  return transaction === undefined ? database.transaction().execute(work) : work(transaction);
}

export function scoped<Result>(
  transaction: Transaction<Tables>,
  act: () => Promise<Result>,
): Promise<Result> {
  return current.run(transaction, act);
}
