// Duty: proves that no bank acts on rows that marketplace and courier create with altered chaincode.
// Must not: forge what Fabric itself refuses; the engine's own tests do.
import { expect } from 'chai';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import type { AdmissionRow, PaymentRow } from '../../../chaincode/protocol/rows.js';
import { buy, type DealPlay } from '../../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../../support/member-access.js';
import { newId } from '../../support/people.js';
import { openWorld, present, type EngineWorld } from '../../support/world.js';

describe('rows forged by marketplace and courier', () => {
  let world: EngineWorld;
  let offer: string;
  before(async () => {
    world = await openWorld();
    offer = await world.listOffer();
    const { ForgingContract } = await import('./forging-contract.js');
    for (const msp of [MARKETPLACE, COURIER]) {
      world.network.alterChaincode(msp, [...world.contracts, ForgingContract]);
    }
  });
  after(() => world.close());

  it('a copy of a payment under another key is not held a second time', async () => {
    const deal = await buy(world, { offer });
    const payment = await deal.submit(BANK_A, '500000');
    await world.run(deal.admit(payment), deal.answer(payment, 'yes'));
    const account = present(world.alice.accounts[BANK_A]).account;
    const balance = await world.balance(BANK_A, account);
    const copy = newId('payment');
    const row = present(await world.payment(deal.id, payment));
    await forge(`payment/${deal.id}/${copy}`, { ...row, status: 'submitted' }, BANK_A);
    await forge(`admission/${copy}`, { ...present(await world.row('admission', payment)), payment: copy });
    deal.addPayment(copy, BANK_A);
    expect(await world.attempt(deal.answer(copy, 'yes'))).to.include({ ok: false, code: 'NOT_ATTESTED' });
    expect(await world.balance(BANK_A, account)).to.deep.equal(balance);
  });

  it('a payment created as already held does not pay a deal, nor block the return of a real one', async () => {
    const deal = await buy(world, { offer });
    const payment = await deal.pay(BANK_A, '500000');
    const forged = await forgeHeldPayment(deal, payment);
    const reservation = present(await world.row('reservation', deal.id));
    await forge(`reservation/${deal.id}`, { ...reservation, payments: [payment, forged] });
    expect(await world.attempt(deal.markPaid())).to.include({ ok: false, code: 'NOT_FULL' });
    world.advanceTo(deal.terms.payDeadline + 7_000);
    await world.run(deal.closePayments(), deal.expire(), deal.giveBack(payment));
    expect((await world.payment(deal.id, payment))?.status).to.equal('voided');
  });

  it('a payer who is not the buyer pays only by a link that his bank has confirmed', async () => {
    const deal = await buy(world, { offer });
    const account = present(world.bob.accounts[BANK_B]);
    const genuine = present(await world.row('link', account.link));
    const forged = newId('link');
    await forge(`link/${forged}`, { ...genuine, id: forged }, BANK_B);
    const payer = { ...world.bob, accounts: { [BANK_B]: { ...account, link: forged } } };
    const payment = await deal.submission(BANK_B, '500000', { payer });
    expect(await world.attempt(payment)).to.include({ ok: false, code: 'NOT_ATTESTED' });
    expect(await world.attempt(await deal.submission(BANK_B, '500000', { payer: world.bob }))).to.include({
      ok: true,
    });
  });

  it('an expiry forged over a paid deal gives no money back', async () => {
    const deal = await (await buy(world, { offer })).playTo('paid');
    await forge(`phase/${deal.id}`, { v: 1, deal: deal.id, status: 'expired', at: world.now() });
    for (const { id } of deal.payments) {
      expect(await world.attempt(deal.giveBack(id))).to.include({ ok: false, code: 'FULLY_HELD' });
    }
  });

  it('a payee rewritten after payment is not paid', async () => {
    const deal = await (await buy(world, { offer })).playTo('accepted');
    const terms = present(await world.row('terms', deal.id));
    const plan = present(await world.row('plan', deal.id));
    const { link } = present(world.alice.accounts[BANK_B]);
    const items = plan.items.map((item) => (item.payee === 'seller' ? { ...item, link } : item));
    await forge(`plan/${deal.id}`, { ...plan, items });
    expect(await world.attempt(deal.capture(first(deal)))).to.include({ ok: false, code: 'PLAN_DIFFERS' });
    const offerTerms = { ...terms.terms.offerTerms, sellerLink: link };
    await forge(`terms/${deal.id}`, { ...terms, terms: { ...terms.terms, offerTerms } });
    expect(await world.attempt(deal.capture(first(deal)))).to.include({ ok: false, code: 'TERMS_DIFFER' });
  });

  it('an inspection backdated by others does not shorten the time that the bank itself counts', async () => {
    const inspected = await world.listOffer({ inspectionTimeMs: 60_000 });
    const deal = await (await buy(world, { offer: inspected })).playTo('delivered');
    const startedAt = world.now() - 86_400_000;
    const inspection = { v: 1, deal: deal.id, status: 'started', startedAt, acceptance: null };
    await forge(`inspection/${deal.id}`, inspection);
    await world.run(deal.recordDelivery(BANK_A));
    world.advance(59_999);
    expect(await world.attempt(deal.capture(first(deal)))).to.include({ ok: false, code: 'NOT_DUE' });
  });

  it('bytes that are no JSON are no row, and do not keep others from reading the rows beside them', async () => {
    const id = newId('offer');
    await forgeText(`offer/${id}`, 'garbage', '');
    expect(await world.row('offer', id)).to.equal(null);
    expect((await world.list('offer')).map((row) => row.id))
      .to.include(offer)
      .and.not.include(id);
  });

  function first(deal: DealPlay): string {
    return present(deal.payments[0]).id;
  }

  async function forgeHeldPayment(deal: DealPlay, payment: string): Promise<string> {
    const id = newId('payment');
    const row = present(await world.payment(deal.id, payment));
    const held: PaymentRow = { ...row, id, owner: BANK_B, bank: '20', amount: '740000', status: 'held' };
    await forge(`payment/${deal.id}/${id}`, held, BANK_B);
    const admission: AdmissionRow = { ...present(await world.row('admission', payment)), payment: id };
    await forge(`admission/${id}`, admission);
    return id;
  }

  async function forge(key: string, row: object, owner = ''): Promise<void> {
    await forgeText(key, canonicalJson(row as Json), owner);
  }

  async function forgeText(key: string, text: string, owner: string): Promise<void> {
    const client = await world.client(MARKETPLACE);
    const endorsers = [MARKETPLACE, COURIER];
    const { code } = await world.network.submit(client, 'forging:write', [key, text, owner], { endorsers });
    expect(code, `forging ${key} commits`).to.equal(0);
  }
});
