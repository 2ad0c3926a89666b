// Duty: proves that nobody gains by his clock, by holding a transaction back, or by sending it again.
// Must not: know whether the clocks are real; the ground's pace says how long its times are.
import { expect } from 'chai';
import { FUNCTIONS, type Command } from '../../chaincode/protocol/commands.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { refusalOf } from '../support/refusals.js';
import { present, type World } from '../support/world.js';
import { ColludingMembers, CONFLICT, VALID, changesNothing, codeOf } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const SLACK_MS = 1_000;

export function describeTimeAndWithholding(ground: AttackGround): void {
  const { windowMs, nearMs, farMs, payTimeMs, answerTimeMs } = ground.pace;
  const settledMs = 2 * windowMs + SLACK_MS;
  const signed = (offsetMs: number): string => `${String(offsetMs / 1000)} s`;

  describe(`attack: clocks and withheld transactions, with a window of ${signed(windowMs)}`, () => {
    let world: World;
    let offer: string;
    let deal: DealPlay;
    before(async () => {
      world = await ground.open({ windowMs });
      offer = await world.listOffer({ payTimeMs, answerTimeMs, stock: 100 });
    });
    beforeEach(async () => {
      deal = await buy(world, { offer });
    });
    after(() => ground.close(world));

    describe("the transaction's timestamp", () => {
      const harmless = (): Command => ({ action: 'markPaid', params: { deal: deal.id } });

      for (const offsetMs of [nearMs, -nearMs]) {
        it(`${signed(offsetMs)} off is accepted`, async () => {
          const sent = await world.agree([harmless()], { timestampMs: world.now() + offsetMs });
          expect([sent.code, codeOf(sent.results[0])]).to.deep.equal([VALID, 'NOT_FULL']);
          const payment = await deal.submit(BANK_A, '500000');
          await world.run(deal.admit(payment));
          const step = deal.answer(payment, 'yes');
          const own = await world.own(BANK_A, [step.command], { timestampMs: world.now() + offsetMs });
          expect([own.code, codeOf(own.results[0])]).to.deep.equal([VALID, 'ok']);
        });
      }

      for (const offsetMs of [farMs, -farMs]) {
        it(`${signed(offsetMs)} off is refused by every peer, evaluated or endorsed`, async () => {
          const client = await world.client(COURIER);
          const args = [listText([harmless()])];
          await changesNothing(world, async () => {
            for (const peer of [MARKETPLACE, BANK_A, BANK_B, COURIER]) {
              const timestampMs = world.now() + offsetMs;
              const evaluated = world.network.evaluate(client, peer, FUNCTIONS.agree, args, { timestampMs });
              expect(await refusalOf(evaluated), peer).to.match(/incorrect timestamp/);
            }
            const timestampMs = world.now() + offsetMs;
            const endorsed = world.agree([harmless()], { timestampMs });
            expect(await refusalOf(endorsed)).to.match(/incorrect timestamp/);
          });
        });
      }
    });

    describe("a payer's signed arrival", () => {
      for (const [offsetMs, code] of [
        [nearMs, 'ok'],
        [-nearMs, 'ok'],
        [farMs, 'TOO_EARLY'],
        [-farMs, 'TOO_LATE'],
      ] as const) {
        it(`${signed(offsetMs)} from the transaction's timestamp: ${code}`, async () => {
          await world.at(world.now(), async () => {
            const step = await deal.submission(BANK_A, '500000', { arrivedAt: world.now() + offsetMs });
            expect(codeOf(await world.attempt(step))).to.equal(code);
          });
        });
      }

      it('is kept by a last-second payment that is sent again after a conflict, past the deadline', async () => {
        const { payDeadline } = deal.terms;
        const colluding = await ColludingMembers.in(ground, world);
        const step = await world.at(payDeadline - 1_000, async () => {
          const made = await deal.submission(BANK_A, '500000');
          const endorsed = await world.endorse(made);
          // Written again as it is: whoever has read it before loses.
          await colluding.write('phase', [deal.id], present(await world.row('phase', deal.id)));
          expect(await world.codesTogether(endorsed)).to.deep.equal([CONFLICT]);
          return made;
        });
        await colluding.end();
        expect((await world.deal(deal.id)).payments).to.deep.equal([]);
        await world.at(payDeadline + nearMs, async () => {
          const again = await world.agree([step.command]);
          expect([again.code, codeOf(again.results[0])]).to.deep.equal([VALID, 'ok']);
          const payment = present((await world.deal(deal.id)).payments[0]).row;
          expect(payment.arrivedAt).to.equal(payDeadline - 1_000);
          await world.run(deal.admit(payment.id), deal.answer(payment.id, 'yes'));
          const fresh = await deal.submission(BANK_A, '740000');
          expect(codeOf(await world.attempt(fresh))).to.equal('TOO_LATE');
        });
      });

      it('cannot be moved by who sends it again: it is signed', async () => {
        await world.at(deal.terms.payDeadline + 1, async () => {
          const step = await deal.submission(BANK_A, '500000');
          const intent = present(step.command.intent);
          const params = { ...intent.body.params, arrivedAt: deal.terms.payDeadline };
          const moved = { action: 'submitPayment', intent: { ...intent, body: { ...intent.body, params } } };
          expect(codeOf(await world.attempt({ msp: null, command: moved }))).to.equal('BAD_SIGNATURE');
        });
      });
    });

    describe("a bank's answer", () => {
      it('backdated to before the close of its admission is late: no hold stays, no balance changes', async () => {
        const { account } = present(world.alice.accounts[BANK_A]);
        const { payment, closable } = await admitted();
        await world.at(closable, async () => {
          await world.run(deal.close(payment));
          const before = await world.balance(BANK_A, account);
          const answer = deal.answer(payment, 'yes');
          const sent = await world.own(BANK_A, [answer.command], { timestampMs: closable - nearMs });
          expect([sent.code, codeOf(sent.results[0])]).to.deep.equal([VALID, 'ok']);
          expect((await world.payment(deal.id, payment))?.status).to.equal('late');
          expect(await world.balance(BANK_A, account)).to.deep.equal(before);
          expect(codeOf(await world.attempt(deal.markPaid()))).to.equal('NOT_FULL');
        });
      });

      it('withheld until its admission is closed is dead', async () => {
        const { payment, closable } = await admitted();
        const withheld = await world.endorse(deal.answer(payment, 'yes'));
        await world.at(closable, () => world.run(deal.close(payment)));
        await changesNothing(world, async () => {
          expect(await world.codesTogether(withheld)).to.deep.equal([CONFLICT]);
        });
      });

      /** A payment whose bank was asked, and the first instant at which its admission may be closed. */
      async function admitted(): Promise<{ payment: string; closable: number }> {
        const payment = await deal.submit(BANK_A, '500000');
        await world.run(deal.admit(payment));
        return { payment, closable: present(await world.row('admission', payment)).answerBy + settledMs };
      }
    });

    describe("a payer's payment", () => {
      it('endorsed in time and withheld until the deal is sealed, or has expired, is dead', async () => {
        const { payDeadline } = deal.terms;
        const withheld = await world.at(payDeadline, async () => [
          await world.endorse(await deal.submission(BANK_A, '500000')),
          await world.endorse(await deal.submission(BANK_B, '740000')),
        ]);
        await world.at(payDeadline + settledMs, () => world.run(deal.closePayments()));
        await changesNothing(world, async () => {
          expect(await world.codesTogether(present(withheld[0]))).to.deep.equal([CONFLICT]);
        });
        await world.run(deal.expire());
        await changesNothing(world, async () => {
          expect(await world.codesTogether(present(withheld[1]))).to.deep.equal([CONFLICT]);
        });
      });

      it('neither sealing nor closing comes a millisecond before twice the window and the slack', async () => {
        const payment = await deal.submit(BANK_A, '500000');
        await world.run(deal.admit(payment));
        const { answerBy } = present(await world.row('admission', payment));
        const { payDeadline } = deal.terms;
        const closing = [answerBy + settledMs, deal.close(payment)] as const;
        const sealing = [payDeadline + settledMs, deal.closePayments()] as const;
        for (const [due, step] of [closing, sealing].sort(([one], [other]) => one - other)) {
          await world.at(due - 1, async () => {
            expect(codeOf(await world.attempt(step))).to.equal('TOO_EARLY');
          });
          await world.at(due, () => world.run(step));
        }
      });
    });
  });
}
