// Cursors of lists: whatever comes back in place of one, a list begins anew and no query fails.
import { expect } from 'chai';
import { partOf, positionOf, wholePositionOf } from '../../../gateway/store/parts.js';
import { PostgresDeals } from '../../../gateway/store/postgres/deal-reads.js';
import { LabelTables } from '../../../gateway/store/postgres/label-tables.js';
import { inDatabase } from '../../support/database.js';

const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const ODD = [
  ...['', 'x', '%00', cursorOf(null), cursorOf({}), cursorOf(['1', 'a']), cursorOf([1])],
  ...[cursorOf([1.5, 'a']), cursorOf([1e300, 'a']), cursorOf([-1e300, 'a']), cursorOf([1, 'a\u0000b'])],
  Buffer.from('[1e999,"a"]').toString('base64url'),
];

describe('cursors', function () {
  this.timeout(60_000);

  it('lead to where the last part ended', () => {
    const rows = [3, 2, 1].map((sort) => ({ sort, key: String(sort) }));
    const part = partOf(rows, 2, ({ key }) => key);
    expect(part.items).to.deep.equal(['3', '2']);
    expect(positionOf(part.next)).to.deep.equal({ sort: 2, key: '2' });
    expect(partOf(rows, 3, ({ key }) => key).next).to.equal(null);
  });

  it('that are none of ours lead to the beginning', () => {
    for (const odd of ODD) expect(wholePositionOf(odd), odd).to.equal(null);
  });

  it('make no query fail, whatever stands in them', () =>
    inDatabase(async ({ query }) => {
      const deals = new PostgresDeals(query);
      const labels = new LabelTables(query, { mostLabels: 1, mostOfDeal: 1 });
      for (const cursor of ODD) {
        const part = { cursor, limit: 2 };
        const found = [
          await deals.ofPerson('person_1', null, part),
          await deals.search({ label: null, phase: null, person: null, words: null }, part),
          await labels.changes({ deal: null, label: null }, part),
        ];
        for (const { items } of found) expect(items, cursor).to.deep.equal([]);
      }
    }));
});
