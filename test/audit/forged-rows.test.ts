// Duty: proves that verify finds what two members with altered chaincode wrote under valid endorsements.
// Must not: ask what banks make of it; the attack suites do.
import { expect } from 'chai';
import { hashOf, type Json } from '../../chaincode/protocol/canonical-json.js';
import { FUNCTIONS } from '../../chaincode/protocol/commands.js';
import { bodyHash, detached, type Intent } from '../../chaincode/protocol/intent.js';
import type { CheckName } from '../../audit/findings.js';
import { rowKey, type LegRow } from '../../chaincode/protocol/rows.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { engineAttackGround } from '../attack/engine-attack-ground.js';
import { Conspiracy } from '../attack/conspiracy.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { altered, makePerson, randomHash, resigned } from '../support/people.js';
import { openWorld, present, type EngineWorld } from '../support/world.js';
import type { ForgedCommand } from './altered-agreement.js';
import { audited, blocksOf, failedChecks } from './audit.js';

/** A forged command; `kept`: what its receipt keeps in the place of the payer's intent, null: nothing. */
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
    const sent = await world.network.submit(client, FUNCTIONS.agree, [listText(commands.map(withReceipt))], {
      endorsers,
    });
    expect(sent.code).to.equal(0);
  }

  /** What an honest `submitLeg` would write for this payment, by its rules and its intent. */
  async function forgedLeg(
    changes: Partial<LegRow> = {},
  ): Promise<{ leg: LegRow; command: Omit<ForgedCommand, 'writes'> }> {
    const { command } = await deal.submission(BANK_A, '500000');
    const intent = present(command.intent);
    const leg: LegRow = {
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
    return { leg, command };
  }

  it('nothing is found before (the forgeries below are the only fault)', async () => {
    await deal.playTo('paid');
    expect(await found()).to.deep.equal([]);
  });

  it('a payment created as held, which its bank never said: evidence', async () => {
    const { leg } = await forgedLeg({ status: 'held' });
    await (await Conspiracy.in(engineAttackGround, world)).write('leg', [deal.id, leg.id], leg, BANK_A);
    expect(await found()).to.include('evidence');
  });

  it("a held payment with evidence in a conspirator's collection: evidence; in his name: payments", async () => {
    const conspiracy = await Conspiracy.in(engineAttackGround, world);
    const { leg } = await forgedLeg({ status: 'held' });
    await conspiracy.write('leg', [deal.id, leg.id], leg, BANK_A);
    await conspiracy.vouch(COURIER, 'leg', [deal.id, leg.id], leg);
    expect(await found()).to.include('evidence');
    const own = { ...leg, owner: COURIER, id: `${leg.id}0` };
    await conspiracy.vouch(COURIER, 'leg', [deal.id, own.id], own);
    await conspiracy.write('leg', [deal.id, own.id], own, COURIER);
    expect(await found()).to.include('payments');
  });

  it('a held payment whose owner has vouched for other bytes: evidence', async () => {
    const { leg } = await forgedLeg({ status: 'held' });
    const said = { ...leg, amount: '500001' };
    const bank = await Conspiracy.in(engineAttackGround, world, [BANK_A]);
    await bank.vouch(BANK_A, 'leg', [deal.id, leg.id], said);
    await (await Conspiracy.in(engineAttackGround, world)).write('leg', [deal.id, leg.id], leg, BANK_A);
    expect(await found()).to.include('evidence');
  });

  it("a bank's word on a payment that says nothing which it may: evidence", async () => {
    const id = await deal.submit(BANK_A, '500000');
    const leg = present(await world.leg(deal.id, id));
    const bank = await Conspiracy.in(engineAttackGround, world, [BANK_A]);
    await bank.vouch(BANK_A, 'leg', [deal.id, id], { ...leg, status: 'held', amount: '400000' });
    expect(await found()).to.include('evidence');
  });

  it("a word on a payment in another member's collection is nobody's: events, and nothing changes", async () => {
    const id = await deal.submit(BANK_A, '500000');
    const leg = present(await world.leg(deal.id, id));
    const conspiracy = await Conspiracy.in(engineAttackGround, world);
    await conspiracy.vouch(COURIER, 'leg', [deal.id, id], { ...leg, status: 'held' });
    expect(await found()).to.deep.equal(['events']);
    expect((await world.leg(deal.id, id))?.status).to.equal('submitted');
  });

  it("an owned row under another member's guard: guard", async () => {
    const { leg, command } = await forgedLeg();
    await forge({ ...command, writes: [written(rowKey('leg', deal.id, leg.id), leg, COURIER)] });
    expect(await found())
      .to.include('guard')
      .and.not.include('lifeCycle');
  });

  it('a command with an intent that somebody else signed: intents, and the row made of it: payments', async () => {
    const { leg, command } = await forgedLeg();
    const forged = resigned(present(command.intent), mallory);
    const row = written(rowKey('leg', deal.id, leg.id), leg, BANK_A);
    await forge({ ...command, intent: forged, writes: [row] });
    expect(await found()).to.deep.equal(['intents', 'payments']);
  });

  it('a command whose parameters were changed after signing: intents', async () => {
    const { leg, command } = await forgedLeg();
    const intent = altered(present(command.intent), { amount: '400000' });
    const row = written(rowKey('leg', deal.id, leg.id), { ...leg, amount: '400000' }, BANK_A);
    await forge({ ...command, intent, writes: [row] });
    expect(await found()).to.deep.equal(['intents', 'payments']);
  });

  it('a payment whose receipt keeps no signature: intents, payments', async () => {
    const { leg, command } = await forgedLeg();
    const row = written(rowKey('leg', deal.id, leg.id), leg, BANK_A);
    await forge({ ...command, kept: null, writes: [row] });
    expect(await found()).to.deep.equal(['intents', 'payments']);
  });

  it('a payment whose receipt keeps the signature of another: payments', async () => {
    const other = await deal.submission(BANK_A, '500000');
    const { leg, command } = await forgedLeg();
    const row = written(rowKey('leg', deal.id, leg.id), leg, BANK_A);
    await forge({ ...command, kept: present(other.command.intent), writes: [row] });
    expect(await found()).to.deep.equal(['payments']);
  });

  it('a receipt that keeps a signature of somebody else: payments', async () => {
    const { leg, command } = await forgedLeg();
    const kept = resigned(present(command.intent), mallory);
    const row = written(rowKey('leg', deal.id, leg.id), leg, BANK_A);
    await forge({ ...command, kept, writes: [row] });
    expect(await found()).to.deep.equal(['payments']);
  });

  it('a receipt that keeps the right signature in another form: rows', async () => {
    const { leg, command } = await forgedLeg();
    const intent = present(command.intent);
    const kept = { ...intent, signature: [intent.signature] as unknown as string }; // as text it is the same
    const row = written(rowKey('leg', deal.id, leg.id), leg, BANK_A);
    await forge({ ...command, kept, writes: [row] });
    expect(await found()).to.deep.equal(['rows']);
  });

  it("a payment's receipt rewritten after the hold, even as it was: writtenOnce", async () => {
    await deal.playTo('held');
    const leg = present(deal.legs[0]).id;
    const conspiracy = await Conspiracy.in(engineAttackGround, world);
    await conspiracy.writeReceipt(leg, present(present(await world.row('receipt', leg)).signed));
    expect(await found()).to.include('writtenOnce');
  });

  it('a payment under other terms than were signed: payments', async () => {
    const { leg, command } = await forgedLeg({ termsHash: randomHash() });
    await forge({ ...command, writes: [written(rowKey('leg', deal.id, leg.id), leg, BANK_A)] });
    expect(await found()).to.deep.equal(['payments']);
  });

  it('a payment of another sum than was signed: payments', async () => {
    const { leg, command } = await forgedLeg({ amount: '400000' });
    await forge({ ...command, writes: [written(rowKey('leg', deal.id, leg.id), leg, BANK_A)] });
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
    const phase = { v: 1, deal: deal.id, status: 'sealed', at: world.now() };
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
      { leg: present(deal.legs[0]).id, payee: 'seller', link: 'link_00000000', bank: '20', amount: '499999' },
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
    const legs = [...row.legs, present(row.legs[0])];
    await forge({ action: 'admitLeg', params: { deal: deal.id }, writes: [written(key, { ...row, legs })] });
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
    const conspiracy = await Conspiracy.in(engineAttackGround, world);
    const key = rowKey('phase', deal.id);
    for (const forgery of [
      ['put', 'secret/1', '{"v":1}'],
      ['put', key, '{ "v": 1 }'],
      ['delete', key],
    ] as const) {
      expect(await conspiracy.forge([forgery])).to.equal(0);
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
    const conspiracy = await Conspiracy.in(engineAttackGround, world);
    await conspiracy.write('phase', [deal.id], { v: 1, deal: deal.id, status: 'sealed', at: world.now() });
    expect(await found()).to.include('events');
  });
});

function written(key: string, row: object, guard: string | null = null): ForgedCommand['writes'][number] {
  return { key, row: row as Json, guard }; // rows hold JSON values only
}

/** With a receipt as honest chaincode leaves it, so that nothing but the forgery is to be found. */
function withReceipt({ kept: given, ...command }: Forged): ForgedCommand {
  const { action, intent, params = null, writes } = command;
  if (intent === undefined) return command;
  const content = hashOf({ action, body: bodyHash(intent.body), params });
  const isKept = ['listOffer', 'buy', 'submitLeg'].includes(action);
  const kept = given === undefined && isKept ? intent : (given ?? null);
  const receipt = {
    v: 1,
    content,
    result: randomHash(),
    ...(kept === null ? {} : { signed: detached(kept) }),
  };
  return { ...command, writes: [...writes, written(rowKey('receipt', intent.body.id), receipt)] };
}
