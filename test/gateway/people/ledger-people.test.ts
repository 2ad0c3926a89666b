// A person's roles come from a row of his own organisation that nobody has forged.
import { expect } from 'chai';
import type { PersonRow } from '../../../chaincode/protocol/member.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { systemClock } from '../../../gateway/clock.js';
import { LedgerPeople } from '../../../gateway/people/ledger-people.js';
import { PostgresPersonRows } from '../../../gateway/store/postgres/person-rows.js';
import { PostgresProjectionTables } from '../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../support/database.js';
import { MARKETPLACE } from '../../support/member-access.js';
import { openConsortium } from '../../support/test-consortium.js';
import { blocksOf, project } from '../projection/chain.js';

describe('people of the ledger', () => {
  it('have the roles of a row that their organisation attests, and none by one that it disowns', async () => {
    const consortium = await openConsortium();
    const { id } = consortium.alice.person;
    const key = rowKey('person', id);
    const genuine = await consortium.row('person', id);
    await inDatabase(async ({ query }) => {
      await project(await blocksOf(consortium), new PostgresProjectionTables(query));
      const rows = new PostgresPersonRows(query);
      const people = (row: PersonRow | null) =>
        new LedgerPeople({
          ledger: { rows: () => Promise.resolve({ [key]: row }) },
          organisation: MARKETPLACE,
          isDisowned: (person) => rows.isDisowned(person),
          clock: systemClock,
        });
      expect((await people(genuine).row(id))?.roles).to.deep.equal(['client']);
      await query.updateTable('ledger.row').set({ is_attested: false }).where('key', '=', key).execute();
      expect(await people(genuine).row(id), 'written by members with altered chaincode').to.equal(null);
      expect(await people(null).row(id)).to.equal(null);
    });
  });

  it('are asked for anew as long as they are not active, so that a confirmation counts at once', async () => {
    const consortium = await openConsortium();
    const { id } = consortium.alice.person;
    const active = await consortium.row('person', id);
    let row: PersonRow | null = null;
    const people = new LedgerPeople({
      ledger: { rows: () => Promise.resolve({ [rowKey('person', id)]: row }) },
      organisation: MARKETPLACE,
      isDisowned: () => Promise.resolve(false),
      clock: systemClock,
    });
    expect(await people.row(id)).to.equal(null);
    row = active;
    expect((await people.row(id))?.status).to.equal('active');
  });
});
