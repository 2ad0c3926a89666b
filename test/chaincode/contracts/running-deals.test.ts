// A running deal keeps its own clock rules, whatever the marketplace sets for deals to come.
import { expect } from 'chai';
import { buy } from '../../support/deal-play.js';
import { BANK_A } from '../../support/member-access.js';
import { changedSettings, proposing, setParameters } from '../../support/parameters.js';
import { codeOf } from '../../support/refusals.js';
import { openConsortium, present, type TestConsortium } from '../../support/test-consortium.js';

/** Twice the window of 3 s and a slack of 1 s, as the deals' terms have them. */
const MARGIN = 7_000;
const ANSWER_TIME = 10_000;

describe('a running deal', () => {
  let consortium: TestConsortium;
  let offer: string;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer();
  });
  after(() => consortium.close());

  for (const changes of [
    { windowMs: 20_000, slackMs: 10_000 },
    { windowMs: 0, slackMs: 0 },
  ]) {
    it(`counts by its own window and slack after they are set to ${JSON.stringify(changes)}`, async () => {
      const deal = await buy(consortium, { offer });
      const before = present(await consortium.row('parameters'));
      const settings = await changedSettings(consortium, changes);
      await setParameters(consortium, changes);
      const after = { ...before, ...settings, version: before.version + 1 };
      expect(await consortium.row('parameters')).to.deep.equal(after);
      const submit = async (arrivedAt: number) =>
        codeOf(await consortium.attempt(await deal.submission(BANK_A, '500000', { arrivedAt })));
      consortium.advance(10_000);
      expect(await submit(consortium.now() - 3_001)).to.equal('TOO_LATE');
      expect(await submit(consortium.now() - 3_000)).to.equal('ok');
      expect(await submit(consortium.now() + 3_001)).to.equal('TOO_EARLY');
      const payment = await deal.submit(BANK_A, '500000');
      await consortium.run(deal.admit(payment));
      consortium.advance(ANSWER_TIME + MARGIN - 1);
      expect(codeOf(await consortium.attempt(deal.close(payment)))).to.equal('TOO_EARLY');
      consortium.advance(1);
      expect(codeOf(await consortium.attempt(deal.close(payment)))).to.equal('ok');
      consortium.advanceTo(deal.terms.payDeadline + MARGIN - 1);
      expect(codeOf(await consortium.attempt(deal.closePayments()))).to.equal('TOO_EARLY');
      consortium.advance(1);
      expect(codeOf(await consortium.attempt(deal.closePayments()))).to.equal('ok');
    });
  }

  it('is not like a deal of an offer that is listed afterwards: that one has the new rules', async () => {
    await setParameters(consortium, { windowMs: 2_000, slackMs: 500, creditTimeMs: 7_200_000 });
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    expect(deal.terms.offerTerms).to.include({ windowMs: 2_000, slackMs: 500, creditTimeMs: 7_200_000 });
    consortium.advanceTo(deal.terms.payDeadline + 4_500 - 1);
    expect(codeOf(await consortium.attempt(deal.closePayments()))).to.equal('TOO_EARLY');
    consortium.advance(1);
    expect(codeOf(await consortium.attempt(deal.closePayments()))).to.equal('ok');
  });

  it('has times that no parameters can stretch: they are refused before any offer is made by them', async () => {
    const before = await consortium.row('parameters');
    for (const changes of [
      { windowMs: 300_001 },
      { slackMs: 600_001 },
      { stepTimeMs: 90 * 86_400_000 + 1 },
    ]) {
      const [what] = Object.keys(changes);
      const settings = { ...(await changedSettings(consortium, {})), ...changes };
      const result = await consortium.attempt(await proposing(consortium, settings));
      expect(result).to.deep.include({ ok: false, code: 'OUT_OF_RANGE' });
      expect(result.ok ? null : result.values).to.include({ what });
    }
    expect(await consortium.row('parameters')).to.deep.equal(before);
  });
});
