// The search for people by masked names: who is found, with which counts, page by page.
import { expect } from 'chai';
import { PersonTable } from '../../../gateway/store/postgres/person-table.js';
import { PostgresPeopleSearch } from '../../../gateway/store/postgres/people-search.js';
import { PostgresProjectionTables } from '../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../support/database.js';
import { buy } from '../../support/deal-play.js';
import { openConsortium } from '../../support/test-consortium.js';
import { blocksOf, project } from '../projection/chain.js';
import { testViewer } from '../support/web.js';

const NO_LOG_IN = { salt: { salt: 'A'.repeat(22), rounds: 600_000 }, secretHash: '', isFirst: false };

describe('the search for people by masked names', () => {
  it('counts offers and completed deals, and gives everybody once, the newest first', async () => {
    const consortium = await openConsortium();
    const { alice, bob } = consortium;
    const offer = await consortium.listOffer();
    await consortium.listOffer();
    await (await buy(consortium, { offer })).playTo('completed');
    await buy(consortium, { offer });
    await inDatabase(async ({ query }) => {
      const masks = new Map([
        [alice.person.id, 'A11CE0'],
        [bob.person.id, 'B0B000'],
      ]);
      const persons = new PersonTable(query, (person) => masks.get(person) ?? '');
      for (const [at, { person }] of [alice, bob].entries()) {
        const login = `person-${String(at)}`;
        const { person: row } = testViewer(['client'], { id: person.id, login, createdAt: at });
        await persons.create(row, NO_LOG_IN);
      }
      await project(await blocksOf(consortium), new PostgresProjectionTables(query));
      const search = new PostgresPeopleSearch(query);
      const found = async (words: string | null) =>
        (await search.masked(words, { cursor: null, limit: 10 })).items;
      expect(await found(null)).to.deep.equal([
        { id: bob.person.id, createdAt: 1, completedDeals: 1, offers: 2 },
        { id: alice.person.id, createdAt: 0, completedDeals: 1, offers: 0 },
      ]);
      const first = await search.masked(null, { cursor: null, limit: 1 });
      const second = await search.masked(null, { cursor: first.next, limit: 1 });
      expect([first, second].flatMap(({ items }) => items.map(({ id }) => id))).to.deep.equal([
        bob.person.id,
        alice.person.id,
      ]);
      expect(second.next).to.equal(null);
      await query.updateTable('person').set({ mask: null }).execute();
      expect(await found('b0b')).to.deep.equal([]);
      await persons.fillMasks();
      expect((await found('b0b')).map(({ id }) => id)).to.deep.equal([bob.person.id]);
    });
  });
});
