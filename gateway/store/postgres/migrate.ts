// Brings a database to the program's form, and finds out whether this gateway may use it at all. Of several that start
// at once one does the work.
import { type Kysely, sql, type Transaction } from 'kysely';
import type { World } from '../../protocol/gateway-config.js';
import type { Migration } from './migrations/migration.js';

/** The database is of another kind than this gateway needs: a sentence for the operator. */
export class DatabaseRefused extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'DatabaseRefused';
  }
}

interface MarkTables {
  readonly database_mark: { readonly world: World; readonly single: boolean };
  readonly migrations: { readonly name: string; readonly applied_at: Date };
}

/** Any number that nothing else in the database locks. */
const MIGRATION_LOCK = 7_050_001;

/** Runs what has not been run, all of it or nothing. Rejects with DatabaseRefused. */
export async function migrate<Tables>(
  database: Kysely<Tables>,
  world: World,
  migrations: readonly Migration[],
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction);
    const marks = transaction as unknown as Transaction<MarkTables>; // beside the program's own tables
    await checkMark(marks, world);
    const applied = await marks.selectFrom('migrations').select('name').execute();
    const names = new Set(applied.map(({ name }) => name));
    refuseNewer(names, migrations);
    for (const migration of migrations.filter(({ name }) => !names.has(name))) {
      await migration.up(async (statements) => {
        await sql.raw(statements).execute(transaction);
      });
      await sql`insert into migrations (name) values (${migration.name})`.execute(transaction);
    }
  });
}

/** A new database is marked for the gateway's world; one with another mark is refused. */
async function checkMark(transaction: Transaction<MarkTables>, world: World): Promise<void> {
  await sql`
    create table if not exists database_mark (
      single boolean primary key default true check (single),
      world text not null check (world in ('demo', 'production'))
    );
    create table if not exists migrations (
      name text primary key,
      applied_at timestamptz not null default now()
    )`.execute(transaction);
  const mark = await transaction.selectFrom('database_mark').select('world').executeTakeFirst();
  if (mark === undefined) {
    await sql`insert into database_mark (world) values (${world})`.execute(transaction);
    return;
  }
  if (mark.world === world) return;
  throw new DatabaseRefused(
    `The database was made for the world "${mark.world}" and this gateway is of the world "${world}"; ` +
      'correct "world" in the consortium file, or name another database.',
  );
}

function refuseNewer(applied: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = [...applied].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new DatabaseRefused(
    `The database is newer than this program: it does not know the step ${unknown.sort().join(', ')}; ` +
      'start the version that made it, or a newer one.',
  );
}
