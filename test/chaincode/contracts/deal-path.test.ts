// Plays deals through the real contracts on the engine in process: the worked example and its exits.
import { expect } from 'chai';
import type { OperationView } from '../../../chaincode/protocol/queries.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { BANK_A, BANK_B, type Step } from '../../support/member-access.js';
import { openConsortium, present, type TestConsortium } from '../../support/test-consortium.js';

/** Twice the window of 3 s and a slack of 1 s. */
const SETTLING = 7_000;
const ANSWER_TIME = 10_000;

describe('the path of a deal', () => {
  let consortium: TestConsortium;
  let offer: string;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer();
  });
  after(() => consortium.close());

  it('pays the worked example out to the unit', async () => {
    const before = await moneyOf(consortium);
    const deal = await (await buy(consortium, { offer })).playTo('completed');
    const after = await moneyOf(consortium);
    expect(difference(before, after)).to.deep.equal({
      aliceAtA: -507_500n,
      aliceAtB: -740_000n,
      held: 0n,
      bobPending: 1_178_000n,
      commissionPending: 62_000n,
      feesOfA: 7_500n,
      aDueToB: 438_000n,
      bDueToA: -438_000n,
    });
    const view = await consortium.deal(deal.id);
    expect(view.phase?.status).to.equal('completed');
    expect(view.payments.map(({ row, attested }) => [row.status, attested])).to.deep.equal([
      ['captured', true],
      ['captured', true],
    ]);
    expect(view.credits.map(({ row, attested }) => [row.amount, row.status, attested])).to.have.deep.members([
      ['500000', 'credited', true],
      ['678000', 'credited', true],
      ['62000', 'credited', true],
    ]);
    expect(view.obligations.map(({ from, to, amount }) => [from, to, amount])).to.have.deep.members([
      ['10', '20', '500000'],
      ['20', '10', '62000'],
    ]);
    await expectBalancedBooks(consortium);
  });

  it('gives a deal that was paid in part back, fee included, and its stock', async () => {
    const before = await moneyOf(consortium);
    const stock = await consortium.row('stock', offer);
    const deal = await buy(consortium, { offer });
    const payment = await deal.pay(BANK_A, '500000');
    expect(difference(before, await moneyOf(consortium))).to.include({ aliceAtA: -507_500n, held: 507_500n });
    expect((await consortium.row('stock', offer))?.available).to.equal(present(stock).available - 1);
    expect(await consortium.attempt(deal.closePayments())).to.include({ ok: false, code: 'TOO_EARLY' });
    expect(await consortium.attempt(deal.giveBack(payment))).to.include({ ok: false, code: 'NOT_DUE' });
    consortium.advanceTo(deal.terms.payDeadline + SETTLING);
    await consortium.run(deal.closePayments(), deal.expire(), deal.giveBack(payment));
    expect(difference(before, await moneyOf(consortium))).to.include({ aliceAtA: 0n, held: 0n, feesOfA: 0n });
    expect(await consortium.row('stock', offer)).to.deep.equal(stock);
    expect((await consortium.deal(deal.id)).payments.map(({ row }) => row.status)).to.deep.equal(['voided']);
    await expectBalancedBooks(consortium);
  });

  it('counts a last-second payment that its bank answers nine seconds later', async () => {
    const deal = await buy(consortium, { offer });
    await deal.pay(BANK_A, '500000');
    consortium.advanceTo(deal.terms.payDeadline - 1_000);
    const last = await deal.submit(BANK_B, '740000');
    await consortium.run(deal.admit(last));
    consortium.advance(9_000);
    await consortium.run(deal.closePayments());
    expect(await consortium.attempt(deal.expire())).to.deep.include({
      ok: false,
      code: 'PAYMENT_UNANSWERED',
      values: { payment: last },
    });
    await consortium.run(deal.answer(last, 'yes'), deal.markPaid());
    expect((await consortium.row('phase', deal.id))?.status).to.equal('paid');
  });

  it('gives a yes after the close back by itself, under one refund key, the balance unchanged', async () => {
    const deal = await buy(consortium, { offer });
    const before = await moneyOf(consortium);
    const payment = await deal.submit(BANK_A, '500000');
    await consortium.run(deal.admit(payment));
    consortium.advance(ANSWER_TIME + SETTLING - 1);
    expect(await consortium.attempt(deal.close(payment))).to.include({ ok: false, code: 'TOO_EARLY' });
    consortium.advance(1);
    await consortium.run(deal.close(payment), deal.answer(payment, 'yes'));
    const view = await consortium.deal(deal.id);
    expect(view.payments.map(({ row }) => row.status)).to.deep.equal(['late']);
    expect(difference(before, await moneyOf(consortium))).to.include({ aliceAtA: 0n, held: 0n });
    const operations = await operationsOf(consortium, BANK_A, deal);
    expect(operations.map(({ kind }) => kind)).to.have.members(['hold', 'void']);
    consortium.advanceTo(deal.terms.payDeadline + SETTLING);
    await consortium.run(deal.closePayments(), deal.expire());
    expect((await consortium.row('phase', deal.id))?.status).to.equal('expired');
    await expectBalancedBooks(consortium);
  });

  it('pays a sealed deal whose held payments reach the price when it should expire', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('held');
    consortium.advanceTo(deal.terms.payDeadline + SETTLING);
    await consortium.run(deal.closePayments(), deal.expire());
    const view = await consortium.deal(deal.id);
    expect([view.phase?.status, view.plan?.items.length, view.shipment?.row.status]).to.deep.equal([
      'paid',
      3,
      'announced',
    ]);
    expect(await consortium.attempt(deal.giveBack(present(deal.payments[0]).id))).to.include({
      ok: false,
      code: 'NOT_DUE',
    });
  });

  it('refuses at the admission what is not in stock, and the bank is never asked', async () => {
    const single = await consortium.listOffer({ stock: 1 });
    const first = await buy(consortium, { offer: single });
    const second = await buy(consortium, { offer: single });
    await first.pay(BANK_A, '500000');
    const payment = await second.submit(BANK_A, '500000');
    await consortium.run(second.admit(payment));
    expect(await consortium.row('admission', second.id, payment)).to.include({
      status: 'refused',
      reason: 'NO_STOCK',
    });
    expect(await consortium.attempt(second.answer(payment, 'yes'))).to.include({
      ok: false,
      code: 'NOT_ADMITTED',
    });
    consortium.advanceTo(second.terms.payDeadline + SETTLING);
    await consortium.run(second.closePayments(), second.expire());
    expect(await consortium.row('stock', single)).to.include({ total: 1, available: 0, taken: 1 });
  });

  it('frees what a bank refuses: another payment may take its place', async () => {
    const deal = await buy(consortium, { offer });
    await deal.pay(BANK_A, '500000');
    const refusedPayment = await deal.submit(BANK_B, '740000');
    await consortium.run(deal.admit(refusedPayment), deal.answer(refusedPayment, 'no'));
    await deal.pay(BANK_B, '740000');
    await consortium.run(deal.markPaid());
    expect((await consortium.deal(deal.id)).payments.map(({ row }) => row.status)).to.have.members([
      'held',
      'rejected',
      'held',
    ]);
  });

  it('pays out without an acceptance once the inspection time is over since own first sight', async () => {
    const inspected = await consortium.listOffer({ inspectionTimeMs: 60_000 });
    const deal = await (await buy(consortium, { offer: inspected })).playTo('delivered');
    const payment = present(deal.payments[0]).id;
    await consortium.run(deal.startInspection());
    consortium.advance(30_000);
    await consortium.run(deal.record(BANK_A));
    consortium.advance(60_000 + SETTLING - 1);
    expect(await consortium.attempt(deal.capture(payment))).to.include({ ok: false, code: 'NOT_DUE' });
    consortium.advance(1);
    await consortium.run(deal.capture(payment));
    expect((await consortium.deal(deal.id)).payments.map(({ row }) => row.status)).to.include('captured');
  });

  it('answers steps that were taken before with "repeated" and writes nothing', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('completed');
    const payment = present(deal.payments[0]).id;
    for (const step of [deal.admit(payment), deal.markPaid(), deal.startInspection(), deal.complete()]) {
      expect(await consortium.attempt(step)).to.include({ ok: true, repeated: true });
    }
    for (const step of [deal.capture(payment), deal.credit(payment, 'seller')]) {
      expect(await consortium.attempt(step)).to.include({ ok: true, repeated: true });
    }
    expect(await consortium.attempt(deal.purchase)).to.include({ ok: true, repeated: true });
  });

  it('needs the refund key of the deal for every later operation', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('accepted');
    const payment = present(deal.payments[0]).id;
    const capture = deal.capture(payment);
    const foreign = (await buy(consortium, { offer })).refundKey(BANK_A);
    for (const refundKey of [foreign, deal.refundKey(BANK_B)]) {
      expect(await consortium.attempt(showing(capture, refundKey))).to.include({
        ok: false,
        code: 'REFUND_KEY',
      });
    }
  });

  it('is answered under one refund key for all its payments at a bank', async () => {
    const deal = await buy(consortium, { offer });
    await deal.pay(BANK_A, '500000');
    const second = await deal.submit(BANK_A, '300000');
    await consortium.run(deal.admit(second));
    const answer = deal.answer(second, 'yes');
    const other = showing(answer, deal.refundKey(BANK_B));
    expect(await consortium.attempt(other)).to.include({ ok: false, code: 'REFUND_KEY' });
    expect(await consortium.attempt(answer)).to.include({ ok: true });
  });

  it('uses an operation id once: it is made for one operation and refused for any other', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('accepted');
    const [payment, other] = deal.payments.map((each) => present(each));
    const step = deal.capture(present(payment).id);
    const foreign = deal.capture(present(other).id).command.params?.['operation'];
    for (const operation of [present(payment).holdOperation, present(foreign)]) {
      const params = { ...step.command.params, operation };
      const result = await consortium.attempt({ ...step, command: { ...step.command, params } });
      expect(result).to.include({ ok: false, code: 'BAD_INPUT' });
    }
  });

  it('keeps all that a bank has done for a deal in its journal, each operation once', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('completed');
    const kinds = async (msp: string) => (await operationsOf(consortium, msp, deal)).map(({ kind }) => kind);
    expect(await kinds(BANK_A)).to.have.members(['hold', 'capture', 'credit']);
    expect(await kinds(BANK_B)).to.have.members(['hold', 'capture', 'credit', 'credit']);
  });

  it("lets any member send an agreement step, and only the owner's own members its own", async () => {
    const deal = await buy(consortium, { offer });
    const payment = await deal.submit(BANK_A, '500000');
    expect(await consortium.attempt(deal.admit(payment), { sender: BANK_B })).to.include({ ok: true });
    const answer = deal.answer(payment, 'yes');
    const [foreign] = await consortium
      .tryOwn(BANK_A, [answer.command], { sender: BANK_B })
      .catch((cause: unknown) => [String(cause)]);
    expect(foreign).to.be.a('string').that.includes('WRONG_ORGANISATION');
  });
});

