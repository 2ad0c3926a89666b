// How much a bank credits on another bank's word: its operator publishes it, and no credit passes it.
import { expect } from 'chai';
import type { ExposureView } from '../../../chaincode/protocol/queries.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { type DebitCaps, publishingCaps } from '../../support/debit-caps.js';
import { BANK_B, type Step } from '../../support/member-access.js';
import { codeOf, refusalOf } from '../../support/refusals.js';
import { openConsortium, present, type TestConsortium } from '../../support/test-consortium.js';

/** What Bank A's payment of the worked example pays the seller at Bank B. */
const ON_WORD = 500_000;

describe('debit caps', () => {
  let consortium: TestConsortium;
  beforeEach(async () => {
    consortium = await openConsortium();
  });
  afterEach(() => consortium.close());

  const publishing = (debitCaps: DebitCaps) => publishingCaps(consortium, BANK_B, debitCaps);

  async function playedToCapture(): Promise<DealPlay> {
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await deal.playTo('captured');
    return deal;
  }

  /** Each payment pays the seller; the first is Bank A's. */
  const toSeller = (deal: DealPlay): readonly [Step, Step] => {
    const [first, second] = deal.payments.map(({ id }) => deal.credit(id, 'seller'));
    return [present(first), present(second)];
  };
  const exposures = () => consortium.privately<ExposureView[]>(BANK_B, { about: 'exposures' });
  const attempt = async (step: Step) => codeOf(await consortium.attempt(step));

  it("are published by the bank's operator for each currency, and stand in its public row", async () => {
    for (const debitCaps of [{ RUB: '0', EUR: '1000' }, {}]) {
      await consortium.run(await publishing(debitCaps));
      expect(present(await consortium.row('bank', '20')).debitCaps).to.deep.equal(debitCaps);
    }
    for (const wrong of [{ RUB: '-1' }, { RUB: '1.5' }, { rub: '1' }, { RUB: 1 as unknown as string }]) {
      expect(await attempt(await publishing(wrong)), JSON.stringify(wrong)).to.equal('BAD_INPUT');
    }
  });

  it('hold a credit up to the unit: nothing is written, and it is taken once the cap is higher', async () => {
    const deal = await playedToCapture();
    const [onWord, own] = toSeller(deal);
    await consortium.run(await publishing({ RUB: String(ON_WORD - 1) }));
    const before = await consortium.network.privateStateOf(BANK_B);
    const result = await consortium.attempt(onWord);
    const values = { bank: '10', currency: 'RUB', found: String(ON_WORD), most: String(ON_WORD - 1) };
    expect(result).to.deep.include({ ok: false, code: 'CAP_REACHED', values });
    expect(await refusalOf(consortium.own(BANK_B, [onWord.command]))).to.contain('CAP_REACHED');
    expect(await consortium.network.privateStateOf(BANK_B)).to.deep.equal(before);
    expect(
      (await consortium.row('credit', deal.id, present(deal.payments[0]).id, 'seller'))?.status,
    ).to.equal('due');
    expect(await attempt(own), 'from an account at the same bank').to.equal('ok');
    expect(await exposures()).to.deep.equal([]);
    expect(await attempt(deal.complete())).to.equal('NOT_CREDITED');
    await consortium.run(await publishing({ RUB: String(ON_WORD) }), onWord);
    expect(await exposures()).to.deep.equal([{ bank: '10', currency: 'RUB', used: String(ON_WORD) }]);
    await consortium.run(deal.credit(present(deal.payments[1]).id, 'marketplace'), deal.complete());
  });

  it('count all deals of a bank together, also within one list', async () => {
    const deals = [await playedToCapture(), await playedToCapture(), await playedToCapture()];
    await consortium.run(await publishing({ RUB: String(2 * ON_WORD) }));
    const commands = deals.map((deal) => toSeller(deal)[0].command);
    const { results } = await consortium.own(BANK_B, commands);
    expect(results.map(codeOf)).to.deep.equal(['ok', 'ok', 'CAP_REACHED']);
    expect(await exposures()).to.deep.equal([{ bank: '10', currency: 'RUB', used: String(2 * ON_WORD) }]);
    const [, , last] = deals;
    expect(await attempt(toSeller(present(last))[0])).to.equal('CAP_REACHED');
    await consortium.run(await publishing({ RUB: String(3 * ON_WORD) }), toSeller(present(last))[0]);
  });

  it('of two lists at once only one counts: what was credited on a bank’s word is one row', async () => {
    const deals = [await playedToCapture(), await playedToCapture()];
    await consortium.run(await publishing({ RUB: String(ON_WORD) }));
    const [first, second] = await Promise.all(deals.map((deal) => consortium.endorse(toSeller(deal)[0])));
    expect(await consortium.codesTogether(present(first), present(second))).to.deep.equal([0, 11]);
    expect(await exposures()).to.deep.equal([{ bank: '10', currency: 'RUB', used: String(ON_WORD) }]);
  });

  it('that are not published for a currency are nothing', async () => {
    const deal = await playedToCapture();
    await consortium.run(await publishing({ EUR: '1000000000' }));
    expect(await attempt(toSeller(deal)[0])).to.equal('CAP_REACHED');
  });

  it('that fall below what was credited take nothing back and let nothing more through', async () => {
    const deals = [await playedToCapture(), await playedToCapture()];
    await consortium.run(toSeller(present(deals[0]))[0], await publishing({ RUB: '1' }));
    expect(await attempt(toSeller(present(deals[1]))[0])).to.equal('CAP_REACHED');
    expect(await exposures()).to.deep.equal([{ bank: '10', currency: 'RUB', used: String(ON_WORD) }]);
  });
});
