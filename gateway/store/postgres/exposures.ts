// Keeps the sums of what banks have credited on each other's word as credits come, one block at a time.
import { type Kysely, sql } from 'kysely';
import type { CreditRow } from '../../../chaincode/protocol/payout.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { bodyOf, type ProjectedRow } from '../../projection/projected-row.js';
import type { Tables } from './tables/all-tables.js';

interface Change {
  readonly row: CreditRow;
  /** Minor units, more or less than before. */
  readonly amount: bigint;
}

/** To be called before the rows are stored: what was credited before is compared. */
export async function saveExposures(db: Kysely<Tables>, rows: readonly ProjectedRow[]): Promise<void> {
  const credits = rows.flatMap((row) => {
    const credit = bodyOf(row, 'credit');
    return credit === null ? [] : [{ key: row.key, credit, isCredited: isCredited(credit, row.isAttested) }];
  });
  if (credits.length === 0) return;
  const before = await creditedBefore(
    db,
    credits.map(({ key }) => key),
  );
  const changes = credits.flatMap(({ key, credit, isCredited: isNow }): Change[] => {
    const was = before.get(key) ?? 0n;
    const amount = (isNow ? BigInt(credit.amount) : 0n) - was;
    return amount === 0n ? [] : [{ row: credit, amount }];
  });
  await addAll(db, changes);
}

function isCredited({ status }: CreditRow, isAttested: boolean): boolean {
  return isAttested && status === 'credited';
}

/** Amounts of those that were credited, by key. */
async function creditedBefore(
  db: Kysely<Tables>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await db
    .selectFrom('ledger.row')
    .select(['key', 'kind', 'body', 'is_attested'])
    .where('key', '=', sql<string>`any(${[...keys]})`)
    .execute();
  return new Map(
    rows.flatMap((row) => {
      const credit = bodyOf(row, 'credit');
      return credit !== null && isCredited(credit, row.is_attested) ? [[row.key, BigInt(credit.amount)]] : [];
    }),
  );
}

async function addAll(db: Kysely<Tables>, changes: readonly Change[]): Promise<void> {
  const debtors = await debtorsOf(
    db,
    changes.map(({ row }) => rowKey('payment', row.deal, row.payment)),
  );
  const sums = new Map<string, bigint>();
  for (const { row, amount } of changes) {
    const debtor = debtors.get(rowKey('payment', row.deal, row.payment)) ?? row.bank;
    if (debtor === row.bank) continue;
    const name = `${row.bank}/${debtor}/${row.currency}`;
    sums.set(name, (sums.get(name) ?? 0n) + amount);
  }
  for (const [name, amount] of sums) {
    const [creditor, debtor, currency] = name.split('/');
    await sql`
      insert into ledger.exposure as exposure
      values (${creditor}, ${debtor}, ${currency}, ${amount.toString()}::numeric)
      on conflict (creditor, debtor, currency) do update set used = exposure.used + excluded.used`.execute(
      db,
    );
  }
}

/** A payment's bank by the payment's key; it was submitted in a block before. */
async function debtorsOf(db: Kysely<Tables>, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('ledger.row')
    .select(['key', 'kind', 'body'])
    .where('key', '=', sql<string>`any(${[...keys]})`)
    .execute();
  return new Map(
    rows.flatMap((row) => {
      const payment = bodyOf(row, 'payment');
      return payment === null ? [] : [[row.key, payment.bank]];
    }),
  );
}
