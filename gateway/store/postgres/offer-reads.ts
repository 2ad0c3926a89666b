// Offers in PostgreSQL: search by stems of Russian and English words, and by similar letters where no stem fits.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { OfferRow, StockRow } from '../../../chaincode/protocol/offer.js';
import type {
  OfferContents,
  OfferReads,
  OfferSearch,
  Part,
  PartRequest,
  StoredOffer,
} from '../offer-reads.js';
import type { Tables } from './tables/all-tables.js';
import { partOf, positionOf } from '../parts.js';

interface FoundOffer {
  readonly sort: number;
  readonly key: string;
  readonly offer: OfferRow;
  readonly at: number;
  readonly stock: StockRow | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly pictures: string[] | null;
  readonly reason: string | null;
}

/** Below it two texts have too little in common. */
const LEAST_SIMILARITY = 0.3;

export class PostgresOffers implements OfferReads, OfferContents {
  constructor(private readonly db: Kysely<Tables>) {}

  search(search: OfferSearch, part: PartRequest): Promise<Part<StoredOffer>> {
    // What nobody can read is not shown.
    const conditions = [sql`offer.body ->> 'status' = 'listed'`, sql`text.hash is not null`];
    if (search.words !== null) conditions.push(fits(search.words));
    if (search.leastPrice !== null)
      conditions.push(sql`(offer.body ->> 'price')::numeric >= ${search.leastPrice}::numeric`);
    if (search.mostPrice !== null)
      conditions.push(sql`(offer.body ->> 'price')::numeric <= ${search.mostPrice}::numeric`);
    if (search.inStock) conditions.push(sql`(stock.body ->> 'available')::bigint > 0`);
    return this.select({ conditions, sort: sortOf(search), part });
  }

  async find(offer: string): Promise<StoredOffer | null> {
    const conditions = [sql`offer.key = ${`offer/${offer}`}`];
    const { items } = await this.select({ conditions, sort: sql`0`, part: { cursor: null, limit: 1 } });
    return items[0] ?? null;
  }

  ofSeller(seller: string, part: PartRequest): Promise<Part<StoredOffer>> {
    return this.select({ conditions: [sql`offer.body ->> 'seller' = ${seller}`], sort: sql`offer.at`, part });
  }

  waiting(status: OfferRow['status'], part: PartRequest): Promise<Part<StoredOffer>> {
    return this.select({
      conditions: [sql`offer.body ->> 'status' = ${status}`],
      sort: sql`-offer.at`,
      part,
    });
  }

  async save(content: Parameters<OfferContents['save']>[0]): Promise<void> {
    const { hash, author, title, description, pictures, at } = content;
    await this.db
      .insertInto('offer_text')
      .values({ hash, author, title, description, pictures: [...pictures], at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** An offer that was edited leaves its older content in the terms of its deals. */
  async removeUnused(savedBefore: Instant, limit: number): Promise<number> {
    const { rows } = await sql`
      delete from offer_text where hash in (
        select text.hash from offer_text text where text.at < ${savedBefore}
          and not exists (select from ledger.row row
            where row.kind = 'offer' and row.body ->> 'contentHash' = text.hash)
          and not exists (select from ledger.row row
            where row.kind = 'terms' and row.body #>> '{terms,offerTerms,contentHash}' = text.hash)
        limit ${limit}
      ) returning hash`.execute(this.db);
    return rows.length;
  }

  async saveReason(reason: Parameters<OfferContents['saveReason']>[0]): Promise<void> {
    await this.db
      .insertInto('moderation_reason')
      .values({ ...reason })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  private async select(of: {
    readonly conditions: readonly RawBuilder<unknown>[];
    readonly sort: RawBuilder<unknown>;
    readonly part: PartRequest;
  }): Promise<Part<StoredOffer>> {
    const { conditions, sort, part } = of;
    const position = positionOf(part.cursor);
    const after =
      position === null ? sql`true` : sql`(sort, key) < (${position.sort}::float8, ${position.key})`;
    const { rows } = await sql<FoundOffer>`
      select * from (
        select (${sort})::float8 as sort, offer.key, offer.body as offer, offer.at, stock.body as stock,
          text.title, text.description, text.pictures, reason.text as reason
        from ledger.row offer
        left join ledger.row stock on stock.key = 'stock/' || (offer.body ->> 'id')
        left join offer_text text on text.hash = offer.body ->> 'contentHash'
        left join moderation_reason reason on reason.hash = offer.body ->> 'reasonHash'
        where offer.kind = 'offer' and ${sql.join(conditions, sql` and `)}
      ) found where ${after} order by sort desc, key desc limit ${part.limit + 1}`.execute(this.db);
    return partOf(rows, part.limit, storedOffer);
  }
}

function fits(words: string): RawBuilder<unknown> {
  return sql`(text.words @@ websearch_to_tsquery('russian', ${words})
    or word_similarity(${words}, text.title) > ${LEAST_SIMILARITY})`;
}

function sortOf({ order, words }: OfferSearch): RawBuilder<unknown> {
  switch (order) {
    case 'newest':
      return sql`offer.at`;
    case 'cheapest':
      return sql`-(offer.body ->> 'price')::numeric`;
    case 'dearest':
      return sql`(offer.body ->> 'price')::numeric`;
    case 'best':
    case null:
      if (words === null) return sql`offer.at`;
      return sql`ts_rank(text.words, websearch_to_tsquery('russian', ${words}))
        + word_similarity(${words}, text.title)`;
  }
}

function storedOffer({ offer, stock, title, description, pictures, reason, at }: FoundOffer): StoredOffer {
  const content = title === null ? null : { title, description: description ?? '', pictures: pictures ?? [] };
  return { row: offer, stock, content, reason, updatedAt: at };
}
