// Duty: proves who wins when two steps of one deal meet, and that withheld transactions die (ledger-plan "races").
// Must not: force conflicts; it orders endorsed transactions into one block.
import { expect } from 'chai';
import { buy } from '../../support/deal-play.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { openWorld, present, type World } from '../../support/world.js';

const VALID = 0;
const POLICY = 10;
const CONFLICT = 11;
const PHANTOM = 12;
/** Answer time of 10 s, twice the window of 3 s, slack of 1 s. */
const CLOSABLE_AFTER = 17_000;
const SETTLING = 7_000;

describe('races on a deal', () => {
  let world: World;
  let offer: string;
  before(async () => {
    world = await openWorld();
    offer = await world.listOffer();
  });
  after(() => world.close());

  it('close against answer: the one that is ordered first wins, the other is void', async () => {
    for (const answerFirst of [true, false]) {
      const deal = await buy(world, { offer });
      const payment = await deal.submit(BANK_A, '500000');
      await world.run(deal.admit(payment));
      world.advance(CLOSABLE_AFTER);
      const answer = await world.endorse(deal.answer(payment, 'yes'));
      const close = await world.endorse(deal.close(payment));
      const pair = answerFirst ? [answer, close] : [close, answer];
      expect(await world.codesTogether(...pair)).to.deep.equal([VALID, CONFLICT]);
      const view = await world.deal(deal.id);
      const expected = answerFirst ? ['held', 'admitted'] : ['submitted', 'closed'];
      expect(view.payments.map(({ row, admission }) => [row.status, admission?.status])).to.deep.equal([
        expected,
      ]);
    }
  });

  it('a payment that is withheld until the deal is sealed is dead', async () => {
    const deal = await buy(world, { offer });
    world.advanceTo(deal.terms.payDeadline);
    const withheld = await world.endorse(await deal.submission(BANK_A, '500000'));
    world.advance(SETTLING);
    const seal = await world.endorse(deal.closePayments());
    expect(await world.codesTogether(seal, withheld)).to.deep.equal([VALID, CONFLICT]);
    await world.run(deal.expire());
    expect((await world.deal(deal.id)).payments).to.deep.equal([]);
  });

  it('a payment that is ordered before the seal stands, and the deal cannot expire over it', async () => {
    const deal = await buy(world, { offer });
    world.advanceTo(deal.terms.payDeadline);
    const withheld = await world.endorse(await deal.submission(BANK_A, '500000'));
    world.advance(SETTLING);
    const seal = await world.endorse(deal.closePayments());
    expect(await world.codesTogether(withheld, seal)).to.deep.equal([VALID, VALID]);
    expect(await world.attempt(deal.expire())).to.include({ ok: false, code: 'PAYMENT_UNANSWERED' });
  });

  it('an answer that is withheld until the close is dead', async () => {
    const deal = await buy(world, { offer });
    const payment = await deal.submit(BANK_A, '500000');
    await world.run(deal.admit(payment));
    const withheld = await world.endorse(deal.answer(payment, 'yes'));
    world.advance(CLOSABLE_AFTER);
    await world.run(deal.close(payment));
    expect(await world.codesTogether(withheld)).to.deep.equal([CONFLICT]);
    await world.run(deal.answer(payment, 'yes'));
    expect((await world.deal(deal.id)).payments.map(({ row }) => row.status)).to.deep.equal(['late']);
  });

  it('the last unit goes to one of two deals', async () => {
    const single = await world.listOffer({ stock: 1 });
    const deals = [await buy(world, { offer: single }), await buy(world, { offer: single })] as const;
    const payments = [
      await deals[0].submit(BANK_A, '500000'),
      await deals[1].submit(BANK_A, '500000'),
    ] as const;
    const admissions = [
      await world.endorse(deals[0].admit(payments[0])),
      await world.endorse(deals[1].admit(payments[1])),
    ];
    expect(await world.codesTogether(...admissions)).to.deep.equal([VALID, CONFLICT]);
    await world.run(deals[1].admit(payments[1]));
    expect(await world.row('admission', payments[1])).to.include({ status: 'refused', reason: 'NO_STOCK' });
    expect(await world.row('stock', single)).to.include({ available: 0, taken: 1 });
  });

  it('two payments that together exceed the price are not admitted both', async () => {
    const deal = await buy(world, { offer });
    const first = await deal.submit(BANK_A, '1240000');
    const second = await deal.submit(BANK_B, '1240000');
    const admissions = [await world.endorse(deal.admit(first)), await world.endorse(deal.admit(second))];
    expect(await world.codesTogether(...admissions)).to.deep.equal([VALID, CONFLICT]);
    await world.run(deal.admit(second));
    expect(await world.row('admission', second)).to.include({ status: 'refused', reason: 'OVERPAYMENT' });
  });

  it('twins of "mark paid" create once; the later one finds it done', async () => {
    const deal = await (await buy(world, { offer })).playTo('held');
    const twins = [await world.endorse(deal.markPaid()), await world.endorse(deal.markPaid())];
    const [first, second] = await world.codesTogether(...twins);
    expect(first).to.equal(VALID);
    expect(second).to.be.oneOf([POLICY, CONFLICT]);
    expect(await world.attempt(deal.markPaid())).to.include({ ok: true, repeated: true });
  });

  it('expiry loses to an answer that is ordered before it', async () => {
    const deal = await buy(world, { offer });
    const payment = await deal.submit(BANK_A, '500000');
    await world.run(deal.admit(payment));
    world.advance(CLOSABLE_AFTER);
    await world.run(deal.close(payment));
    world.advanceTo(deal.terms.payDeadline + SETTLING);
    await world.run(deal.closePayments());
    const expire = await world.endorse(deal.expire());
    const late = await world.endorse(deal.answer(payment, 'yes'));
    const [answered, expired] = await world.codesTogether(late, expire);
    expect(answered).to.equal(VALID);
    expect(expired).to.be.oneOf([CONFLICT, PHANTOM]);
    await world.run(deal.expire());
    expect((await world.row('phase', deal.id))?.status).to.equal('expired');
  });

  it('payments of one deal by many payers do not conflict with each other', async () => {
    const deal = await buy(world, { offer });
    const submissions = [];
    for (const msp of [BANK_A, BANK_B, BANK_A, BANK_B]) {
      submissions.push(await world.endorse(await deal.submission(msp, '310000')));
    }
    expect(await world.codesTogether(...submissions)).to.deep.equal([VALID, VALID, VALID, VALID]);
    expect((await world.deal(deal.id)).payments).to.have.length(4);
  });

  it('credits of many deals to one seller do not conflict with each other', async () => {
    const deals = [];
    for (let count = 0; count < 3; count += 1) {
      deals.push(await (await buy(world, { offer })).playTo('captured'));
    }
    const credits = [];
    for (const deal of deals) {
      const payment = present(deal.payments[0]).id;
      credits.push(await world.endorse(deal.credit(payment, 'seller')));
    }
    expect(await world.codesTogether(...credits)).to.deep.equal([VALID, VALID, VALID]);
  });
});
