// What has changed for whom, in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { Changed, LiveReads } from '../live-reads.js';
import type { Tables } from './tables/all-tables.js';

export class PostgresLiveReads implements LiveReads {
  constructor(private readonly db: Kysely<Tables>) {}

  async partiesOf(deals: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    if (deals.length === 0) return new Map();
    const parties = await this.db
      .selectFrom('ledger.party')
      .select(['deal', 'person'])
      .where('deal', '=', sql<string>`any(${[...deals]})`)
      .execute();
    const found = new Map<string, string[]>();
    for (const { deal, person } of parties) found.set(deal, [...(found.get(deal) ?? []), person]);
    return found;
  }

  async changedSince(person: string, block: number, limit: number): Promise<readonly Changed[] | null> {
    const { rows } = await sql<Changed>`
      select distinct 'deal' as kind, row.deal as id from ledger.row row
        join ledger.party party on party.deal = row.deal
        where party.person = ${person} and row.block > ${block}
      union select 'offer', row.body ->> 'id' from ledger.row row
        where row.kind = 'offer' and row.body ->> 'seller' = ${person} and row.block > ${block}
      union select 'account', row.body ->> 'id' from ledger.row row
        where row.kind = 'link' and row.body ->> 'person' = ${person} and row.block > ${block}
      limit ${limit + 1}`.execute(this.db);
    return rows.length > limit ? null : rows;
  }
}
