// A PostgreSQL server for a test or a bench, in a folder of its own.
import { join } from 'node:path';
import { LocalDatabase } from '../../network/postgres/local-database.js';
import { ManagedProcess } from '../../network/processes/managed-process.js';

/** What a crash of the machine would lose is lost with the test. */
const QUICK = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];

export interface TestServer {
  readonly folder: string;
  readonly local: LocalDatabase;
  readonly process: ManagedProcess;
}

/** A server of a test's own, in a folder of its own; the caller stops it and removes the folder. */
export async function startServer(folder: string, settings: readonly string[] = QUICK): Promise<TestServer> {
  const local = new LocalDatabase({ home: join(folder, 'database'), root: folder, settings });
  const process = new ManagedProcess({
    name: 'database',
    ...(await local.prepare()),
    logPath: join(folder, 'database.log'),
    pidPath: join(folder, 'run', 'database.pid'),
  });
  await process.start();
  await local.makeGatewayDatabase();
  return { folder, local, process };
}
