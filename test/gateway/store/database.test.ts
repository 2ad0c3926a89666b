// A database comes to the program's form once, is of one world, and refuses a program that is older than itself.
import { expect } from 'chai';
import { sql } from 'kysely';
import { Database } from '../../../gateway/store/postgres/database.js';
import { DatabaseRefused } from '../../../gateway/store/postgres/migrate.js';
import { MIGRATIONS } from '../../../gateway/store/postgres/migrations/all-migrations.js';
import type { Migration } from '../../../gateway/store/postgres/migrations/migration.js';
import { StoreUnavailable } from '../../../gateway/store-unavailable.js';
import { emptyDatabase, inDatabase, migratedDatabase, openAt, TEST_LIMITS } from '../../support/database.js';
import { silentLog } from '../support/silent-log.js';

async function appliedAt(
  url: string,
): Promise<readonly { readonly name: string; readonly applied_at: Date }[]> {
  const database = await openAt(url);
  try {
    const rows = await sql<{ readonly name: string; readonly applied_at: Date }>`
      select name, applied_at from migrations order by name`.execute(database.query);
    return rows.rows;
  } finally {
    await database.close();
  }
}

function openWith(url: string, migrations: readonly Migration[]): Promise<Database> {
  const common = { world: 'demo', log: silentLog, limits: TEST_LIMITS, waitMs: 0 } as const;
  return Database.open({ url, migrations, ...common });
}

async function refusal(opening: Promise<Database>): Promise<string> {
  const error: unknown = await opening.catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(DatabaseRefused);
  return (error as DatabaseRefused).message; // as the line above found
}

describe('the database of a gateway', () => {
  it('knows steps by name, each once, in their order', () => {
    const names = MIGRATIONS.map(({ name }) => name);
    expect(names).to.deep.equal([...new Set(names)].toSorted());
    for (const name of names) expect(name).to.match(/^\d{3}-[a-z0-9-]+$/);
  });

  it('an empty one gets every step once, also when several gateways start at once', async () => {
    const url = await emptyDatabase();
    const opened = await Promise.all([openAt(url), openAt(url), openAt(url)]);
    for (const database of opened) await database.close();
    expect((await appliedAt(url)).map(({ name }) => name)).to.deep.equal(MIGRATIONS.map(({ name }) => name));
  });

  it('the next start does nothing to it', async () => {
    const url = await migratedDatabase();
    const first = await appliedAt(url);
    await (await openAt(url)).close();
    expect(await appliedAt(url)).to.deep.equal(first);
  });

  it('a step that fails leaves nothing behind, and the next start does it', async () => {
    const url = await emptyDatabase();
    const failing: Migration = {
      name: '999-failing',
      up: (run) => run('create table half (id text); select 1 / 0'),
    };
    const failed: unknown = await openWith(url, [...MIGRATIONS, failing]).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    const mended: Migration = { name: '999-failing', up: (run) => run('create table half (id text)') };
    await (await openWith(url, [...MIGRATIONS, mended])).close();
  });

  it('refuses a program that does not know one of its steps, and names it', async () => {
    const url = await emptyDatabase();
    const newest: Migration = {
      name: '999-of-tomorrow',
      up: (run) => run('create table tomorrow (id text)'),
    };
    await (await openWith(url, [...MIGRATIONS, newest])).close();
    expect(await refusal(openAt(url))).to.match(
      /newer than this program.+999-of-tomorrow; start the version/,
    );
  });

  for (const [made, other] of [
    ['demo', 'production'],
    ['production', 'demo'],
  ] as const) {
    it(`made for the world ${made} it refuses a gateway of the world ${other}`, async () => {
      const url = await migratedDatabase(made);
      expect(await refusal(openAt(url, other))).to.include(
        `was made for the world "${made}" and this gateway is of the world "${other}"`,
      );
      await (await openAt(url, made)).close();
    });
  }

  it('is waited for at the start, but not for ever', async () => {
    const begun = performance.now();
    const url = 'postgres://forescrow@localhost/none?host=%2Fnowhere';
    const opening = Database.open({ url, world: 'demo', log: silentLog, limits: TEST_LIMITS, waitMs: 250 });
    expect(await opening.catch((error: unknown) => error)).to.be.instanceOf(StoreUnavailable);
    expect(performance.now() - begun).to.be.within(90, 2_000);
  });

  it('gives whole numbers of 64 bits as numbers, and refuses those that would not be exact', () =>
    inDatabase(async ({ query }) => {
      const largest = await sql<{ readonly n: unknown }>`select 9007199254740991::int8 as n`.execute(query);
      expect(largest.rows).to.deep.equal([{ n: Number.MAX_SAFE_INTEGER }]);
      const beyond: unknown = await sql`select 9007199254740992::int8 as n`
        .execute(query)
        .catch((error: unknown) => error);
      expect(beyond).to.be.instanceOf(RangeError);
    }));

  it('a transaction is all or nothing', () =>
    inDatabase(async (database) => {
      const failed: unknown = await database
        .transaction(async (transaction) => {
          await transaction.insertInto('pending_postings').values({ account: '1' }).execute();
          throw new Error('enough');
        })
        .catch((error: unknown) => error);
      expect(failed).to.have.property('message', 'enough');
      expect(await database.query.selectFrom('pending_postings').selectAll().execute()).to.deep.equal([]);
    }));
});
