// The pool of connections: none that broke is used again, short absences of the server are waited out, and errors come
// out as the stores' users know them.
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { setTimeout as pause } from 'node:timers/promises';
import { isAway, translated } from './failures.js';

export interface ConnectionLimits {
  /** Connections at one time. */
  readonly most: number;
  /** 0: no limit. */
  readonly connectMs: number;
  /** For one statement, at both ends. 0: no limit. */
  readonly statementMs: number;
  /** How long a server that does not answer is asked again before a statement fails; nothing was sent until then. */
  readonly patienceMs: number;
}

export const USUAL_LIMITS: ConnectionLimits = {
  most: 10,
  connectMs: 5_000,
  statementMs: 30_000,
  patienceMs: 3_000,
};

const ASK_AGAIN_MS = 50;
/** PostgreSQL's number of the type. */
const INT8 = 20;

export class Connections implements PostgresPool {
  private readonly pool: pg.Pool;

  constructor(
    url: string,
    private readonly limits: ConnectionLimits,
    log: Logger,
  ) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: limits.most,
      connectionTimeoutMillis: limits.connectMs,
      query_timeout: limits.statementMs,
      statement_timeout: limits.statementMs,
      // Idle ones are few, and closing them would only cost the next statement its time.
      idleTimeoutMillis: 0,
      allowExitOnIdle: true,
      types: { getTypeParser: typeParser },
      application_name: 'forescrow gateway',
    });
    // Without a listener for each, one between two statements, too, a server that stops would end the gateway.
    this.pool.on('connect', (client) => {
      client.on('error', () => undefined);
    });
    this.pool.on('error', (error) => {
      log.warn({ err: error }, 'a connection to the database was lost');
    });
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.connected();
    let broken: Error | undefined;
    const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
      try {
        return await client.query(text, [...values]);
      } catch (error) {
        if (isAway(error)) broken = error as Error; // as isAway found
        throw translated(error);
      }
    };
    return {
      query: query as PostgresPoolClient['query'], // rows are typed by the query builder; cursors are not used
      release: () => {
        client.release(broken);
      },
    };
  }

  end(): Promise<void> {
    return this.pool.end();
  }

  private async connected(): Promise<pg.PoolClient> {
    const givenUpAt = performance.now() + this.limits.patienceMs;
    for (;;) {
      try {
        return await this.pool.connect();
      } catch (error) {
        if (!isAway(error) || performance.now() >= givenUpAt) throw translated(error);
        await pause(ASK_AGAIN_MS);
      }
    }
  }
}

/** Of this pool alone: other users of the driver in the process keep its usual forms. */
function typeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === INT8 && format !== 'binary') return wholeNumber;
  return pg.types.getTypeParser(oid, format);
}

/** Instants, block numbers and counts are all safe; money is kept in digits, never here. */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a stored whole number is too large to be exact');
  return value;
}
