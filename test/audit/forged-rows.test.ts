// Verify finds what two members with altered chaincode wrote under valid endorsements.
import { expect } from 'chai';
import type { CheckName } from '../../audit/findings.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { ColludingMembers } from '../attack/colluding-members.js';
import { engineAttackGround } from '../attack/engine-attack-ground.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, COURIER } from '../support/member-access.js';
import { altered, makePerson, newId, randomHash, resigned } from '../support/people.js';
import { type EngineConsortium, openConsortium, present } from '../support/test-consortium.js';
import { audited, blocksOf } from './audit.js';
import { type Forged, Forging, written, writtenPayment } from './forging.js';

describe('verify: rows forged under valid endorsements', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let deal: DealPlay;
  let forging: Forging;
  const mallory = makePerson('mallory');
  beforeEach(async () => {
    consortium = await openConsortium();
    deal = await buy(consortium, { offer: await consortium.listOffer() });
    forging = new Forging(consortium);
  });
  afterEach(() => consortium.close());

  const found = (): Promise<CheckName[]> => forging.found();
  const forge = (...commands: readonly Forged[]): Promise<void> => forging.forge(...commands);
  const forgedPayment = (changes: Partial<PaymentRow> = {}) => forging.payment(deal, changes);

  it('nothing is found before (the forgeries below are the only fault)', async () => {
    await deal.playTo('paid');
    expect(await found()).to.deep.equal([]);
  });

  it('a payment created as held, which its bank never said: attestation', async () => {
    const { payment } = await forgedPayment({ status: 'held' });
    await (
      await ColludingMembers.in(engineAttackGround, consortium)
    ).write('payment', [deal.id, payment.id], payment, BANK_A);
    expect(await found()).to.include('attestation');
  });

  it("a held payment with attestation in a conspirator's collection: attestation; in his name: rules", async () => {
    const colluding = await ColludingMembers.in(engineAttackGround, consortium);
    const { payment } = await forgedPayment({ status: 'held' });
    await colluding.write('payment', [deal.id, payment.id], payment, BANK_A);
    await colluding.vouch(COURIER, 'payment', [deal.id, payment.id], payment);
    expect(await found()).to.include('attestation');
    const own = { ...payment, owner: COURIER, id: `${payment.id}0` };
    await colluding.vouch(COURIER, 'payment', [deal.id, own.id], own);
    await colluding.write('payment', [deal.id, own.id], own, COURIER);
    expect(await forging.texts()).to.include(`rules: no command: payment/${deal.id}/${own.id}`);
  });

  it('a held payment whose owner has vouched for other bytes: attestation', async () => {
    const { payment } = await forgedPayment({ status: 'held' });
    const said = { ...payment, amount: '500001' };
    const bank = await ColludingMembers.in(engineAttackGround, consortium, [BANK_A]);
    await bank.vouch(BANK_A, 'payment', [deal.id, payment.id], said);
    await (
      await ColludingMembers.in(engineAttackGround, consortium)
    ).write('payment', [deal.id, payment.id], payment, BANK_A);
    expect(await found()).to.include('attestation');
  });

  it("a bank's word on a payment that says nothing which it may: attestation", async () => {
    const id = await deal.submit(BANK_A, '500000');
    const payment = present(await consortium.payment(deal.id, id));
    const bank = await ColludingMembers.in(engineAttackGround, consortium, [BANK_A]);
    await bank.vouch(BANK_A, 'payment', [deal.id, id], { ...payment, status: 'held', amount: '400000' });
    expect(await found()).to.include('attestation');
  });

  it("a word on a payment in another member's collection is nobody's: rules, and nothing changes", async () => {
    const id = await deal.submit(BANK_A, '500000');
    const payment = present(await consortium.payment(deal.id, id));
    const colluding = await ColludingMembers.in(engineAttackGround, consortium);
    await colluding.vouch(COURIER, 'payment', [deal.id, id], { ...payment, status: 'held' });
    await forging.expectRules(`private rows in own_${COURIER}`);
    expect((await consortium.payment(deal.id, id))?.status).to.equal('submitted');
  });

  it("an owned row under another member's guard: guard", async () => {
    const { payment, command } = await forgedPayment();
    await forge({ ...command, writes: [writtenPayment(payment, COURIER)] });
    await forging.expectFound(['guard', 'rules'], 'submitPayment: the policy of payment/');
  });

  it('a command with an intent that somebody else signed: rules', async () => {
    const { payment, command } = await forgedPayment();
    const forged = resigned(present(command.intent), mallory);
    const row = writtenPayment(payment);
    await forge({ ...command, intent: forged, writes: [row] });
    await forging.expectRules('the command is refused, KEY_DIFFERS');
  });

  it('a command whose parameters were changed after signing: rules', async () => {
    const { payment, command } = await forgedPayment();
    const intent = altered(present(command.intent), { amount: '400000' });
    const row = writtenPayment({ ...payment, amount: '400000' });
    await forge({ ...command, intent, writes: [row] });
    await forging.expectRules('the command is refused, BAD_SIGNATURE {"what":"intent"}');
  });

  it('a payment whose used-intent marker keeps no signature: rules', async () => {
    const { payment, command } = await forgedPayment();
    const row = writtenPayment(payment);
    await forge({ ...command, kept: null, writes: [row] });
    await forging.expectRules('with signed null', 'with signed {');
  });

  it('a payment whose used-intent marker keeps the signature of another: rules', async () => {
    const other = await deal.submission(BANK_A, '500000');
    const { payment, command } = await forgedPayment();
    const row = writtenPayment(payment);
    await forge({ ...command, kept: present(other.command.intent), writes: [row] });
    await forging.expectRules('with signed {');
  });

  it('a used-intent marker that keeps a signature of somebody else: rules', async () => {
    const { payment, command } = await forgedPayment();
    const kept = resigned(present(command.intent), mallory);
    const row = writtenPayment(payment);
    await forge({ ...command, kept, writes: [row] });
    await forging.expectRules('with signed {');
  });

  it('a used-intent marker that keeps the right signature in another form: rows', async () => {
    const { payment, command } = await forgedPayment();
    const intent = present(command.intent);
    const kept = { ...intent, signature: [intent.signature] as unknown as string }; // as text it is the same
    const row = writtenPayment(payment);
    await forge({ ...command, kept, writes: [row] });
    await forging.expectFound(['rows', 'rules'], 'with signed {');
  });

  it('a used-intent marker under another person: rules', async () => {
    const { payment, command } = await forgedPayment();
    await forge({ ...command, markedFor: mallory.id, writes: [writtenPayment(payment)] });
    await forging.expectRules(`usedIntent/${mallory.id}/${payment.id} not written`);
  });

  it("a payment's used-intent marker rewritten after the hold, even as it was: rules", async () => {
    await deal.playTo('held');
    const payment = present(deal.payments[0]).id;
    const colluding = await ColludingMembers.in(engineAttackGround, consortium);
    const ids = [deal.buyer.person.id, payment] as const;
    await colluding.write('usedIntent', ids, present(await consortium.row('usedIntent', ...ids)));
    await forging.expectRules(`no command: usedIntent/${deal.buyer.person.id}/${payment} not written`);
  });

  it('a payment under other terms than were signed: rules', async () => {
    const { payment, command } = await forgedPayment({ termsHash: randomHash() });
    await forge({ ...command, writes: [writtenPayment(payment)] });
    await forging.expectRules(`with termsHash "${payment.termsHash}"`);
  });

  it('a payment of another sum than was signed: rules', async () => {
    const { payment, command } = await forgedPayment({ amount: '400000' });
    await forge({ ...command, writes: [writtenPayment(payment)] });
    await forging.expectRules('with amount "400000"', 'with amount "500000"');
  });

  it('an open deal called completed: rules', async () => {
    const at = consortium.now();
    const phase = { v: 1, deal: deal.id, status: 'completed', at, cancelledBy: null };
    await forge({
      action: 'complete',
      params: { deal: deal.id },
      writes: [written(rowKey('phase', deal.id), phase)],
    });
    await forging.expectRules('the command is refused, WRONG_STATE {"action":"complete","found":"open"');
  });

  it('a step of the table by a command that may not take it: rules', async () => {
    consortium.advance(1_000_000);
    const at = consortium.now();
    const phase = { v: 1, deal: deal.id, status: 'paymentsClosed', at, cancelledBy: null };
    await forge({
      action: 'markPaid',
      params: { deal: deal.id },
      writes: [written(rowKey('phase', deal.id), phase)],
    });
    await forging.expectRules('the command is refused, NOT_FULL');
  });

  it('a plan whose parts do not sum to the price: rules', async () => {
    await deal.playTo('held');
    const items = [
      {
        payment: present(deal.payments[0]).id,
        payee: 'seller',
        purpose: 'price',
        link: 'link_00000000',
        bank: '20',
        amount: '499999',
      },
    ];
    const plan = { v: 1, deal: deal.id, items };
    await forge({
      action: 'markPaid',
      params: { deal: deal.id },
      writes: [written(rowKey('plan', deal.id), plan)],
    });
    await forging.expectRules(`plan/${deal.id} with items [{"amount":"499999"`);
  });

  it('more payments reserved than the price: rules; one twice: rows', async () => {
    await deal.playTo('held');
    const third = await deal.submit(BANK_A, '500000');
    const row = present(await consortium.row('reservation', deal.id));
    for (const payment of [third, present(row.payments[0])]) {
      const more = { ...row, payments: [...row.payments, payment] };
      const writes = [written(rowKey('reservation', deal.id), more)];
      await forge({ action: 'admitPayment', params: { deal: deal.id, payment }, writes });
    }
    await forging.expectFound(['rows', 'rules'], '"reason":"OVERPAYMENT","status":"refused"');
  });

  it('terms written again: rules', async () => {
    const row = present(await consortium.row('terms', deal.id));
    await forge({ action: 'buy', writes: [written(rowKey('terms', deal.id), row)] });
    await forging.expectRules(`buy: terms/${deal.id} not written`);
  });

  it('a bank under a name that looks like another’s: rules; one that cannot be read: rows', async () => {
    const { carol } = consortium.staff;
    const row = {
      ...present(await consortium.row('bank', '10')),
      status: 'new',
      tariff: null,
      tariffSince: 0,
      debitCaps: {},
    };
    const { owner, bic } = row;
    for (const [id, name] of [
      ['30', 'Вапк 20'],
      ['31', 'Bank\u202e 30'],
    ] as const) {
      const command = consortium.asked(carol, {
        action: 'registerBank',
        id: newId('intent'),
        params: { bank: id, owner, name, bic },
      });
      const writes = [written(rowKey('bank', id), { ...row, id, name, sealingKey: null }, BANK_A)];
      await forge({ ...command, writes });
    }
    await forging.expectFound(['rows', 'rules'], 'bank/30 not written', 'bank/31 with other content');
  });

  it('stock out of nowhere: rules', async () => {
    const { offer } = deal.terms.offerTerms;
    const row = { ...present(await consortium.row('stock', offer)), available: 11 };
    await forge({ action: 'editOffer', writes: [written(rowKey('stock', offer), row)] });
    await forging.expectRules(`editOffer: stock/${offer} not written`);
  });

  it('a row of no known kind, not canonical, or deleted: rows', async () => {
    const colluding = await ColludingMembers.in(engineAttackGround, consortium);
    const key = rowKey('phase', deal.id);
    for (const forgery of [
      ['put', 'secret/1', '{"v":1}'],
      ['put', key, '{ "v": 1 }'],
      ['delete', key],
    ] as const) {
      expect(await colluding.forge([forgery])).to.equal(0);
    }
    const report = await audited(consortium, await blocksOf(consortium));
    const rows = report.findings.filter(({ check }) => check === 'rows').map((finding) => finding.found);
    expect(rows).to.deep.equal([
      'secret/1 with other content',
      `${key} with other content`,
      `${key} deleted`,
    ]);
  });

  it('rows of no command: rules', async () => {
    const colluding = await ColludingMembers.in(engineAttackGround, consortium);
    await colluding.write('phase', [deal.id], {
      v: 1,
      deal: deal.id,
      status: 'paymentsClosed',
      at: consortium.now(),
      cancelledBy: null,
    });
    await forging.expectRules(`no command: phase/${deal.id} not written`);
  });
});
