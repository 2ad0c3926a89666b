// What events say of the rows that a command wrote, and which deals their readers learn from it.
import { expect } from 'chai';
import { dealsIn, rowChanges } from '../../../chaincode/protocol/row-changes.js';

const DEAL = 'deal_00000001';
const PAYMENT = 'payment_00000001';

describe('the rows that an event tells', () => {
  it('are listed by key and status, without what the key says', () => {
    const found = rowChanges([
      [`payment/${DEAL}/${PAYMENT}`, { deal: DEAL, id: PAYMENT, status: 'held' }],
      ['stock/offer_00000001', { offer: 'offer_00000001', total: 1 }],
    ]);
    expect(found).to.deep.equal({
      rows: { [`payment/${DEAL}/${PAYMENT}`]: 'held', 'stock/offer_00000001': null },
    });
    expect([...dealsIn(found)]).to.deep.equal([DEAL]);
  });

  it('name every deal whose rows were written, and none where none was', () => {
    const other = 'deal_00000002';
    const phases = rowChanges([DEAL, other].map((deal) => [`phase/${deal}`, { deal, status: 'open' }]));
    expect([...dealsIn(phases)]).to.deep.equal([DEAL, other]);
    expect([...dealsIn(rowChanges([['person/person_00000001', { status: 'new' }]]))]).to.deep.equal([]);
    expect([...dealsIn(rowChanges([]))]).to.deep.equal([]);
  });

  it('name no deal by what is no id', () => {
    const keys = [
      'phase/',
      'phase/x',
      'phase',
      'phase/Deal_00000001',
      `phase/${'d'.repeat(500)}`,
      'phase/../..',
    ];
    for (const key of keys) expect([...dealsIn({ rows: { [key]: 'open' } })], key).to.deep.equal([]);
  });
});
