// A deal that one of its parties cancels: what becomes of payments, stock and money, and who wins against whom.
import { expect } from 'chai';
import { attestationKey } from '../../../chaincode/protocol/attestation.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { ColludingMembers } from '../../attack/colluding-members.js';
import { engineAttackGround } from '../../attack/engine-attack-ground.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { codeOf } from '../../support/refusals.js';
import { type EngineConsortium, openConsortium, present } from '../../support/test-consortium.js';

const VALID = 0;
const CONFLICT = 11;
/** Answer time of 10 s, twice the window of 3 s, slack of 1 s. */
const CLOSABLE_AFTER = 17_000;

describe('a cancelled deal', () => {
  let consortium: EngineConsortium;
  let offer: string;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer({ stock: 100 });
  });
  after(() => consortium.close());

  const phaseOf = async ({ id }: DealPlay) => present(await consortium.row('phase', id));
  const stock = async () => present(await consortium.row('stock', offer));
  const balance = async () => consortium.balance(BANK_A, present(consortium.alice.accounts[BANK_A]).account);
  const refusal = async (...of: Parameters<EngineConsortium['attempt']>) =>
    codeOf(await consortium.attempt(...of));

  for (const party of ['buyer', 'seller'] as const) {
    it(`by its ${party}: no payment more, the goods are free, the money is back with its fee`, async () => {
      const before = await stock();
      const money = await balance();
      const deal = await buy(consortium, { offer });
      const held = await deal.pay(BANK_A, '500000');
      const late = await deal.submit(BANK_B, '740000');
      await consortium.run(deal.cancel(party));
      expect(await phaseOf(deal)).to.include({ status: 'cancelled', cancelledBy: party });

      expect(await refusal(await deal.submission(BANK_B, '740000'))).to.equal('WRONG_STATE');
      await consortium.run(deal.admit(late));
      const admission = present(await consortium.row('admission', deal.id, late));
      expect(admission).to.include({ status: 'refused', reason: 'WRONG_STATE' });
      expect(await refusal(deal.cancel('seller'))).to.equal('WRONG_STATE');
      expect(await refusal(deal.giveBack(held))).to.equal('NOT_DUE');

      // Nobody has to wait for the time to pay.
      await consortium.run(deal.expire(), deal.giveBack(held));
      expect(await phaseOf(deal)).to.include({ status: 'expired', cancelledBy: party });
      expect(await stock()).to.deep.equal(before);
      expect(await balance()).to.deep.equal(money);
    });
  }

  it('waits for a bank that was asked before, and no longer than its time', async () => {
    const deal = await buy(consortium, { offer });
    const asked = await deal.submit(BANK_A, '500000');
    await consortium.run(deal.admit(asked), deal.cancel('buyer'));
    expect(await refusal(deal.expire())).to.equal('PAYMENT_UNANSWERED');
    consortium.advance(CLOSABLE_AFTER);
    await consortium.run(deal.close(asked), deal.expire());
    expect(await phaseOf(deal)).to.include({ status: 'expired', cancelledBy: 'buyer' });
  });

  it('that was fully held before is paid all the same, and counts as cancelled by nobody', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('held');
    await consortium.run(deal.cancel('seller'));
    expect(await refusal(deal.markPaid())).to.equal('WRONG_STATE');
    await consortium.run(deal.expire());
    expect(await phaseOf(deal)).to.include({ status: 'paid', cancelledBy: null });
    for (const { id } of deal.payments) expect(await refusal(deal.giveBack(id))).to.equal('NOT_DUE');
  });

  it('against "paid", and against a payment on its way: the one that is ordered first wins', async () => {
    const full = await (await buy(consortium, { offer })).playTo('held');
    const [paid, cancelled] = [
      await consortium.endorse(full.markPaid()),
      await consortium.endorse(full.cancel('buyer')),
    ];
    expect(await consortium.codesTogether(paid, cancelled)).to.deep.equal([VALID, CONFLICT]);
    expect(await refusal(full.cancel('buyer'))).to.equal('WRONG_STATE');

    const deal = await buy(consortium, { offer });
    const payment = await consortium.endorse(await deal.submission(BANK_A, '500000'));
    const cancellation = await consortium.endorse(deal.cancel('seller'));
    expect(await consortium.codesTogether(cancellation, payment)).to.deep.equal([VALID, CONFLICT]);
    expect((await consortium.deal(deal.id)).payments).to.deep.equal([]);
  });

  it('needs nothing of today from the banks, nor does "paid": links count as the deal keeps them', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('held');
    const other = await buy(consortium, { offer });
    const { sellerLink, commissionLink } = deal.terms.offerTerms;
    for (const id of [sellerLink, commissionLink, deal.terms.buyerLink]) {
      const { owner } = present(await consortium.row('link', id));
      const liar = await ColludingMembers.in(engineAttackGround, consortium, [owner]);
      const said = ['seal', owner, attestationKey(rowKey('link', id)), '0'.repeat(64)] as const;
      expect(await liar.forge([said])).to.equal(0);
      await liar.end();
    }
    await consortium.run(deal.markPaid(), other.cancel('seller'), other.expire());
    expect(await phaseOf(deal)).to.include({ status: 'paid' });
    expect(await phaseOf(other)).to.include({ status: 'expired', cancelledBy: 'seller' });
  });
});
