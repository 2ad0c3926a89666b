// Pauses after failed log-ins, keyed writes, hourly counts and request limits in PostgreSQL.
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { HourlyCounts, PauseRecords, RepeatedWriteRecords } from '../person-records.js';
import { removeInPortions } from './remove-in-portions.js';
import { scoped } from './scope.js';
import type { Tables } from './tables/all-tables.js';

const HOUR_MS = 3_600_000;

export class PauseTable implements PauseRecords {
  constructor(private readonly db: Kysely<Tables>) {}

  count(
    key: string,
    { pauseMs, forgottenMs, now }: Parameters<PauseRecords['count']>[1],
  ): Promise<number | null> {
    return this.db.transaction().execute(async (transaction) => {
      // One statement makes the row and locks it: between two a good log-in could take the row away.
      const found = await transaction
        .insertInto('log_in_pause')
        .values({ key, tries: 0, last_at: now })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ key }))
        .returning(['tries', 'last_at'])
        .executeTakeFirstOrThrow();
      const tries = now - found.last_at > forgottenMs ? 0 : found.tries;
      const pause = pauseMs(tries);
      const leftMs = found.last_at + pause - now;
      // Without a pause nothing is left, also for one that came first and was counted second.
      if (pause > 0 && leftMs > 0) return leftMs;
      const next = { tries: tries + 1, last_at: Math.max(now, found.last_at) };
      await transaction.updateTable('log_in_pause').set(next).where('key', '=', key).execute();
      return null;
    });
  }

  async forget(key: string): Promise<void> {
    await this.db.deleteFrom('log_in_pause').where('key', '=', key).execute();
  }

  async takeBack(key: string): Promise<void> {
    await this.db
      .updateTable('log_in_pause')
      .set((eb) => ({ tries: eb('tries', '-', 1) }))
      .where('key', '=', key)
      .where('tries', '>', 0)
      .execute();
  }
}

export class RepeatedWriteTable implements RepeatedWriteRecords {
  constructor(private readonly db: Kysely<Tables>) {}

  once(
    { person, route, key, content, now }: Parameters<RepeatedWriteRecords['once']>[0],
    act: () => Promise<string>,
  ): ReturnType<RepeatedWriteRecords['once']> {
    return this.db.transaction().execute(async (transaction) => {
      const name = [person, route, key].join(' ');
      const lock = await sql<{ readonly mine: boolean }>`
        select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as mine`.execute(transaction);
      if (lock.rows[0]?.mine !== true) return 'busy';
      const found = await transaction
        .selectFrom('repeated_write')
        .select(['content', 'answer'])
        .where((eb) => eb.and({ person, route, key }))
        .executeTakeFirst();
      if (found !== undefined) return found.content === content ? { text: found.answer } : 'otherContent';
      const text = await scoped(transaction, act);
      await transaction
        .insertInto('repeated_write')
        .values({ person, route, key, content, answer: text, created_at: now })
        .execute();
      return { text };
    });
  }

  removeOlder(createdBefore: Instant): Promise<number> {
    return removeInPortions(async (limit) => {
      const result = await sql`delete from repeated_write where ctid in
        (select ctid from repeated_write where created_at < ${createdBefore} limit ${limit})`.execute(
        this.db,
      );
      return { numAffectedRows: result.numAffectedRows };
    });
  }
}

export class HourlyCountTable implements HourlyCounts {
  constructor(private readonly db: Kysely<Tables>) {}

  async take(
    what: string,
    { most, now }: { readonly most: number; readonly now: Instant },
  ): Promise<boolean> {
    if (most < 1) return false;
    const hour = Math.floor(now / HOUR_MS);
    const row = await this.db
      .insertInto('hourly_count')
      .values({ what, hour, taken: 1 })
      .onConflict((conflict) =>
        conflict
          .columns(['what', 'hour'])
          .doUpdateSet((eb) => ({ taken: eb('hourly_count.taken', '+', 1) }))
          .where('hourly_count.taken', '<', most),
      )
      .returning('taken')
      .executeTakeFirst();
    return row !== undefined;
  }

  async taken(what: string, now: Instant): Promise<number> {
    const row = await this.db
      .selectFrom('hourly_count')
      .select('taken')
      .where((eb) => eb.and({ what, hour: Math.floor(now / HOUR_MS) }))
      .executeTakeFirst();
    return row?.taken ?? 0;
  }

  async removeOld(now: Instant): Promise<void> {
    await this.db
      .deleteFrom('hourly_count')
      .where('hour', '<', Math.floor(now / HOUR_MS))
      .execute();
  }
}

const MINUTE_S = 60;

/** Counts requests of several kinds by minute. While the database is away each process counts in its own memory. */
export class RequestLimitTable<Kind extends string> {
  private readonly limiters: ReadonlyMap<Kind, RateLimiterPostgres>;

  constructor(
    private readonly db: Kysely<Tables>,
    /** Requests in a minute. */
    rates: { readonly [K in Kind]: number },
  ) {
    const storeClient = {
      query: async ({ text, values }: { readonly text: string; readonly values: readonly unknown[] }) => {
        const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...values]));
        return { rows, rowCount: rows.length };
      },
    };
    const limiter = (keyPrefix: string, points: number) => {
      const bounds = { keyPrefix, points, duration: MINUTE_S };
      return new RateLimiterPostgres({
        ...bounds,
        ...{ storeClient, storeType: 'client', tableName: 'request_count', tableCreated: true },
        clearExpiredByTimeout: false,
        insuranceLimiter: new RateLimiterMemory(bounds),
      });
    };
    const kinds = Object.entries(rates) as [Kind, number][]; // the record's own names
    this.limiters = new Map(kinds.map(([kind, points]) => [kind, limiter(kind, points)]));
  }

  /** Milliseconds to wait; null: go on. */
  async count(kind: Kind, key: string): Promise<number | null> {
    try {
      await this.limiters.get(kind)?.consume(key.slice(0, 200));
      return null;
    } catch (found) {
      if (found instanceof RateLimiterRes) return found.msBeforeNext;
      throw found;
    }
  }

  async removeOld(now: Instant): Promise<void> {
    await sql`delete from request_count where expire < ${now}`.execute(this.db);
  }
}