async function moneyOf(consortium: TestConsortium) {
  const atA = await consortium.trialBalance(BANK_A);
  const atB = await consortium.trialBalance(BANK_B);
  const of = (view: typeof atA, account: string) => BigInt(view.accounts[account] ?? '0');
  const pending = (view: typeof atA) =>
    Object.entries(view.accounts)
      .filter(([account]) => account.startsWith('pending/'))
      .reduce((sum, [, amount]) => sum + BigInt(amount), 0n);
  const alice = consortium.alice.accounts;
  const aliceA = await consortium.balance(BANK_A, present(alice[BANK_A]).account);
  const aliceB = await consortium.balance(BANK_B, present(alice[BANK_B]).account);
  return {
    aliceAtA: BigInt(aliceA.available),
    aliceAtB: BigInt(aliceB.available),
    held: BigInt(aliceA.held) + BigInt(aliceB.held),
    bobPending: pending(atB),
    commissionPending: pending(atA),
    feesOfA: of(atA, 'fees'),
    aDueToB: of(atA, 'bank/20'),
    bDueToA: of(atB, 'bank/10'),
  };
}

type Money = Awaited<ReturnType<typeof moneyOf>>;

function difference(before: Money, after: Money): Money {
  const names = Object.keys(before) as (keyof Money)[];
  const entries = names.map((name) => [name, after[name] - before[name]] as const);
  return Object.fromEntries(entries) as Money;
}

async function expectBalancedBooks(consortium: TestConsortium): Promise<void> {
  for (const msp of [BANK_A, BANK_B]) expect((await consortium.trialBalance(msp)).sum).to.equal('0');
}

function operationsOf(consortium: TestConsortium, msp: string, deal: DealPlay): Promise<OperationView[]> {
  return consortium.privately(msp, { about: 'operations', deal: deal.id });
}

/** The same step under another refund key. */
function showing(step: Step, refundKey: string): Step {
  return { ...step, command: { ...step.command, params: { ...step.command.params, refundKey } } };
}
