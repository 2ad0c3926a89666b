// Duty: proves that verify finds what two members with altered chaincode wrote under valid endorsements.
// Must not: ask what banks make of it; the attack suites do.
import { expect } from 'chai';
import { hashOf, type Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { bodyHash, detached, type Intent } from '../../chaincode/protocol/intent.js';
import type { CheckName } from '../../audit/findings.js';
import { rowKey, type PaymentRow } from '../../chaincode/protocol/rows.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { engineAttackGround } from '../attack/engine-attack-ground.js';
import { ColludingMembers } from '../attack/colluding-members.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { altered, makePerson, randomHash, resigned } from '../support/people.js';
import { openWorld, present, type EngineWorld } from '../support/world.js';
import type { ForgedCommand } from './altered-agreement.js';
import { audited, blocksOf, failedChecks } from './audit.js';

/** A forged command; `kept`: what its used-intent marker keeps in the place of the payer's intent, null: nothing. */
type Forged = ForgedCommand & { readonly kept?: Intent | null };

describe('verify: rows forged under valid endorsements', function () {
  this.timeout(60_000);
  let world: EngineWorld;
  let deal: DealPlay;
  const mallory = makePerson('mallory');
  beforeEach(async () => {
    world = await openWorld();
    deal = await buy(world, { offer: await world.listOffer() });
  });
  afterEach(() => world.close());

  async function found(): Promise<CheckName[]> {
    return failedChecks(await audited(world, await blocksOf(world)));
  }

  /** By marketplace and courier, with an event that matches; must be committed as valid. */
  async function forge(...commands: readonly Forged[]): Promise<void> {
    const { AlteredAgreement } = await import('./altered-agreement.js');
    for (const msp of [MARKETPLACE, COURIER]) world.network.alterChaincode(msp, [AlteredAgreement]);
    const client = await world.client(MARKETPLACE);
    const endorsers = [MARKETPLACE, COURIER];
    const sent = await world.network.submit(
      client,
      FUNCTIONS.agree,
      [listText(commands.map(withUsedIntent))],
      {
        endorsers,
      },
    );
    expect(sent.code).to.equal(0);
  }

  /** What an honest `submitPayment` would write for this payment, by its rules and its intent. */
  async function forgedPayment(
    changes: Partial<PaymentRow> = {},
  ): Promise<{ payment: PaymentRow; command: Omit<ForgedCommand, 'writes'> }> {
    const { command } = await deal.submission(BANK_A, '500000');
    const intent = present(command.intent);
    const payment: PaymentRow = {
      v: 1,
      id: intent.body.id,
      deal: deal.id,
      owner: BANK_A,
      bank: '10',
      status: 'submitted',
      payer: intent.body.person,
      link: intent.body.params['link'] as string,
      currency: 'RUB',
      amount: '500000',
      fee: intent.body.params['fee'] as string,
      arrivedAt: world.now(),
      termsHash: termsHash(deal.terms),
      allocation: null,
      ...changes,
    };
    return { payment, command };
  }

  it('nothing is found before (the forgeries below are the only fault)', async () => {
    await deal.playTo('paid');
    expect(await found()).to.deep.equal([]);
  });

  it('a payment created as held, which its bank never said: attestation', async () => {
    const { payment } = await forgedPayment({ status: 'held' });
    await (
      await ColludingMembers.in(engineAttackGround, world)
    ).write('payment', [deal.id, payment.id], payment, BANK_A);
    expect(await found()).to.include('attestation');
  });

  it("a held payment with attestation in a conspirator's collection: attestation; in his name: payments", async () => {
    const colluding = await ColludingMembers.in(engineAttackGround, world);
    const { payment } = await forgedPayment({ status: 'held' });
    await colluding.write('payment', [deal.id, payment.id], payment, BANK_A);
    await colluding.vouch(COURIER, 'payment', [deal.id, payment.id], payment);
    expect(await found()).to.include('attestation');
    const own = { ...payment, owner: COURIER, id: `${payment.id}0` };
    await colluding.vouch(COURIER, 'payment', [deal.id, own.id], own);
    await colluding.write('payment', [deal.id, own.id], own, COURIER);
    expect(await found()).to.include('payments');
  });

  it('a held payment whose owner has vouched for other bytes: attestation', async () => {
    const { payment } = await forgedPayment({ status: 'held' });
    const said = { ...payment, amount: '500001' };
    const bank = await ColludingMembers.in(engineAttackGround, world, [BANK_A]);
    await bank.vouch(BANK_A, 'payment', [deal.id, payment.id], said);
    await (
      await ColludingMembers.in(engineAttackGround, world)
    ).write('payment', [deal.id, payment.id], payment, BANK_A);
    expect(await found()).to.include('attestation');
  });

  it("a bank's word on a payment that says nothing which it may: attestation", async () => {
    const id = await deal.submit(BANK_A, '500000');
    const payment = present(await world.payment(deal.id, id));
    const bank = await ColludingMembers.in(engineAttackGround, world, [BANK_A]);
    await bank.vouch(BANK_A, 'payment', [deal.id, id], { ...payment, status: 'held', amount: '400000' });
    expect(await found()).to.include('attestation');
  });

  it("a word on a payment in another member's collection is nobody's: events, and nothing changes", async () => {
    const id = await deal.submit(BANK_A, '500000');
    const payment = present(await world.payment(deal.id, id));
    const colluding = await ColludingMembers.in(engineAttackGround, world);
    await colluding.vouch(COURIER, 'payment', [deal.id, id], { ...payment, status: 'held' });
    expect(await found()).to.deep.equal(['events']);
    expect((await world.payment(deal.id, id))?.status).to.equal('submitted');
  });

  it("an owned row under another member's guard: guard", async () => {
    const { payment, command } = await forgedPayment();
    await forge({ ...command, writes: [written(rowKey('payment', deal.id, payment.id), payment, COURIER)] });
    expect(await found())
      .to.include('guard')
      .and.not.include('lifeCycle');
  });

  it('a command with an intent that somebody else signed: intents, and the row made of it: payments', async () => {
    const { payment, command } = await forgedPayment();
    const forged = resigned(present(command.intent), mallory);
    const row = written(rowKey('payment', deal.id, payment.id), payment, BANK_A);
    await forge({ ...command, intent: forged, writes: [row] });
    expect(await found()).to.deep.equal(['intents', 'payments']);
  });

  it('a command whose parameters were changed after signing: intents', async () => {
    const { payment, command } = await forgedPayment();
    const intent = altered(present(command.intent), { amount: '400000' });
    const row = written(rowKey('payment', deal.id, payment.id), { ...payment, amount: '400000' }, BANK_A);
    await forge({ ...command, intent, writes: [row] });
    expect(await found()).to.deep.equal(['intents', 'payments']);
  });

  it('a payment whose used-intent marker keeps no signature: intents, payments', async () => {
    const { payment, command } = await forgedPayment();
    const row = written(rowKey('payment', deal.id, payment.id), payment, BANK_A);
    await forge({ ...command, kept: null, writes: [row] });
    expect(await found()).to.deep.equal(['intents', 'payments']);
  });

  it('a payment whose used-intent marker keeps the signature of another: payments', async () => {
    const other = await deal.submission(BANK_A, '500000');
    const { payment, command } = await forgedPayment();
    const row = written(rowKey('payment', deal.id, payment.id), payment, BANK_A);
    await forge({ ...command, kept: present(other.command.intent), writes: [row] });
    expect(await found()).to.deep.equal(['payments']);
  });

  it('a used-intent marker that keeps a signature of somebody else: payments', async () => {
    const { payment, command } = await forgedPayment();
    const kept = resigned(present(command.intent), mallory);
    const row = written(rowKey('payment', deal.id, payment.id), payment, BANK_A);
    await forge({ ...command, kept, writes: [row] });
    expect(await found()).to.deep.equal(['payments']);
  });

  it('a used-intent marker that keeps the right signature in another form: rows', async () => {
    const { payment, command } = await forgedPayment();
    const intent = present(command.intent);
    const kept = { ...intent, signature: [intent.signature] as unknown as string }; // as text it is the same
    const row = written(rowKey('payment', deal.id, payment.id), payment, BANK_A);
    await forge({ ...command, kept, writes: [row] });
    expect(await found()).to.deep.equal(['rows']);
  });

  it("a payment's used-intent marker rewritten after the hold, even as it was: writtenOnce", async () => {
    await deal.playTo('held');
    const payment = present(deal.payments[0]).id;
    const colluding = await ColludingMembers.in(engineAttackGround, world);
    await colluding.writeUsedIntent(payment, present(present(await world.row('usedIntent', payment)).signed));
    expect(await found()).to.include('writtenOnce');
  });

  it('a payment under other terms than were signed: payments', async () => {
    const { payment, command } = await forgedPayment({ termsHash: randomHash() });
    await forge({ ...command, writes: [written(rowKey('payment', deal.id, payment.id), payment, BANK_A)] });
    expect(await found()).to.deep.equal(['payments']);
  });

  it('a payment of another sum than was signed: payments', async () => {
    const { payment, command } = await forgedPayment({ amount: '400000' });
    await forge({ ...command, writes: [written(rowKey('payment', deal.id, payment.id), payment, BANK_A)] });
    expect(await found()).to.include('payments');
  });

  it('an open deal called completed: lifeCycle, deals', async () => {
    const phase = { v: 1, deal: deal.id, status: 'completed', at: world.now() };
    await forge({
      action: 'complete',
      params: { deal: deal.id },
      writes: [written(rowKey('phase', deal.id), phase)],
    });
    expect(await found()).to.deep.equal(['deals', 'lifeCycle']);
  });

  it('a step of the table by a command that may not take it: lifeCycle', async () => {
    const phase = { v: 1, deal: deal.id, status: 'paymentsClosed', at: world.now() };
    await forge({
      action: 'markPaid',
      params: { deal: deal.id },
      writes: [written(rowKey('phase', deal.id), phase)],
    });
    expect(await found()).to.deep.equal(['lifeCycle']);
  });

  it('a plan whose parts do not sum to the price: plans', async () => {
    await deal.playTo('held');
    const items = [
      {
        payment: present(deal.payments[0]).id,
        payee: 'seller',
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
    expect(await found()).to.deep.equal(['plans']);
  });

  it('more payments reserved than the price, or one twice: payments', async () => {
    await deal.playTo('held');
    const row = present(await world.row('reservation', deal.id));
    const key = rowKey('reservation', deal.id);
    const payments = [...row.payments, present(row.payments[0])];
    await forge({
      action: 'admitPayment',
      params: { deal: deal.id },
      writes: [written(key, { ...row, payments })],
    });
    expect(await found()).to.deep.equal(['payments']);
  });

  it('terms written again: writtenOnce', async () => {
    const row = present(await world.row('terms', deal.id));
    await forge({ action: 'buy', writes: [written(rowKey('terms', deal.id), row)] });
    expect(await found()).to.include('writtenOnce');
  });

  it('stock out of nowhere: stock', async () => {
    const { offer } = deal.terms.offerTerms;
    const row = { ...present(await world.row('stock', offer)), available: 11 };
    await forge({ action: 'editOffer', writes: [written(rowKey('stock', offer), row)] });
    expect(await found()).to.deep.equal(['stock']);
  });

  it('a row of no known kind, not canonical, or deleted: rows', async () => {
    const colluding = await ColludingMembers.in(engineAttackGround, world);
    const key = rowKey('phase', deal.id);
    for (const forgery of [
      ['put', 'secret/1', '{"v":1}'],
      ['put', key, '{ "v": 1 }'],
      ['delete', key],
    ] as const) {
      expect(await colluding.forge([forgery])).to.equal(0);
    }
    const report = await audited(world, await blocksOf(world));
    const rows = report.findings.filter(({ check }) => check === 'rows').map((finding) => finding.found);
    expect(rows).to.deep.equal([
      'secret/1 with other content',
      `${key} with other content`,
      `${key} deleted`,
    ]);
  });

  it('rows that no event tells: events', async () => {
    const colluding = await ColludingMembers.in(engineAttackGround, world);
    await colluding.write('phase', [deal.id], {
      v: 1,
      deal: deal.id,
      status: 'paymentsClosed',
      at: world.now(),
    });
    expect(await found()).to.include('events');
  });
});

function written(key: string, row: object, guard: string | null = null): ForgedCommand['writes'][number] {
  return { key, row: row as Json, guard }; // rows hold JSON values only
}

/** With a used-intent marker as honest chaincode leaves it, so that nothing but the forgery is to be found. */
function withUsedIntent({ kept: given, ...command }: Forged): ForgedCommand {
  const { action, intent, params = null, writes } = command;
  if (intent === undefined) return command;
  const content = hashOf({ action, body: bodyHash(intent.body), params });
  const isKept = ['listOffer', 'buy', 'submitPayment'].includes(action);
  const kept = given === undefined && isKept ? intent : (given ?? null);
  const usedIntent = {
    v: 1,
    content,
    result: randomHash(),
    ...(kept === null ? {} : { signed: detached(kept) }),
  };
  return { ...command, writes: [...writes, written(rowKey('usedIntent', intent.body.id), usedIntent)] };
}
