// The tables in PostgreSQL: what they give is what the ledger answers; a rebuild gives the same tables; search finds
// what people mean.
import { expect } from 'chai';
import { sql } from 'kysely';
import { dealViewOf } from '../../../gateway/projection/deal-view.js';
import { offerContentHash } from '../../../gateway/protocol/offer-content.js';
import { PostgresAccounts } from '../../../gateway/store/postgres/account-reads.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { PostgresDeals } from '../../../gateway/store/postgres/deal-reads.js';
import { PostgresOffers } from '../../../gateway/store/postgres/offer-reads.js';
import { PostgresParcels } from '../../../gateway/store/postgres/parcel-reads.js';
import { PostgresProjectionTables } from '../../../gateway/store/postgres/projection-tables.js';
import type { OfferSearch } from '../../../gateway/store/offer-reads.js';
import { inDatabase } from '../../support/database.js';
import { buy } from '../../support/deal-play.js';
import { BANK_A, COURIER } from '../../support/member-access.js';
import { type EngineConsortium, openConsortium } from '../../support/test-consortium.js';
import { blocksOf, project } from './chain.js';

const ALL: OfferSearch = { words: null, leastPrice: null, mostPrice: null, inStock: false, order: null };
const FIRST = { cursor: null, limit: 10 };
const TABLES = [
  ...['block', 'transaction', 'command', 'event', 'row', 'row_version', 'attestation', 'party'],
  'notification',
];

async function contentsOf({ query }: Database): Promise<string> {
  const texts = await Promise.all(
    TABLES.map(async (table) => {
      const { rows } = await sql<{ readonly all: string }>`
        select coalesce(string_agg(line::text, chr(10) order by line::text), '') as all
        from ${sql.table(`ledger.${table}`)} line`.execute(query);
      return `${table}\n${rows[0]?.all ?? ''}`;
    }),
  );
  return texts.join('\n');
}

async function offerWith(
  consortium: EngineConsortium,
  offers: PostgresOffers,
  title: string,
  price = '1240000',
) {
  const content = { title, description: `${title} — описание`, pictures: [] };
  const hash = offerContentHash(content);
  const id = await consortium.listOffer({ contentHash: hash, price });
  await offers.save({ ...content, hash, author: consortium.bob.person.id, at: 0 });
  return id;
}

describe('projection in PostgreSQL', () => {
  it('gives deals, links and parcels as the ledger does, and the same tables after a rebuild', async () => {
    const consortium = await openConsortium();
    const deal = await (await buy(consortium, { offer: await consortium.listOffer() })).playTo('shipped');
    const open = await buy(consortium, { offer: await consortium.listOffer() });
    await open.pay(BANK_A, '500000');
    const blocks = await blocksOf(consortium);
    await inDatabase(async (database) => {
      const tables = await project(blocks, new PostgresProjectionTables(database.query));
      const deals = new PostgresDeals(database.query);
      for (const { id } of [deal, open]) {
        const { rows, shares } = await deals.find(id);
        expect(dealViewOf(rows, shares)).to.deep.equal(await consortium.deal(id));
      }
      const { alice, bob } = consortium;
      const bought = await deals.ofPerson(alice.person.id, 'buyer', FIRST);
      expect(bought.items).to.have.members([deal.id, open.id]);
      expect((await deals.ofPerson(bob.person.id, 'buyer', FIRST)).items).to.deep.equal([]);
      const links = await new PostgresAccounts(database.query).ofPerson(alice.person.id);
      expect(links.map(({ row }) => row.status)).to.deep.equal(['active', 'active']);
      const parcels = await new PostgresParcels(database.query).list(
        { courier: COURIER, status: 'accepted', deal: null },
        FIRST,
      );
      expect(parcels.items.map(({ row }) => row.deal)).to.deep.equal([deal.id]);

      const before = await contentsOf(database);
      expect(before).to.contain('DealPaid,seller');
      await tables.clear();
      await project(blocks, tables);
      expect(await contentsOf(database)).to.equal(before);
    });
  });

  it('finds offers by stems in both languages, by similar letters, by price, page by page', async () => {
    const consortium = await openConsortium();
    await inDatabase(async (database) => {
      const offers = new PostgresOffers(database.query);
      const pumps = await offerWith(consortium, offers, 'Садовые насосы', '300000');
      const bicycle = await offerWith(consortium, offers, 'Велосипед городской', '1240000');
      const telescope = await offerWith(consortium, offers, 'Telescopes for beginners', '900000');
      await project(await blocksOf(consortium), new PostgresProjectionTables(database.query));
      const found = async (search: Partial<OfferSearch>) =>
        (await offers.search({ ...ALL, ...search }, FIRST)).items.map(({ row }) => row.id);
      expect(await found({ words: 'насос' })).to.deep.equal([pumps]);
      expect(await found({ words: 'telescope' })).to.deep.equal([telescope]);
      expect(await found({ words: 'велосепед' })).to.deep.equal([bicycle]);
      expect(await found({ words: 'самокат' })).to.deep.equal([]);
      expect(await found({ order: 'cheapest' })).to.deep.equal([pumps, telescope, bicycle]);
      expect(await found({ leastPrice: '400000', mostPrice: '1000000' })).to.deep.equal([telescope]);
      const first = await offers.search({ ...ALL, order: 'dearest' }, { cursor: null, limit: 2 });
      expect(first.items.map(({ row }) => row.id)).to.deep.equal([bicycle, telescope]);
      const second = await offers.search({ ...ALL, order: 'dearest' }, { cursor: first.next, limit: 2 });
      expect(second.items.map(({ row }) => row.id)).to.deep.equal([pumps]);
      expect(second.next).to.equal(null);
    });
  });

  it('puts what the words say before what resembles them, and without words the newest first', async () => {
    const consortium = await openConsortium();
    await inDatabase(async (database) => {
      const offers = new PostgresOffers(database.query);
      const samovar = await offerWith(consortium, offers, 'Самовар тульский');
      consortium.advance(1_000);
      const scooter = await offerWith(consortium, offers, 'Самокат складной');
      await project(await blocksOf(consortium), new PostgresProjectionTables(database.query));
      const found = async (words: string | null) =>
        (await offers.search({ ...ALL, words }, FIRST)).items.map(({ row }) => row.id);
      expect(await found('самовар')).to.deep.equal([samovar, scooter]);
      expect(await found('самокат')).to.deep.equal([scooter, samovar]);
      expect(await found(null)).to.deep.equal([scooter, samovar]);
    });
  });
});
