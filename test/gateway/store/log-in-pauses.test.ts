// Counts of log-ins that come at the same moment, in PostgreSQL.
import { expect } from 'chai';
import { PauseTable } from '../../../gateway/store/postgres/limit-tables.js';
import { inDatabase } from '../../support/database.js';

const KEY = 'login operator';
const FREE = 5;
const ROUNDS = 40;
const of = (now: number) => ({
  pauseMs: (tries: number) => (tries < FREE ? 0 : 1_000),
  forgottenMs: 3_600_000,
  now,
});

describe('counts of log-ins', () => {
  it('refuse no free try, also one that came first and is counted second', () =>
    inDatabase(async ({ query }) => {
      const pauses = new PauseTable(query);
      for (const now of [20, 10, 15, 1, 12]) expect(await pauses.count(KEY, of(now))).to.equal(null);
      expect(await pauses.count(KEY, of(21))).to.equal(999);
      expect(await pauses.count(KEY, of(1_020))).to.equal(null);
    }));

  it('go on where a good log-in takes the count away at the same moment', () =>
    inDatabase(async ({ query }) => {
      const pauses = new PauseTable(query);
      for (let round = 0; round < ROUNDS; round += 1) {
        const now = round * 10_000;
        await pauses.forget(KEY);
        const waits = await Promise.all([
          pauses.count(KEY, of(now)),
          pauses.forget(KEY),
          pauses.count(KEY, of(now)),
          pauses.forget(KEY),
          pauses.count(KEY, of(now)),
        ]);
        expect([waits[0], waits[2], waits[4]]).to.deep.equal([null, null, null]);
      }
    }));
});
