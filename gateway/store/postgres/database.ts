// A gateway's database: connected, brought to the program's form, checked for its world. Statements reject with
// StoreUnavailable when the server is away, and go on when it is back.
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import type { Logger } from 'pino';
import { setTimeout as pause } from 'node:timers/promises';
import type { World } from '../../protocol/gateway-config.js';
import { StoreUnavailable } from '../../store-unavailable.js';
import { type ConnectionLimits, Connections, USUAL_LIMITS } from './connections.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations/all-migrations.js';
import type { Migration } from './migrations/migration.js';
import type { Tables } from './tables/all-tables.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly world: World;
  readonly log: Logger;
  readonly limits?: ConnectionLimits;
  readonly migrations?: readonly Migration[];
  /** How long a start waits for the server. */
  readonly waitMs?: number;
}

/** Less than the supervisor waits for a gateway, so that the log says why. */
const USUAL_WAIT_MS = 50_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export class Database {
  private constructor(readonly query: Kysely<Tables>) {}

  /** Rejects with DatabaseRefused, or with StoreUnavailable when the server has not answered in time. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { url, world, log, limits = USUAL_LIMITS, migrations = MIGRATIONS } = options;
    const pool = new Connections(url, limits, log);
    const query = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    try {
      await untilThere(() => migrate(query, world, migrations), options.waitMs ?? USUAL_WAIT_MS, log);
    } catch (error) {
      await query.destroy();
      throw error;
    }
    return new Database(query);
  }

  /** All of `work` or nothing; what it throws is passed on. */
  transaction<Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.query.transaction().execute(work);
  }

  close(): Promise<void> {
    return this.query.destroy();
  }
}

async function untilThere(work: () => Promise<void>, waitMs: number, log: Logger): Promise<void> {
  const givenUpAt = performance.now() + waitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || performance.now() + pauseMs > givenUpAt) throw error;
      log.info('the database does not answer yet');
      await pause(pauseMs);
    }
  }
}
