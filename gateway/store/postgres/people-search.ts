// The search for people by masked names in PostgreSQL. It reads neither names nor log-ins, so that no question can find
// out whose mask it is.
import { type Kysely, sql } from 'kysely';
import type { Part, PartRequest } from '../offer-reads.js';
import { partOf, type Position, wholePositionOf } from '../parts.js';
import type { FoundPerson, PeopleSearch } from '../people-search.js';
import { beginningOf } from './patterns.js';
import type { Tables } from './tables/all-tables.js';

type Found = Position & Pick<FoundPerson, 'completedDeals' | 'offers'>;

export class PostgresPeopleSearch implements PeopleSearch {
  constructor(private readonly db: Kysely<Tables>) {}

  async masked(words: string | null, part: PartRequest): Promise<Part<FoundPerson>> {
    const position = wholePositionOf(part.cursor);
    const after =
      position === null
        ? sql`true`
        : sql`(created_at, person.id) < (${position.sort}::bigint, ${position.key})`;
    const fits =
      words === null
        ? sql`true`
        : sql`(mask like ${beginningOf(words.toUpperCase())}
            or person.id like ${beginningOf(words.toLowerCase())})`;
    const { rows } = await sql<Found>`
      select created_at::float8 as sort, person.id as key,
        (select count(distinct party.deal)::int from ledger.party
          join ledger.row phase on phase.key = 'phase/' || party.deal
          where party.person = person.id and phase.body ->> 'status' = 'completed') as "completedDeals",
        (select count(*)::int from ledger.row offer
          where offer.kind = 'offer' and offer.body ->> 'seller' = person.id) as offers
      from person where ${fits} and ${after}
      order by created_at desc, person.id desc limit ${part.limit + 1}`.execute(this.db);
    return partOf(rows, part.limit, ({ sort, key, ...counts }) => ({ id: key, createdAt: sort, ...counts }));
  }
}
