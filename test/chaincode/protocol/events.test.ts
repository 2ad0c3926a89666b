// Each change of a row's status is one event with a name of its own; what changed nothing has none.
import { expect } from 'chai';
import { type DomainEvent, eventsOf } from '../../../chaincode/protocol/events.js';
import { LIFE_CYCLE } from '../../../chaincode/protocol/life-cycle.js';

const DONE = { ok: true, id: 'deal_00000001' } as const;
const rowsOf = (kind: string, status: string | null) => ({
  [`${kind}/deal_00000001/payment_00000001`]: status,
});

describe('events', () => {
  const steps = new Set(LIFE_CYCLE.map(({ kind, to }) => `${kind} ${to}`));

  it('name every status that a step leads to, each in its own way', () => {
    const names = [...steps].map((step) => {
      const [kind = '', status = ''] = step.split(' ');
      const [event, ...more] = eventsOf({ result: DONE, rows: rowsOf(kind, status) });
      expect([event?.kind, more], step).to.deep.equal([kind, []]);
      return event?.name;
    });
    expect(new Set(names).size).to.equal(steps.size);
    for (const name of names) expect(name).to.match(/^([A-Z][a-z]+)+$/);
  });

  it('carry the ids of the row, in the order of its key, and come in the order of the rows', () => {
    const rows = {
      'phase/deal_00000001': 'paid',
      'plan/deal_00000001': null,
      'credit/deal_00000001/payment_00000001/seller': 'due',
    };
    const events: DomainEvent[] = eventsOf({ result: DONE, rows });
    expect(events).to.deep.equal([
      { name: 'DealPaid', kind: 'phase', ids: ['deal_00000001'] },
      { name: 'CreditDue', kind: 'credit', ids: ['deal_00000001', 'payment_00000001', 'seller'] },
    ]);
  });

  it('are none of a refused command, and none of one that had been carried out before', () => {
    const rows = rowsOf('payment', 'held');
    expect(eventsOf({ result: { ok: false, id: 'x', code: 'FUNDS' }, rows })).to.deep.equal([]);
    expect(eventsOf({ result: { ...DONE, repeated: true }, rows })).to.deep.equal([]);
    expect(eventsOf({ result: DONE, rows })).to.have.length(1);
  });

  it('have no name for kinds and statuses of another version, nor for those of every object', () => {
    for (const [kind, status] of [
      ['payment', 'frozen'],
      ['payment', 'constructor'],
      ['dispute', 'open'],
      ['constructor', 'name'],
      ['stock', 'sold'],
    ] as const) {
      expect(eventsOf({ result: DONE, rows: rowsOf(kind, status) })).to.deep.equal([]);
    }
  });
});
