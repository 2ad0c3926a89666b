// Who wins when two steps of one deal meet in one block, and that withheld transactions die.
import { expect } from 'chai';
import { buy } from '../../support/deal-play.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { openConsortium, present, type TestConsortium } from '../../support/test-consortium.js';

const VALID = 0;
const POLICY = 10;
const CONFLICT = 11;
const PHANTOM = 12;
/** Answer time of 10 s, twice the window of 3 s, slack of 1 s. */
const CLOSABLE_AFTER = 17_000;
const SETTLING = 7_000;

describe('races on a deal', () => {
  let consortium: TestConsortium;
  let offer: string;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer();
  });
  after(() => consortium.close());

  it('close against answer: the one that is ordered first wins, the other is void', async () => {
    for (const answerFirst of [true, false]) {
      const deal = await buy(consortium, { offer });
      const payment = await deal.submit(BANK_A, '500000');
      await consortium.run(deal.admit(payment));
      consortium.advance(CLOSABLE_AFTER);
      const answer = await consortium.endorse(deal.answer(payment, 'yes'));
      const close = await consortium.endorse(deal.close(payment));
      const pair = answerFirst ? [answer, close] : [close, answer];
      expect(await consortium.codesTogether(...pair)).to.deep.equal([VALID, CONFLICT]);
      const view = await consortium.deal(deal.id);
      const expected = answerFirst ? ['held', 'admitted'] : ['submitted', 'closed'];
      expect(view.payments.map(({ row, admission }) => [row.status, admission?.status])).to.deep.equal([
        expected,
      ]);
    }
  });

  it('a payment that is withheld until the deal is sealed is dead', async () => {
    const deal = await buy(consortium, { offer });
    consortium.advanceTo(deal.terms.payDeadline);
    const withheld = await consortium.endorse(await deal.submission(BANK_A, '500000'));
    consortium.advance(SETTLING);
    const seal = await consortium.endorse(deal.closePayments());
    expect(await consortium.codesTogether(seal, withheld)).to.deep.equal([VALID, CONFLICT]);
    await consortium.run(deal.expire());
    expect((await consortium.deal(deal.id)).payments).to.deep.equal([]);
  });

  it('a payment that is ordered before the seal stands, and the deal cannot expire over it', async () => {
    const deal = await buy(consortium, { offer });
    consortium.advanceTo(deal.terms.payDeadline);
    const withheld = await consortium.endorse(await deal.submission(BANK_A, '500000'));
    consortium.advance(SETTLING);
    const seal = await consortium.endorse(deal.closePayments());
    expect(await consortium.codesTogether(withheld, seal)).to.deep.equal([VALID, VALID]);
    expect(await consortium.attempt(deal.expire())).to.include({ ok: false, code: 'PAYMENT_UNANSWERED' });
  });

  it('an answer that is withheld until the close is dead', async () => {
    const deal = await buy(consortium, { offer });
    const payment = await deal.submit(BANK_A, '500000');
    await consortium.run(deal.admit(payment));
    const withheld = await consortium.endorse(deal.answer(payment, 'yes'));
    consortium.advance(CLOSABLE_AFTER);
    await consortium.run(deal.close(payment));
    expect(await consortium.codesTogether(withheld)).to.deep.equal([CONFLICT]);
    await consortium.run(deal.answer(payment, 'yes'));
    expect((await consortium.deal(deal.id)).payments.map(({ row }) => row.status)).to.deep.equal(['late']);
  });

  it('the last unit goes to one of two deals', async () => {
    const single = await consortium.listOffer({ stock: 1 });
    const deals = [
      await buy(consortium, { offer: single }),
      await buy(consortium, { offer: single }),
    ] as const;
    const payments = [
      await deals[0].submit(BANK_A, '500000'),
      await deals[1].submit(BANK_A, '500000'),
    ] as const;
    const admissions = [
      await consortium.endorse(deals[0].admit(payments[0])),
      await consortium.endorse(deals[1].admit(payments[1])),
    ];
    expect(await consortium.codesTogether(...admissions)).to.deep.equal([VALID, CONFLICT]);
    await consortium.run(deals[1].admit(payments[1]));
    expect(await consortium.row('admission', deals[1].id, payments[1])).to.include({
      status: 'refused',
      reason: 'NO_STOCK',
    });
    expect(await consortium.row('stock', single)).to.include({ available: 0, taken: 1 });
  });

  it('two payments that together exceed the price are not admitted both', async () => {
    const deal = await buy(consortium, { offer });
    const first = await deal.submit(BANK_A, '1240000');
    const second = await deal.submit(BANK_B, '1240000');
    const admissions = [
      await consortium.endorse(deal.admit(first)),
      await consortium.endorse(deal.admit(second)),
    ];
    expect(await consortium.codesTogether(...admissions)).to.deep.equal([VALID, CONFLICT]);
    await consortium.run(deal.admit(second));
    expect(await consortium.row('admission', deal.id, second)).to.include({
      status: 'refused',
      reason: 'OVERPAYMENT',
    });
  });

  it('twins of "mark paid" create once; the later one finds it done', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('held');
    const twins = [await consortium.endorse(deal.markPaid()), await consortium.endorse(deal.markPaid())];
    const [first, second] = await consortium.codesTogether(...twins);
    expect(first).to.equal(VALID);
    expect(second).to.be.oneOf([POLICY, CONFLICT]);
    expect(await consortium.attempt(deal.markPaid())).to.include({ ok: true, repeated: true });
  });

  it('expiry loses to an answer that is ordered before it', async () => {
    const deal = await buy(consortium, { offer });
    const payment = await deal.submit(BANK_A, '500000');
    await consortium.run(deal.admit(payment));
    consortium.advance(CLOSABLE_AFTER);
    await consortium.run(deal.close(payment));
    consortium.advanceTo(deal.terms.payDeadline + SETTLING);
    await consortium.run(deal.closePayments());
    const expire = await consortium.endorse(deal.expire());
    const late = await consortium.endorse(deal.answer(payment, 'yes'));
    const [answered, expired] = await consortium.codesTogether(late, expire);
    expect(answered).to.equal(VALID);
    expect(expired).to.be.oneOf([CONFLICT, PHANTOM]);
    await consortium.run(deal.expire());
    expect((await consortium.row('phase', deal.id))?.status).to.equal('expired');
  });

  it('payments of one deal by many payers do not conflict with each other', async () => {
    const deal = await buy(consortium, { offer });
    const submissions = [await consortium.endorse(await deal.submission(BANK_A, '310000'))];
    for (const name of ['eve', 'olga', 'yuri']) {
      const payer = await consortium.newClient(name, { [BANK_B]: '100000000' });
      await deal.invite(payer);
      submissions.push(await consortium.endorse(await deal.submission(BANK_B, '310000', { payer })));
    }
    expect(await consortium.codesTogether(...submissions)).to.deep.equal([VALID, VALID, VALID, VALID]);
    expect((await consortium.deal(deal.id)).payments).to.have.length(4);
  });

  it('of two payments that one payer sends at once the second is sent again, in time as it was', async () => {
    const deal = await buy(consortium, { offer });
    const first = await consortium.endorse(await deal.submission(BANK_A, '500000'));
    const again = await deal.submission(BANK_B, '740000');
    expect(await consortium.codesTogether(first, await consortium.endorse(again))).to.deep.equal([
      VALID,
      CONFLICT,
    ]);
    await consortium.run(again);
    expect((await consortium.deal(deal.id)).payments).to.have.length(2);
  });

  it('credits of many deals to one seller inside his bank do not conflict with each other', async () => {
    const deals = [];
    for (let count = 0; count < 3; count += 1) {
      deals.push(await (await buy(consortium, { offer })).playTo('captured'));
    }
    const credits = [];
    for (const deal of deals) {
      const payment = present(deal.payments[1]).id;
      credits.push(await consortium.endorse(deal.credit(payment, 'seller')));
    }
    expect(await consortium.codesTogether(...credits)).to.deep.equal([VALID, VALID, VALID]);
  });
});
