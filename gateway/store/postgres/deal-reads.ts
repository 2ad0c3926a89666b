// Deals in PostgreSQL: all rows and events of one by its id, lists by who takes part.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Rows } from '../../../chaincode/protocol/rows.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { bodyOf } from '../../projection/projected-row.js';
import type { SeenRow } from '../../projection/deal-view.js';
import type { ProjectedEvent } from '../../projection/block-changes.js';
import type { OfferContentText } from '../../protocol/offer-content.js';
import type {
  AwaitedSettlement,
  DealReads,
  DealSearch,
  PartyRole,
  StoredDeal,
  SubmittedPayment,
} from '../deal-reads.js';
import type { Part, PartRequest } from '../offer-reads.js';
import type { Tables } from './tables/all-tables.js';
import { partOf, wholePositionOf } from '../parts.js';

/** Events of one deal that are shown; a deal with more shows its newest. */
const MOST_EVENTS = 2_000;
/** Below it two texts have too little in common. */
const LEAST_SIMILARITY = 0.3;

export class PostgresDeals implements DealReads {
  constructor(private readonly db: Kysely<Tables>) {}

  async find(deal: string): Promise<StoredDeal> {
    return this.reading(async (db) => {
      const [found] = await stored(db, [deal]);
      return { ...(found ?? { ...NOTHING, block: -1 }), events: await eventsOf(db, deal) };
    });
  }

  findMany(deals: readonly string[]): Promise<readonly StoredDeal[]> {
    return this.reading((db) => stored(db, deals));
  }

  async takesPart(deal: string, person: string): Promise<boolean> {
    const { rows } = await sql`
      select from ledger.row where deal = ${deal} and (
        (kind = 'terms' and ${person} in (body #>> '{terms,buyer}', body #>> '{terms,offerTerms,seller}'))
        or (kind = 'invitation' and body ->> 'status' = 'accepted' and body #>> '{accepted,person}' = ${person})
      ) limit 1`.execute(this.db);
    return rows.length > 0;
  }

  async paymentsOf(person: string, keys: readonly string[]): Promise<readonly SubmittedPayment[]> {
    const { rows } = await sql<SubmittedPayment>`
      select p.body ->> 'id' as id, p.deal, p.body ->> 'bank' as bank, p.body ->> 'status' as status,
             a.body ->> 'status' as admission
      from ledger.row p
      left join ledger.row a on a.key = 'admission/' || p.deal || '/' || (p.body ->> 'id')
      where p.kind = 'payment' and p.is_attested and p.body ->> 'payer' = ${person}
        and (p.body ->> 'status' = 'submitted' or p.key = any(${[...keys]}))`.execute(this.db);
    return rows;
  }

  async ofPerson(person: string, role: PartyRole | null, part: PartRequest): Promise<Part<string>> {
    const position = wholePositionOf(part.cursor);
    const after =
      position === null ? sql`true` : sql`(bought_at, deal) < (${position.sort}::bigint, ${position.key})`;
    const only = role === null ? sql`true` : sql`role = ${role}`;
    const { rows } = await sql<{ readonly sort: number; readonly key: string }>`
      select distinct bought_at::float8 as sort, deal as key from ledger.party
      where person = ${person} and ${only} and ${after}
      order by sort desc, key desc limit ${part.limit + 1}`.execute(this.db);
    return partOf(rows, part.limit, ({ key }) => key);
  }

  async search(search: DealSearch, part: PartRequest): Promise<Part<string>> {
    const position = wholePositionOf(part.cursor);
    const after =
      position === null
        ? sql`true`
        : sql`(buyer.bought_at, buyer.deal) < (${position.sort}::bigint, ${position.key})`;
    const { rows } = await sql<{ readonly sort: number; readonly key: string }>`
      select buyer.bought_at::float8 as sort, buyer.deal as key from ledger.party buyer
      where buyer.role = 'buyer' and ${sql.join([after, ...conditionsOf(search)], sql` and `)}
      order by buyer.bought_at desc, buyer.deal desc limit ${part.limit + 1}`.execute(this.db);
    return partOf(rows, part.limit, ({ key }) => key);
  }

  async isKnown(deal: string): Promise<boolean> {
    const key = rowKey('terms', deal);
    const row = await this.db
      .selectFrom('ledger.row')
      .select('key')
      .where('key', '=', key)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** One state of the tables: rows, events and block belong together. */
  private reading<T>(read: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(read);
  }
}

function conditionsOf({ label, phase, person, words }: DealSearch): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  if (label !== null)
    conditions.push(sql`exists (select from deal_label attached
      where attached.deal = buyer.deal and attached.label = ${label})`);
  if (phase !== null)
    conditions.push(sql`exists (select from ledger.row phase
      where phase.key = 'phase/' || buyer.deal and ${isIn(phase)})`);
  if (person !== null)
    conditions.push(sql`exists (select from ledger.party other
      where other.deal = buyer.deal and other.person = ${person})`);
  if (words !== null)
    conditions.push(sql`(buyer.deal = ${words} or exists (select from ledger.row terms
      join offer_text text on text.hash = terms.body #>> '{terms,offerTerms,contentHash}'
      where terms.key = 'terms/' || buyer.deal and (text.words @@ websearch_to_tsquery('russian', ${words})
        or word_similarity(${words}, text.title) > ${LEAST_SIMILARITY})))`);
  return conditions;
}

