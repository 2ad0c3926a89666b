// What is measured is what the stores are asked; how long it takes depends on the machine and is not judged here.
import { expect } from 'chai';
import { bankReadTimes, marketplaceReadTimes } from '../../../gateway/read-times/page-times.js';
import { PostgresAccounts } from '../../../gateway/store/postgres/account-reads.js';
import { BankAccountTable } from '../../../gateway/store/postgres/bank-account-table.js';
import { PostgresBankReads } from '../../../gateway/store/postgres/bank-reads.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { PostgresDeals } from '../../../gateway/store/postgres/deal-reads.js';
import { NotificationTables } from '../../../gateway/store/postgres/notification-tables.js';
import { PostgresOffers } from '../../../gateway/store/postgres/offer-reads.js';
import { PersonTable } from '../../../gateway/store/postgres/person-table.js';
import { inDatabase } from '../../support/database.js';

describe('times of reading', function () {
  this.timeout(60_000);

  it('of a marketplace: each page is asked for several times, also where there is nothing yet', () =>
    inDatabase(async ({ query }) => {
      const times = await marketplaceReadTimes(storesIn(query), ['person_1', 'person_2']);
      expect(times.map(({ what, times: asked }) => [what, asked])).to.deep.equal([
        ['catalogue', 40],
        ['search', 120],
        ['personalPage', 40],
      ]);
      for (const { medianMs, mostMs } of times) expect(mostMs).to.be.at.least(medianMs).and.above(0);
    }));

  it("of a bank: its accounts' pages", () =>
    inDatabase(async ({ query }) => {
      const accounts = new BankAccountTable(query);
      for (const account of ['10000000000000001', '10000000000000002'])
        await accounts.noteOpened({ account, holder: 'holder_1', currency: 'RUB' });
      const [times, ...others] = await bankReadTimes(new PostgresBankReads(query));
      expect(others).to.deep.equal([]);
      expect(times).to.deep.include({ what: 'bankAccounts', times: 80 });
    }));
});

function storesIn(query: Database['query']): Parameters<typeof marketplaceReadTimes>[0] {
  return {
    offers: new PostgresOffers(query),
    persons: new PersonTable(query, (person) => person),
    accounts: new PostgresAccounts(query),
    deals: new PostgresDeals(query),
    notifications: new NotificationTables(query),
  };
}
