// Verify finds what a member with altered chaincode does in its own lane, whose commands no block holds.
import { expect } from 'chai';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { allocationOf } from '../../chaincode/protocol/plan.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../support/member-access.js';
import { randomHash } from '../support/people.js';
import { type EngineConsortium, openConsortium, present } from '../support/test-consortium.js';
import type { OwnForgery } from './altered-owner.js';
import { audited, blocksOf } from './audit.js';
import { Forging } from './forging.js';

const HOUR_MS = 3_600_000;
type Row = { readonly [name: string]: Json };

describe("verify: forgeries in a member's own lane", function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let forging: Forging;
  beforeEach(async () => {
    consortium = await openConsortium();
    forging = new Forging(consortium);
  });
  afterEach(() => consortium.close());

  const bought = async (changes = {}): Promise<DealPlay> =>
    buy(consortium, { offer: await consortium.listOffer(changes) });
  const rowOf = (row: object | null): Row => present(row) as Row; // rows hold JSON values only
  const paymentKey = (deal: DealPlay, id: string) => rowKey('payment', deal.id, id);

  /** By this member's peer, or by these; must be committed as valid. */
  async function forge(
    msp: string,
    action: string,
    forgery: Partial<OwnForgery>,
    endorsers: readonly string[] = [msp],
  ): Promise<void> {
    const { network } = consortium;
    const { AlteredOwner, OWN_FORGERY } = await import('./altered-owner.js');
    const nothing = { named: {}, rows: {}, words: {}, guards: {}, wordGuards: {} };
    const transient = { [OWN_FORGERY]: JSON.stringify({ ...nothing, action, ...forgery }) };
    for (const each of endorsers) network.alterChaincode(each, [AlteredOwner]);
    const client = await consortium.client(msp);
    const sent = await network.submit(client, FUNCTIONS.own, [], { endorsers, transient });
    expect(sent.code).to.equal(0);
    for (const each of endorsers) network.alterChaincode(each);
  }

  /** A row rewritten with the owner's word on it. */
  const rewritten = (key: string, row: Row) => ({
    named: { [key]: row },
    rows: { [key]: row },
    words: { [key]: row },
  });

  it('what its own chaincode would write: nothing, and the report lists it as not replayed', async () => {
    const deal = await bought();
    const id = await deal.submit(BANK_A, '500000');
    const row = { ...rowOf(await consortium.payment(deal.id, id)), status: 'rejected' };
    const key = paymentKey(deal, id);
    await forge(BANK_A, 'answerPayment', { named: { [key]: row }, words: { [key]: row } });
    const { findings, notReplayed } = await audited(consortium, await blocksOf(consortium));
    expect(findings).to.deep.equal([]);
    expect(notReplayed).to.deep.include({ mspId: BANK_A, action: 'answerPayment', commands: 1 });
    expect(notReplayed.map(({ action }) => action)).not.to.include('submitPayment');
  });

  it('a word taken back, on a payment that is held or a row that was rewritten: attestation', async () => {
    const deal = await bought();
    const id = await deal.pay(BANK_A, '500000');
    const { buyerLink } = deal.terms;
    for (const key of [paymentKey(deal, id), rowKey('link', buyerLink), rowKey('bank', '10')]) {
      await forge(BANK_A, 'answerPayment', { words: { [key]: null } });
      expect(await forging.texts()).to.include(`attestation: ${key}: attestation of ${BANK_A} taken back`);
    }
    await forging.expectFound(['attestation']);
  });

  it('a word on something else than the row says: attestation', async () => {
    const row = rowOf(await consortium.row('bank', '10'));
    const key = rowKey('bank', '10');
    await forge(BANK_A, 'publishBank', { words: { [key]: { ...row, name: 'Bank 11' } } });
    await forging.expectFound(
      ['attestation'],
      `${key}: attestation of ${BANK_A} for nothing that may be attested`,
    );
  });

  it('a word under a policy of its own: guard', async () => {
    const key = rowKey('bank', '10');
    await forge(BANK_A, 'publishBank', { wordGuards: { [key]: BANK_B } });
    await forging.expectFound(['guard'], `the attestation of ${key} under a policy of its own`);
  });

  it("a row's key policy given away: guard", async () => {
    const key = rowKey('bank', '10');
    await forge(BANK_A, 'publishBank', { guards: { [key]: BANK_B } });
    await forging.expectFound(['guard'], `the key policy of ${key} changed by ${BANK_A}`);
  });

  it('a row that nobody owns, or a new one: guard', async () => {
    const deal = await bought();
    const key = rowKey('phase', deal.id);
    const phase = { ...rowOf(await consortium.row('phase', deal.id)), status: 'paymentsClosed' };
    await forge(BANK_A, 'answerPayment', { named: { [key]: phase }, rows: { [key]: phase } }, [
      BANK_A,
      MARKETPLACE,
    ]);
    expect(await forging.texts()).to.include(`guard: in the owner lane: ${key} changed by ${BANK_A}`);
  });

  it('a payment captured before the inspection was over: payments', async () => {
    const deal = await bought({ inspectionTimeMs: HOUR_MS });
    await deal.playTo('delivered');
    await consortium.run(deal.startInspection());
    consortium.advance(HOUR_MS - 1);
    const { id } = present(deal.payments[0]);
    const plan = present(await consortium.row('plan', deal.id));
    const held = present(await consortium.payment(deal.id, id));
    const row: PaymentRow = { ...held, status: 'captured', allocation: allocationOf(plan.items, id) };
    await forge(BANK_A, 'capture', rewritten(paymentKey(deal, id), rowOf(row)));
    await forging.expectFound(['payments'], 'captured before the inspection was over');
  });

  it('a payment captured for others than the plan names: payments', async () => {
    const deal = await bought();
    await deal.playTo('accepted');
    const { id } = present(deal.payments[0]);
    const held = present(await consortium.payment(deal.id, id));
    const plan = present(await consortium.row('plan', deal.id));
    const allocation = allocationOf(plan.items, id).map((item) => ({ ...item, payee: 'marketplace' }));
    const row = { ...held, status: 'captured', allocation };
    await forge(BANK_A, 'capture', rewritten(paymentKey(deal, id), rowOf(row)));
    await forging.expectFound(['payments'], 'captured for others than the plan names');
  });

  it('a payment held without admission: payments; given back though it is not held: lifeCycle', async () => {
    const deal = await bought();
    const id = await deal.submit(BANK_A, '500000');
    const row = rowOf(await consortium.payment(deal.id, id));
    const key = paymentKey(deal, id);
    const held = { ...row, status: 'held' };
    await forge(BANK_A, 'answerPayment', { named: { [key]: held }, words: { [key]: held } });
    await forging.expectFound(['payments'], 'held, though it was not admitted');
    const other = await deal.submit(BANK_A, '500000');
    const voided = { ...rowOf(await consortium.payment(deal.id, other)), status: 'voided' };
    const otherKey = paymentKey(deal, other);
    await forge(BANK_A, 'voidPayment', { named: { [otherKey]: voided }, words: { [otherKey]: voided } });
    expect(await forging.texts()).to.include(`lifeCycle: ${otherKey}: submitted to voided by voidPayment`);
  });

  it('a credit of another sum than was due: credits', async () => {
    const deal = await bought();
    await deal.playTo('captured');
    const { items } = present(await consortium.row('plan', deal.id));
    const { payment, payee } = present(items.find(({ bank }) => bank === '20'));
    const due = rowOf(await consortium.row('credit', deal.id, payment, payee));
    const key = rowKey('credit', deal.id, payment, payee);
    await forge(BANK_B, 'credit', rewritten(key, { ...due, status: 'credited', amount: '1' }));
    await forging.expectFound(['credits'], 'another credit than was due');
  });

  it('a parcel that a courier accepted though nobody holds the price: shipments', async () => {
    const deal = await bought();
    await deal.playTo('paid');
    const key = rowKey('shipment', deal.id);
    const announced = rowOf(await consortium.row('shipment', deal.id));
    const id = present(deal.payments[0]).id;
    const payment = paymentKey(deal, id);
    await forge(BANK_A, 'answerPayment', { words: { [payment]: null } });
    await forge(COURIER, 'acceptParcel', rewritten(key, { ...announced, status: 'accepted' }));
    expect(await forging.texts()).to.include(`shipments: ${key}: accepted before it was paid`);
  });

  it("a parcel delivered without the recipient's code, a credit before the capture: shipments, credits", async () => {
    const deal = await bought();
    await deal.playTo('shipped');
    const key = rowKey('shipment', deal.id);
    const row = rowOf(await consortium.row('shipment', deal.id));
    await forge(COURIER, 'deliver', rewritten(key, { ...row, status: 'delivered', h1: randomHash() }));
    await forging.expectFound(['shipments'], `${key}: delivered without the recipient's code`);
    const { items } = present(await consortium.row('plan', deal.id));
    const { payment, payee } = present(items.find(({ bank }) => bank === '20'));
    const due = rowOf(await consortium.row('credit', deal.id, payment, payee));
    await forge(
      BANK_B,
      'credit',
      rewritten(rowKey('credit', deal.id, payment, payee), { ...due, status: 'credited' }),
    );
    await forging.expectFound(['credits', 'shipments'], 'credited before it was captured');
  });

  it('a bank under another name: names', async () => {
    const key = rowKey('bank', '10');
    const row = { ...rowOf(await consortium.row('bank', '10')), name: 'Bank 20' };
    await forge(BANK_A, 'publishBank', rewritten(key, row));
    await forging.expectFound(['names'], `${key}: another name than before`);
  });

  it('an event of rows that nobody wrote, in a transaction that writes nothing: events', async () => {
    const deal = await bought();
    const key = rowKey('phase', deal.id);
    await forge(BANK_A, 'publishBank', { named: { [key]: { status: 'completed' } } }, [BANK_A, MARKETPLACE]);
    await forging.expectFound(['events'], `an event of rows ${key}`);
  });
});
