// Which deals wait for a settlement between banks, as the marketplace's tables have it: by public credits and caps
// alone.
import { expect } from 'chai';
import { PostgresDeals } from '../../../gateway/store/postgres/deal-reads.js';
import { PostgresProjectionTables } from '../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../support/database.js';
import { publishingCaps } from '../../support/debit-caps.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { BANK_B } from '../../support/member-access.js';
import { type EngineConsortium, openConsortium, present } from '../../support/test-consortium.js';
import { blocksOf, project } from './chain.js';

const START_LIMIT_MS = 60_000;
/** What Bank A's payment of the worked example pays the seller at Bank B. */
const ON_WORD = 500_000;

describe('deals that wait for a settlement between banks', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: EngineConsortium;
  let deals: readonly [DealPlay, DealPlay];
  before(async () => {
    consortium = await openConsortium();
    const offer = await consortium.listOffer();
    deals = [await buy(consortium, { offer }), await buy(consortium, { offer })];
  });
  after(() => consortium.close());

  const publish = async (cap: number) =>
    consortium.run(await publishingCaps(consortium, BANK_B, { RUB: String(cap) }));
  const toSeller = (deal: DealPlay) => deal.credit(present(deal.payments[0]).id, 'seller');

  it('are those whose captured money is above the cap of the payee’s bank, until it has room', () =>
    inDatabase(async ({ query }) => {
      const tables = new PostgresProjectionTables(query);
      const reads = new PostgresDeals(query);
      const settlements = async () => {
        await project(await blocksOf(consortium), tables);
        const found = await reads.findMany(deals.map(({ id }) => id));
        return found.map(({ settlement }) => settlement);
      };
      const waits = { payeeBank: '20', payerBank: '10' };
      await publish(ON_WORD);
      for (const deal of deals) await deal.playTo('accepted');
      expect(await settlements(), 'nothing is captured').to.deep.equal([null, null]);
      for (const deal of deals) {
        await consortium.run(...deal.payments.map(({ id }) => deal.capture(id)));
      }
      expect(await settlements(), 'each fits').to.deep.equal([null, null]);
      await consortium.run(toSeller(deals[0]));
      expect(await settlements(), 'the first has used the room').to.deep.equal([null, waits]);
      expect((await reads.find(deals[1].id)).settlement).to.deep.equal(waits);
      await publish(2 * ON_WORD - 1);
      expect(await settlements(), 'a unit too little').to.deep.equal([null, waits]);
      await publish(2 * ON_WORD);
      expect(await settlements(), 'the cap is higher').to.deep.equal([null, null]);
      await publish(0);
      await tables.clear();
      expect(await settlements(), 'read anew from block 0').to.deep.equal([null, waits]);
      await publish(2 * ON_WORD);
      await consortium.run(toSeller(deals[1]));
      await publish(0);
      expect(await settlements(), 'credited').to.deep.equal([null, null]);
    }));
});
