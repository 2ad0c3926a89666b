// No bank acts on rows that marketplace and courier create with altered chaincode.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import type { AdmissionRow, PaymentRow } from '../../../chaincode/protocol/payment.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../../support/member-access.js';
import { newId } from '../../support/people.js';
import { openConsortium, present, type EngineConsortium } from '../../support/test-consortium.js';

describe('rows forged by marketplace and courier', () => {
  let consortium: EngineConsortium;
  let offer: string;
  before(async () => {
    consortium = await openConsortium();
    offer = await consortium.listOffer();
    const { ForgingContract } = await import('./forging-contract.js');
    for (const msp of [MARKETPLACE, COURIER]) {
      consortium.network.alterChaincode(msp, [...consortium.contracts, ForgingContract]);
    }
  });
  after(() => consortium.close());

  it('a copy of a payment under another key is not held a second time', async () => {
    const deal = await buy(consortium, { offer });
    const payment = await deal.submit(BANK_A, '500000');
    await consortium.run(deal.admit(payment), deal.answer(payment, 'yes'));
    const account = present(consortium.alice.accounts[BANK_A]).account;
    const balance = await consortium.balance(BANK_A, account);
    const copy = newId('payment');
    const row = present(await consortium.payment(deal.id, payment));
    await forge(`payment/${deal.id}/${copy}`, { ...row, status: 'submitted' }, BANK_A);
    await forge(`admission/${deal.id}/${copy}`, {
      ...present(await consortium.row('admission', deal.id, payment)),
      payment: copy,
    });
    deal.addPayment(copy, BANK_A);
    expect(await consortium.attempt(deal.answer(copy, 'yes'))).to.include({
      ok: false,
      code: 'NOT_ATTESTED',
    });
    expect(await consortium.balance(BANK_A, account)).to.deep.equal(balance);
  });

  it('copies of a payment under other keys keep no deal from expiring, nor the money from going back', async () => {
    const deal = await buy(consortium, { offer });
    const payment = await deal.pay(BANK_A, '500000');
    const row = present(await consortium.payment(deal.id, payment));
    for (const copy of ['0', 'z'].map((digit) => `payment_${digit.repeat(20)}`)) {
      await forge(`payment/${deal.id}/${copy}`, { ...row, status: 'submitted' }, BANK_A);
    }
    consortium.advanceTo(deal.terms.payDeadline + 7_000);
    await consortium.run(deal.closePayments(), deal.expire(), deal.giveBack(payment));
    expect((await consortium.row('phase', deal.id))?.status).to.equal('expired');
  });

  it('a payment created as already held does not pay a deal, nor block the return of a real one', async () => {
    const deal = await buy(consortium, { offer });
    const payment = await deal.pay(BANK_A, '500000');
    const forged = await forgeHeldPayment(deal, payment);
    const reservation = present(await consortium.row('reservation', deal.id));
    await forge(`reservation/${deal.id}`, { ...reservation, payments: [payment, forged] });
    expect(await consortium.attempt(deal.markPaid())).to.include({ ok: false, code: 'NOT_FULL' });
    consortium.advanceTo(deal.terms.payDeadline + 7_000);
    await consortium.run(deal.closePayments(), deal.expire(), deal.giveBack(payment));
    expect((await consortium.payment(deal.id, payment))?.status).to.equal('voided');
  });

  it('a payer who is not the buyer pays only by a link that his bank has confirmed', async () => {
    const deal = await buy(consortium, { offer });
    const carol = await consortium.newClient('carol', { [BANK_B]: '100000000' });
    await deal.invite(carol);
    const account = present(carol.accounts[BANK_B]);
    const genuine = present(await consortium.row('link', account.link));
    const forged = newId('link');
    await forge(`link/${forged}`, { ...genuine, id: forged }, BANK_B);
    const payer = { ...carol, accounts: { [BANK_B]: { ...account, link: forged } } };
    const payment = await deal.submission(BANK_B, '500000', { payer });
    expect(await consortium.attempt(payment)).to.include({ ok: false, code: 'NOT_ATTESTED' });
    expect(await consortium.attempt(await deal.submission(BANK_B, '500000', { payer: carol }))).to.include({
      ok: true,
    });
  });

  it('an expiry forged over a paid deal gives no money back', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('paid');
    const at = consortium.now();
    await forge(`phase/${deal.id}`, { v: 1, deal: deal.id, status: 'expired', at, cancelledBy: null });
    for (const { id } of deal.payments) {
      expect(await consortium.attempt(deal.giveBack(id))).to.include({ ok: false, code: 'FULLY_HELD' });
    }
  });

  it('a payee rewritten after payment is not paid', async () => {
    const deal = await (await buy(consortium, { offer })).playTo('accepted');
    const terms = present(await consortium.row('terms', deal.id));
    const plan = present(await consortium.row('plan', deal.id));
    const { link } = present(consortium.alice.accounts[BANK_B]);
    const items = plan.items.map((item) => (item.payee === 'seller' ? { ...item, link } : item));
    await forge(`plan/${deal.id}`, { ...plan, items });
    const offerTerms = { ...terms.terms.offerTerms, sellerLink: link };
    await forge(`terms/${deal.id}`, { ...terms, terms: { ...terms.terms, offerTerms } });
    await consortium.run(deal.capture(first(deal)));
    const { allocation } = present(await consortium.payment(deal.id, first(deal)));
    expect(allocation?.map((item) => item.link)).to.deep.equal([terms.terms.offerTerms.sellerLink]);
  });

  it('an inspection backdated by others does not shorten the time that the bank itself counts', async () => {
    const inspected = await consortium.listOffer({ inspectionTimeMs: 60_000 });
    const deal = await (await buy(consortium, { offer: inspected })).playTo('delivered');
    const startedAt = consortium.now() - 86_400_000;
    const inspection = { v: 1, deal: deal.id, status: 'started', startedAt, acceptance: null };
    await forge(`inspection/${deal.id}`, inspection);
    await consortium.run(deal.record(BANK_A));
    consortium.advance(59_999);
    expect(await consortium.attempt(deal.capture(first(deal)))).to.include({ ok: false, code: 'NOT_DUE' });
  });

  it('bytes that are no JSON are no row, and do not keep others from reading the rows beside them', async () => {
    const id = newId('offer');
    await forgeText(`offer/${id}`, 'garbage', '');
    expect(await consortium.row('offer', id)).to.equal(null);
    expect((await consortium.list('offer')).map((row) => row.id))
      .to.include(offer)
      .and.not.include(id);
  });

  function first(deal: DealPlay): string {
    return present(deal.payments[0]).id;
  }

  async function forgeHeldPayment(deal: DealPlay, payment: string): Promise<string> {
    const id = newId('payment');
    const row = present(await consortium.payment(deal.id, payment));
    const held: PaymentRow = { ...row, id, owner: BANK_B, bank: '20', amount: '740000', status: 'held' };
    await forge(`payment/${deal.id}/${id}`, held, BANK_B);
    const admission: AdmissionRow = {
      ...present(await consortium.row('admission', deal.id, payment)),
      payment: id,
    };
    await forge(`admission/${deal.id}/${id}`, admission);
    return id;
  }

  async function forge(key: string, row: object, owner = ''): Promise<void> {
    await forgeText(key, canonicalJson(row as Json), owner);
  }

  async function forgeText(key: string, text: string, owner: string): Promise<void> {
    const client = await consortium.client(MARKETPLACE);
    const endorsers = [MARKETPLACE, COURIER];
    const { code } = await consortium.network.submit(client, 'forging:write', [key, text, owner], {
      endorsers,
    });
    expect(code, `forging ${key} commits`).to.equal(0);
  }
});
