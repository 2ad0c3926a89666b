// Duty: proves that nobody gains by his clock, by holding a transaction back, or by sending it again.
// Must not: shorten the window: members' 30 s are what is tested.
import { expect } from 'chai';
import { FUNCTIONS, type Command } from '../../chaincode/protocol/commands.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { EndorserRefusal } from '../../network/embedded/engine/engine.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { openWorld, present, type World } from '../support/world.js';
import { CONFLICT, VALID, changesNothing, codeOf } from './conspiracy.js';

const WINDOW_MS = 30_000;
const SLACK_MS = 1_000;
const NEAR_MS = 25_000;
const FAR_MS = 35_000;
const SETTLED_MS = 2 * WINDOW_MS + SLACK_MS;

describe('attack: clocks and withheld transactions, with a window of 30 s', () => {
  let world: World;
  let deal: DealPlay;
  before(async () => {
    world = await openWorld({ windowMs: WINDOW_MS });
  });
  beforeEach(async () => {
    deal = await buy(world, { offer: await world.listOffer() });
  });
  after(() => world.close());

  describe("the transaction's timestamp", () => {
    const harmless = (): Command => ({ action: 'markPaid', params: { deal: deal.id } });

    for (const offsetMs of [NEAR_MS, -NEAR_MS]) {
      it(`${String(offsetMs / 1000)} s off is accepted`, async () => {
        const sent = await world.agree([harmless()], { timestampMs: world.now() + offsetMs });
        expect([sent.code, codeOf(sent.results[0])]).to.deep.equal([VALID, 'NOT_FULL']);
        const leg = await deal.submit(BANK_A, '500000');
        await world.run(deal.admit(leg));
        const step = deal.answer(leg, 'yes');
        const own = await world.own(BANK_A, [step.command], { timestampMs: world.now() + offsetMs });
        expect([own.code, codeOf(own.results[0])]).to.deep.equal([VALID, 'ok']);
      });
    }

    for (const offsetMs of [FAR_MS, -FAR_MS]) {
      it(`${String(offsetMs / 1000)} s off is refused by every peer, evaluated or endorsed`, async () => {
        const timestampMs = world.now() + offsetMs;
        const client = await world.client(COURIER);
        const args = [listText([harmless()])];
        await changesNothing(world, async () => {
          for (const peer of [MARKETPLACE, BANK_A, BANK_B, COURIER]) {
            const evaluated = world.network.evaluate(client, peer, FUNCTIONS.agree, args, { timestampMs });
            expect(await refusal(evaluated), peer).to.match(/incorrect timestamp/);
          }
          expect(await refusal(world.agree([harmless()], { timestampMs }))).to.match(/incorrect timestamp/);
        });
      });
    }
  });

  describe("a payer's signed arrival", () => {
    for (const [offsetMs, code] of [
      [NEAR_MS, 'ok'],
      [-NEAR_MS, 'ok'],
      [FAR_MS, 'TOO_EARLY'],
      [-FAR_MS, 'TOO_LATE'],
    ] as const) {
      it(`${String(offsetMs / 1000)} s from the transaction's timestamp: ${code}`, async () => {
        const step = await deal.submission(BANK_A, '500000', { arrivedAt: world.now() + offsetMs });
        expect(codeOf(await world.attempt(step))).to.equal(code);
      });
    }

    it('is kept by a last-second leg that is sent again after a conflict, past the deadline', async () => {
      const { payDeadline } = deal.terms;
      world.advanceTo(payDeadline - 1_000);
      const step = await deal.submission(BANK_A, '500000');
      world.network.engine.trouble.forceConflicts(1);
      expect((await world.agree([step.command])).code).to.equal(CONFLICT);
      expect((await world.deal(deal.id)).legs).to.deep.equal([]);
      world.advanceTo(payDeadline + NEAR_MS);
      const again = await world.agree([step.command]);
      expect([again.code, codeOf(again.results[0])]).to.deep.equal([VALID, 'ok']);
      const leg = present((await world.deal(deal.id)).legs[0]).row;
      expect(leg.arrivedAt).to.equal(payDeadline - 1_000);
      await world.run(deal.admit(leg.id), deal.answer(leg.id, 'yes'));
      const fresh = await deal.submission(BANK_A, '740000');
      expect(codeOf(await world.attempt(fresh))).to.equal('TOO_LATE');
    });

    it('cannot be moved by who sends it again: it is signed', async () => {
      world.advanceTo(deal.terms.payDeadline + 1);
      const step = await deal.submission(BANK_A, '500000');
      const intent = present(step.command.intent);
      const params = { ...intent.body.params, arrivedAt: deal.terms.payDeadline };
      const moved = { action: 'submitLeg', intent: { ...intent, body: { ...intent.body, params } } };
      expect(codeOf(await world.attempt({ msp: null, command: moved }))).to.equal('BAD_SIGNATURE');
    });
  });

  describe("a bank's answer", () => {
    it('backdated to before the close of its gate is late: no hold stays, no balance changes', async () => {
      const { account } = present(world.alice.accounts[BANK_A]);
      const leg = await deal.submit(BANK_A, '500000');
      await world.run(deal.admit(leg));
      world.advance(10_000 + SETTLED_MS);
      await world.run(deal.close(leg));
      const before = await world.balance(BANK_A, account);
      const answer = deal.answer(leg, 'yes');
      const sent = await world.own(BANK_A, [answer.command], { timestampMs: world.now() - WINDOW_MS });
      expect([sent.code, codeOf(sent.results[0])]).to.deep.equal([VALID, 'ok']);
      expect((await world.row('leg', deal.id, leg))?.status).to.equal('late');
      expect(await world.balance(BANK_A, account)).to.deep.equal(before);
      expect(codeOf(await world.attempt(deal.markPaid()))).to.equal('NOT_FULL');
    });

    it('withheld until its gate is closed is dead', async () => {
      const leg = await deal.submit(BANK_A, '500000');
      await world.run(deal.admit(leg));
      const withheld = await world.endorse(deal.answer(leg, 'yes'));
      world.advance(10_000 + SETTLED_MS);
      await world.run(deal.close(leg));
      await changesNothing(world, async () => {
        expect(await world.codesTogether(withheld)).to.deep.equal([CONFLICT]);
      });
    });
  });

  describe("a payer's leg", () => {
    it('endorsed in time and withheld until the deal is sealed, or has expired, is dead', async () => {
      world.advanceTo(deal.terms.payDeadline);
      const withheld = [
        await world.endorse(await deal.submission(BANK_A, '500000')),
        await world.endorse(await deal.submission(BANK_B, '740000')),
      ] as const;
      world.advance(SETTLED_MS);
      await world.run(deal.seal());
      await changesNothing(world, async () => {
        expect(await world.codesTogether(withheld[0])).to.deep.equal([CONFLICT]);
      });
      await world.run(deal.expire());
      await changesNothing(world, async () => {
        expect(await world.codesTogether(withheld[1])).to.deep.equal([CONFLICT]);
      });
    });

    it('neither sealing nor closing comes a millisecond before twice the window and the slack', async () => {
      const leg = await deal.submit(BANK_A, '500000');
      await world.run(deal.admit(leg));
      const due = present(await world.row('gate', leg)).answerBy;
      world.advanceTo(due + SETTLED_MS - 1);
      expect(codeOf(await world.attempt(deal.close(leg)))).to.equal('TOO_EARLY');
      world.advanceTo(deal.terms.payDeadline + SETTLED_MS - 1);
      expect(codeOf(await world.attempt(deal.seal()))).to.equal('TOO_EARLY');
      world.advance(1);
      await world.run(deal.close(leg), deal.seal());
    });
  });
});

async function refusal(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof EndorserRefusal) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}
