// Nobody gains by his clock, by holding a transaction back, or by sending it again.
import { expect } from 'chai';
import { FUNCTIONS, type Command } from '../../chaincode/protocol/commands.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE, listText } from '../support/member-access.js';
import { refusalOf } from '../support/refusals.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import { ColludingMembers, CONFLICT, VALID, changesNothing, codeOf } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const SLACK_MS = 1_000;

export function describeTimeAndWithholding(ground: AttackGround): void {
  const { windowMs, nearMs, farMs, payTimeMs, answerTimeMs } = ground.pace;
  const settledMs = 2 * windowMs + SLACK_MS;
  const signed = (offsetMs: number): string => `${String(offsetMs / 1000)} s`;

  describe(`attack: clocks and withheld transactions, with a window of ${signed(windowMs)}`, () => {
    let consortium: TestConsortium;
    let offer: string;
    let deal: DealPlay;
    before(async () => {
      consortium = await ground.open({ windowMs });
      offer = await consortium.listOffer({ payTimeMs, answerTimeMs, stock: 100 });
    });
    beforeEach(async () => {
      deal = await buy(consortium, { offer });
    });
    after(() => ground.close(consortium));

    describe("the transaction's timestamp", () => {
      const harmless = (): Command => ({ action: 'markPaid', params: { deal: deal.id } });

      for (const offsetMs of [nearMs, -nearMs]) {
        it(`${signed(offsetMs)} off is accepted`, async () => {
          const sent = await consortium.agree([harmless()], { timestampMs: consortium.now() + offsetMs });
          expect([sent.code, codeOf(sent.results[0])]).to.deep.equal([VALID, 'NOT_FULL']);
          const payment = await deal.submit(BANK_A, '500000');
          await consortium.run(deal.admit(payment));
          const step = deal.answer(payment, 'yes');
          const own = await consortium.own(BANK_A, [step.command], {
            timestampMs: consortium.now() + offsetMs,
          });
          expect([own.code, codeOf(own.results[0])]).to.deep.equal([VALID, 'ok']);
        });
      }

      for (const offsetMs of [farMs, -farMs]) {
        it(`${signed(offsetMs)} off is refused by every peer, evaluated or endorsed`, async () => {
          const client = await consortium.client(COURIER);
          const args = [listText([harmless()])];
          await changesNothing(consortium, async () => {
            for (const peer of [MARKETPLACE, BANK_A, BANK_B, COURIER]) {
              const timestampMs = consortium.now() + offsetMs;
              const evaluated = consortium.network.evaluate(client, peer, FUNCTIONS.agree, args, {
                timestampMs,
              });
              expect(await refusalOf(evaluated), peer).to.match(/incorrect timestamp/);
            }
            const timestampMs = consortium.now() + offsetMs;
            const endorsed = consortium.agree([harmless()], { timestampMs });
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
          await consortium.at(consortium.now(), async () => {
            const step = await deal.submission(BANK_A, '500000', { arrivedAt: consortium.now() + offsetMs });
            expect(codeOf(await consortium.attempt(step))).to.equal(code);
          });
        });
      }

      it('is kept by a last-second payment that is sent again after a conflict, past the deadline', async () => {
        const { payDeadline } = deal.terms;
        const colluding = await ColludingMembers.in(ground, consortium);
        const step = await consortium.at(payDeadline - 1_000, async () => {
          const made = await deal.submission(BANK_A, '500000');
          const endorsed = await consortium.endorse(made);
          // Written again as it is: whoever has read it before loses.
          await colluding.write('phase', [deal.id], present(await consortium.row('phase', deal.id)));
          expect(await consortium.codesTogether(endorsed)).to.deep.equal([CONFLICT]);
          return made;
        });
        await colluding.end();
        expect((await consortium.deal(deal.id)).payments).to.deep.equal([]);
        await consortium.at(payDeadline + nearMs, async () => {
          const again = await consortium.agree([step.command]);
          expect([again.code, codeOf(again.results[0])]).to.deep.equal([VALID, 'ok']);
          const payment = present((await consortium.deal(deal.id)).payments[0]).row;
          expect(payment.arrivedAt).to.equal(payDeadline - 1_000);
          await consortium.run(deal.admit(payment.id), deal.answer(payment.id, 'yes'));
          const fresh = await deal.submission(BANK_A, '740000');
          expect(codeOf(await consortium.attempt(fresh))).to.equal('TOO_LATE');
        });
      });

      it('cannot be moved by who sends it again: it is signed', async () => {
        await consortium.at(deal.terms.payDeadline + 1, async () => {
          const step = await deal.submission(BANK_A, '500000');
          const intent = present(step.command.intent);
          const params = { ...intent.body.params, arrivedAt: deal.terms.payDeadline };
          const moved = { action: 'submitPayment', intent: { ...intent, body: { ...intent.body, params } } };
          expect(codeOf(await consortium.attempt({ msp: null, command: moved }))).to.equal('BAD_SIGNATURE');
        });
      });
    });

    describe("a bank's answer", () => {
      it('backdated to before the close of its admission is late: no hold stays, no balance changes', async () => {
        const { account } = present(consortium.alice.accounts[BANK_A]);
        const { payment, closable } = await admitted();
        await consortium.at(closable, async () => {
          await consortium.run(deal.close(payment));
          const before = await consortium.balance(BANK_A, account);
          const answer = deal.answer(payment, 'yes');
          const sent = await consortium.own(BANK_A, [answer.command], { timestampMs: closable - nearMs });
          expect([sent.code, codeOf(sent.results[0])]).to.deep.equal([VALID, 'ok']);
          expect((await consortium.payment(deal.id, payment))?.status).to.equal('late');
          expect(await consortium.balance(BANK_A, account)).to.deep.equal(before);
          expect(codeOf(await consortium.attempt(deal.markPaid()))).to.equal('NOT_FULL');
        });
      });

      it('withheld until its admission is closed is dead', async () => {
        const { payment, closable } = await admitted();
        const withheld = await consortium.endorse(deal.answer(payment, 'yes'));
        await consortium.at(closable, () => consortium.run(deal.close(payment)));
        await changesNothing(consortium, async () => {
          expect(await consortium.codesTogether(withheld)).to.deep.equal([CONFLICT]);
        });
      });

      /** A payment whose bank was asked, and the first instant at which its admission may be closed. */
      async function admitted(): Promise<{ payment: string; closable: number }> {
        const payment = await deal.submit(BANK_A, '500000');
        await consortium.run(deal.admit(payment));
        return {
          payment,
          closable: present(await consortium.row('admission', deal.id, payment)).answerBy + settledMs,
        };
      }
    });

    describe("a payer's payment", () => {
      it('endorsed in time and withheld until the deal is sealed, or has expired, is dead', async () => {
        const { payDeadline } = deal.terms;
        const withheld = await consortium.at(payDeadline, async () => [
          await consortium.endorse(await deal.submission(BANK_A, '500000')),
          await consortium.endorse(await deal.submission(BANK_B, '740000')),
        ]);
        await consortium.at(payDeadline + settledMs, () => consortium.run(deal.closePayments()));
        await changesNothing(consortium, async () => {
          expect(await consortium.codesTogether(present(withheld[0]))).to.deep.equal([CONFLICT]);
        });
        await consortium.run(deal.expire());
        await changesNothing(consortium, async () => {
          expect(await consortium.codesTogether(present(withheld[1]))).to.deep.equal([CONFLICT]);
        });
      });

      it('neither sealing nor closing comes a millisecond before twice the window and the slack', async () => {
        const payment = await deal.submit(BANK_A, '500000');
        await consortium.run(deal.admit(payment));
        const { answerBy } = present(await consortium.row('admission', deal.id, payment));
        const { payDeadline } = deal.terms;
        const closing = [answerBy + settledMs, deal.close(payment)] as const;
        const sealing = [payDeadline + settledMs, deal.closePayments()] as const;
        for (const [due, step] of [closing, sealing].sort(([one], [other]) => one - other)) {
          await consortium.at(due - 1, async () => {
            expect(codeOf(await consortium.attempt(step))).to.equal('TOO_EARLY');
          });
          await consortium.at(due, () => consortium.run(step));
        }
      });
    });
  });
}
