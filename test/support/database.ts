// Databases for tests: one PostgreSQL server for the whole mocha process, started when the first test needs it, and in
// it a fresh database for each that asks, copied from one that was migrated once.
import { sql } from 'kysely';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../gateway/protocol/gateway-config.js';
import { type ConnectionLimits } from '../../gateway/store/postgres/connections.js';
import { Database } from '../../gateway/store/postgres/database.js';
import type { LocalDatabase } from '../../network/postgres/local-database.js';
import { silentLog } from '../gateway/support/silent-log.js';
import { startServer, type TestServer } from './database-server.js';

/** For the last hook of all; a busy disk takes its time. */
const STOP_LIMIT_MS = 60_000;
/** No timers: tests stop the clock. */
export const TEST_LIMITS: ConnectionLimits = { most: 5, connectMs: 0, statementMs: 0, patienceMs: 0 };

let starting: Promise<TestServer> | null = null;
let made = 0;
/** Addresses of databases whose tests are over and whose tables are empty again. */
const free: string[] = [];

/** The address of an empty database, without tables. */
export async function emptyDatabase(): Promise<string> {
  const { local } = await sharedServer();
  return copyOf(local, 'template0');
}

/** The address of a database in the program's form, of the given world. */
export async function migratedDatabase(world: World = 'demo'): Promise<string> {
  const { local } = await sharedServer();
  return copyOf(local, `template_${world}`);
}

/**
 * Runs with a database of its own, of the world demo; several may be opened on the same address, as several processes
 * would. It is emptied for the next test, so its form must stay as it is.
 */
export async function inDatabase(run: (database: Database, url: string) => Promise<void>): Promise<void> {
  const url = free.pop() ?? (await migratedDatabase());
  const database = await openAt(url);
  try {
    await run(database, url);
    await empty(database);
    free.push(url);
  } finally {
    await database.close();
  }
}

async function empty({ query }: Database): Promise<void> {
  const tables = await sql<{ readonly name: string }>`select format('%I.%I', schemaname, tablename) as name
    from pg_tables where schemaname in ('public', 'ledger')
      and tablename not in ('database_mark', 'migrations')`.execute(query);
  const names = tables.rows.map(({ name }) => name).join(', ');
  await sql.raw(`truncate ${names} restart identity cascade`).execute(query);
}

export function openAt(url: string, world: World = 'demo'): Promise<Database> {
  return Database.open({ url, world, log: silentLog, limits: TEST_LIMITS, waitMs: 0 });
}

function sharedServer(): Promise<TestServer> {
  starting ??= startShared();
  return starting;
}

async function startShared(): Promise<TestServer> {
  const server = await startServer(mkdtempSync(join(tmpdir(), 'forescrow-database-')));
  for (const world of ['demo', 'production'] as const) {
    await create(server.local, `template_${world}`, 'template0');
    await (await openAt(server.local.urlFor(`template_${world}`), world)).close();
  }
  return server;
}

async function copyOf(local: LocalDatabase, template: string): Promise<string> {
  const name = `test_${String((made += 1))}`;
  await create(local, name, template);
  return local.urlFor(name);
}

async function create(local: LocalDatabase, name: string, template: string): Promise<void> {
  await local.asSuperuser((client) =>
    client.query(`create database ${name} owner forescrow template ${template}`),
  );
}

// At the top of the file, so that mocha runs it after the last test of all.
after(async function () {
  this.timeout(STOP_LIMIT_MS);
  if (starting === null) return;
  const { process, folder } = await starting;
  await process.stop();
  rmSync(folder, { recursive: true, force: true });
});
