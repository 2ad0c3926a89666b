// Figures by day over days that pass: money that comes back is held no longer, and what comes after a range changes
// nothing in it.
import { expect } from 'chai';
import { figureHandlers } from '../../../gateway/http/web/handlers/figures.js';
import type { Figures } from '../../../gateway/protocol/api/figures.js';
import { PostgresFigures } from '../../../gateway/store/postgres/figure-reads.js';
import { PostgresProjectionTables } from '../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../support/database.js';
import { buy } from '../../support/deal-play.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { openConsortium } from '../../support/test-consortium.js';
import { blocksOf, project } from './chain.js';

const START_LIMIT_MS = 60_000;
const DAY_MS = 86_400_000;
const SETTLING_MS = 600_000;

const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

describe('figures by day', function () {
  this.timeout(START_LIMIT_MS);

  it('money is held until the day on which it is paid out or given back; late money never is', async () => {
    const consortium = await openConsortium();
    const first = consortium.now();
    const offer = await consortium.listOffer();
    const completed = await (await buy(consortium, { offer })).playTo('accepted');
    const expired = await buy(consortium, { offer });
    const back = await expired.pay(BANK_A, '500000');
    const late = await expired.submit(BANK_B, '200000');
    await consortium.run(expired.admit(late));
    consortium.advanceTo(first + DAY_MS);
    await consortium.run(expired.closePayments(), expired.close(late), expired.expire());
    await consortium.run(expired.answer(late, 'yes'), expired.giveBack(back));
    consortium.advanceTo(first + 2 * DAY_MS + SETTLING_MS);
    await consortium.run(...completed.payments.map(({ id }) => completed.capture(id)));
    const now = consortium.now();
    await inDatabase(async ({ query }) => {
      await project(await blocksOf(consortium), new PostgresProjectionTables(query));
      const { getFigures } = figureHandlers({
        figures: new PostgresFigures(query),
        clock: { now: () => now, at: () => () => undefined },
      });
      const figuresOf = async (from: number, until: number) => {
        const asked = { path: {}, query: { from: dayOf(from), until: dayOf(until) }, body: undefined };
        return (await getFigures(asked, {} as never)) as Figures; // never an answer with headers
      };
      const all = await figuresOf(first - DAY_MS, now);
      expect(all.currencies[0]?.days.map(({ held, turnover }) => [held, turnover])).to.deep.equal([
        ['0', '0'],
        ['1740000', '1240000'],
        ['1240000', '0'],
        ['0', '0'],
      ]);
      const past = await figuresOf(first, first);
      expect(past.currencies[0]?.days.map(({ held }) => held)).to.deep.equal(['1740000']);
    });
  });
});
