// Sessions in PostgreSQL.
import type { Kysely, Selectable } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { Person, SessionRecord, SessionRecords } from '../person-records.js';
import { PERSON_BESIDE, PERSON_COLUMNS, personOf } from './person-table.js';
import { removeInPortions } from './remove-in-portions.js';
import type { Tables } from './tables/all-tables.js';

type SessionColumns = Pick<
  Selectable<Tables['session']>,
  'number' | 'rotated_at' | 'begun_at' | 'used_at' | 'user_agent'
>;
const COLUMNS = ['number', 'rotated_at', 'begun_at', 'used_at', 'user_agent'] as const;

export class SessionTable implements SessionRecords {
  constructor(private readonly db: Kysely<Tables>) {}

  async begin({ id, person, number, rotatedAt, begunAt, usedAt, userAgent }: SessionRecord): Promise<void> {
    await this.db
      .insertInto('session')
      .values({
        ...{ id, person, number },
        rotated_at: rotatedAt,
        begun_at: begunAt,
        used_at: usedAt,
        user_agent: userAgent,
        ended_at: null,
      })
      .execute();
  }

  async find(id: string): Promise<{ readonly session: SessionRecord; readonly person: Person } | null> {
    const row = await this.db
      .selectFrom('session')
      .innerJoin('person', 'person.id', 'session.person')
      .select(PERSON_COLUMNS)
      .select(COLUMNS)
      .select(PERSON_BESIDE)
      .where('session.id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return null;
    return { session: sessionOf(id, row.id, row), person: personOf(row) };
  }

  async advance(id: string, number: number, now: Instant): Promise<boolean> {
    const row = await this.db
      .updateTable('session')
      .set({ number: number + 1, rotated_at: now, used_at: now })
      .where('id', '=', id)
      .where('number', '=', number)
      .where('ended_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    return row !== undefined;
  }

  async end(id: string, now: Instant): Promise<void> {
    await this.db
      .updateTable('session')
      .set({ ended_at: now })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .execute();
  }

  async endAll(person: string, now: Instant): Promise<void> {
    await this.db
      .updateTable('session')
      .set({ ended_at: now })
      .where('person', '=', person)
      .where('ended_at', 'is', null)
      .execute();
  }

  async list(person: string): Promise<readonly SessionRecord[]> {
    const rows = await this.db
      .selectFrom('session')
      .select('id')
      .select(COLUMNS)
      .where('person', '=', person)
      .where('ended_at', 'is', null)
      .orderBy('used_at', 'desc')
      .limit(100)
      .execute();
    return rows.map((row) => sessionOf(row.id, person, row));
  }

  removeOld(limits: { readonly begunBefore: Instant; readonly usedBefore: Instant }): Promise<number> {
    return removeInPortions(async (limit) => {
      const old = this.db
        .selectFrom('session')
        .select('id')
        .where((eb) =>
          eb.or([eb('begun_at', '<', limits.begunBefore), eb('used_at', '<', limits.usedBefore)]),
        )
        .limit(limit);
      const { numDeletedRows } = await this.db
        .deleteFrom('session')
        .where('id', 'in', old)
        .executeTakeFirstOrThrow();
      return { numAffectedRows: numDeletedRows };
    });
  }
}

function sessionOf(id: string, person: string, row: SessionColumns): SessionRecord {
  return {
    ...{ id, person, number: row.number },
    rotatedAt: row.rotated_at,
    begunAt: row.begun_at,
    usedAt: row.used_at,
    userAgent: row.user_agent,
  };
}
