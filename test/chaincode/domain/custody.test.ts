// Duty: what a bank holds for a deal: one refund key, a hold for each payment, a journal that only grows.
// Must not: know handlers or books.
import { expect } from 'chai';
import { custodyFor, holdOf, openedCustody, withHold } from '../../../chaincode/domain/custody.js';
import type { Hold, JournalEntry } from '../../../chaincode/domain/private-rows.js';
import { expectRefusal } from './refusal.js';

const DEAL = 'deal_00000001';
const KEY = 'a'.repeat(64);
const OTHER_KEY = 'b'.repeat(64);
const hold = (leg: string, status: Hold['status'] = 'held'): Hold => {
  const operation = `hold_${leg}`;
  return { leg, account: '10aaaaaaaaaa00', currency: 'RUB', amount: '5', fee: '0', operation, status };
};
const entry = (operation: string, leg: string, kind: JournalEntry['kind'] = 'hold'): JournalEntry => {
  return { operation, kind, at: 5, deal: DEAL, leg, currency: 'RUB', lines: [] };
};
const first = openedCustody(null, DEAL, KEY);
const held = withHold(first, hold('leg_2'), [entry('hold_2', 'leg_2')]);

describe("a bank's custody of a deal", () => {
  it('is opened by the first hold, whose refund key it keeps', () => {
    expect(first).to.deep.equal({ v: 1, deal: DEAL, saltedHash: KEY, holds: [], entries: [] });
    expect(openedCustody(held, DEAL, KEY)).to.equal(held);
    expectRefusal(() => openedCustody(held, DEAL, OTHER_KEY), 'REFUND_KEY');
  });

  it('is shown to nobody without its refund key, and there is none before the first hold', () => {
    expect(custodyFor(held, KEY)).to.equal(held);
    expectRefusal(() => custodyFor(held, OTHER_KEY), 'REFUND_KEY');
    expectRefusal(() => custodyFor(null, KEY), 'REFUND_KEY');
  });

  it('has one hold for each payment, in the order of their legs', () => {
    const both = withHold(held, hold('leg_1'), [entry('hold_1', 'leg_1')]);
    expect(both.holds.map(({ leg }) => leg)).to.deep.equal(['leg_1', 'leg_2']);
    expect(holdOf(both, 'leg_2')).to.deep.equal(hold('leg_2'));
    expect([holdOf(both, 'leg_3'), holdOf(null, 'leg_1')]).to.deep.equal([null, null]);
    const voided = withHold(both, hold('leg_1', 'voided'), [entry('void_1', 'leg_1', 'void')]);
    expect(voided.holds.map(({ leg, status }) => [leg, status])).to.deep.equal([
      ['leg_1', 'voided'],
      ['leg_2', 'held'],
    ]);
  });

  it('adds to its journal and leaves what is there as it is, each operation once', () => {
    const voided = withHold(held, hold('leg_2', 'voided'), [entry('void_2', 'leg_2', 'void')]);
    expect(voided.entries).to.deep.equal([...held.entries, entry('void_2', 'leg_2', 'void')]);
    expect(held.entries).to.have.length(1);
    expect(() => withHold(held, hold('leg_2'), [entry('hold_2', 'leg_2')])).to.throw('entered once');
  });
});
