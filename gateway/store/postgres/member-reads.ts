// Members in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { MemberReads } from '../member-reads.js';
import type { Tables } from './tables/all-tables.js';

export class PostgresMembers implements MemberReads {
  constructor(private readonly db: Kysely<Tables>) {}

  async activePeople(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await sql<{ readonly owner: string; readonly people: number }>`
      select body ->> 'owner' as owner, count(*)::float8 as people from ledger.row
      where kind = 'person' and body ->> 'status' = 'active' and is_attested
      group by 1`.execute(this.db);
    return new Map(rows.map(({ owner, people }) => [owner, people]));
  }
}
