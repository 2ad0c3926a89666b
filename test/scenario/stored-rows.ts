// Reads what a member's gateway has stored, after its system has stopped: its database is served for that moment.
import { join } from 'node:path';
import { Client } from 'pg';
import type { Member } from '../../network/consortium.js';
import { databaseName, localDatabase } from '../../network/postgres/databases.js';
import { ManagedProcess } from '../../network/processes/managed-process.js';
import type { SystemFolder } from '../../network/processes/system-folder.js';

/** By table. */
export interface StoredRows {
  readonly [table: string]: readonly { readonly [column: string]: unknown }[];
}

export async function storedRows(folder: SystemFolder, member: Member): Promise<StoredRows> {
  const server = localDatabase(folder, member);
  const process = new ManagedProcess({
    name: databaseName(member),
    ...(await server.prepare()),
    logPath: join(folder.dir, 'reading.log'),
    pidPath: join(folder.dir, 'reading.pid'),
  });
  await process.start();
  try {
    return await rowsAt(server.url());
  } finally {
    await process.stop();
  }
}

async function rowsAt(url: string): Promise<StoredRows> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ readonly name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    const rows: { [table: string]: readonly { readonly [column: string]: unknown }[] } = {};
    for (const { name } of tables.rows) {
      rows[name] = (await client.query<{ readonly [column: string]: unknown }>(`select * from ${name}`)).rows;
    }
    return rows;
  } finally {
    await client.end();
  }
}