/** A cancelled deal counts as such also when it is over. */
function isIn(phase: string): RawBuilder<unknown> {
  const isCancelled = sql`phase.body ->> 'cancelledBy' is not null`;
  if (phase === 'cancelled') return isCancelled;
  return sql`phase.body ->> 'status' = ${phase} and not (${isCancelled})`;
}

const NOTHING = { rows: [], shares: null, content: null, settlement: null, events: [] } as const;

async function stored(db: Kysely<Tables>, deals: readonly string[]): Promise<readonly StoredDeal[]> {
  const newest = await db
    .selectFrom('ledger.block')
    .select(({ fn }) => fn.max('number').as('block'))
    .executeTakeFirst();
  const block = newest?.block ?? -1;
  const rows = await rowsOf(db, deals);
  const termsOf = new Map(
    rows.flatMap((row) => {
      const terms = bodyOf(row, 'terms')?.terms;
      return terms === undefined ? [] : [[terms.deal, terms.offerTerms] as const];
    }),
  );
  const named = [...termsOf.values()];
  const shares = await sharesBy(
    db,
    named.map(({ sharesHash }) => sharesHash),
  );
  const contents = await contentsBy(
    db,
    named.map(({ contentHash }) => contentHash),
  );
  const settlements = await settlementsOf(db, deals);
  return deals.map((deal) => {
    const terms = termsOf.get(deal);
    return {
      ...NOTHING,
      rows: rows.filter((row) => row.deal === deal),
      shares: terms === undefined ? null : (shares.get(terms.sharesHash) ?? null),
      content: terms === undefined ? null : (contents.get(terms.contentHash) ?? null),
      settlement: settlements.get(deal) ?? null,
      block,
    };
  });
}

/** The first one of each deal, by the key of the credit. */
async function settlementsOf(
  db: Kysely<Tables>,
  deals: readonly string[],
): Promise<ReadonlyMap<string, AwaitedSettlement>> {
  const rows = await db
    .selectFrom('ledger.waiting_credit')
    .select(['deal', 'creditor', 'debtor'])
    .where('deal', '=', sql<string>`any(${[...deals]})`)
    .orderBy('key', 'desc')
    .execute();
  return new Map(
    rows.map(({ deal, creditor: payeeBank, debtor: payerBank }) => [deal, { payeeBank, payerBank }]),
  );
}

async function rowsOf(db: Kysely<Tables>, deals: readonly string[]) {
  const rows = await db
    .selectFrom('ledger.row')
    .select(['key', 'kind', 'deal', 'body', 'is_attested'])
    .where('deal', '=', sql<string>`any(${[...deals]})`)
    .orderBy('key')
    .execute();
  return rows.map(({ is_attested: isAttested, ...row }) => ({ ...row, isAttested }));
}

async function sharesBy(
  db: Kysely<Tables>,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, Rows['shares']>> {
  const keys = hashes.map((hash) => rowKey('shares', hash));
  const rows: readonly Pick<SeenRow, 'kind' | 'body'>[] = await db
    .selectFrom('ledger.row')
    .select(['kind', 'body'])
    .where('key', '=', sql<string>`any(${keys})`)
    .execute();
  return new Map(
    rows.flatMap((row) => {
      const shares = bodyOf(row, 'shares');
      return shares === null ? [] : [[shares.hash, shares] as const];
    }),
  );
}

async function contentsBy(
  db: Kysely<Tables>,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, OfferContentText>> {
  const texts = await db
    .selectFrom('offer_text')
    .select(['hash', 'title', 'description', 'pictures'])
    .where('hash', '=', sql<string>`any(${[...hashes]})`)
    .execute();
  return new Map(texts.map(({ hash, ...content }) => [hash, content]));
}

async function eventsOf(db: Kysely<Tables>, deal: string): Promise<readonly ProjectedEvent[]> {
  const events = await db
    .selectFrom('ledger.event')
    .selectAll()
    .where('deal', '=', deal)
    .orderBy('block', 'desc')
    .orderBy('transaction', 'desc')
    .orderBy('place', 'desc')
    .limit(MOST_EVENTS)
    .execute();
  return events.reverse().map(({ tx_id: txId, ...event }) => ({ ...event, txId }));
}
