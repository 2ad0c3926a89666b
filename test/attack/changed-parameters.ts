// Members change the parameters while deals are running: what a deal's people signed stays as it was.
import { expect } from 'chai';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A } from '../support/member-access.js';
import { agreeOn, setParameters } from '../support/parameters.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { codeOf } from './colluding-members.js';

const SIGNED = { windowMs: 3_000, slackMs: 1_000 };
const MARGIN_MS = 2 * SIGNED.windowMs + SIGNED.slackMs;

export function describeChangedParameters(ground: AttackGround): void {
  const { payTimeMs, answerTimeMs } = ground.pace;

  describe('attack: window and slack are changed under running deals', () => {
    let consortium: TestConsortium;
    let offer: string;
    let deal: DealPlay;
    let payment: string;
    before(async () => {
      consortium = await ground.open({ windowMs: SIGNED.windowMs });
      offer = await consortium.listOffer({ payTimeMs, answerTimeMs, stock: 100 });
    });
    afterEach(() => setParameters(consortium, SIGNED));
    after(() => ground.close(consortium));

    /** A deal with an admitted payment under the signed rules, which change at once. */
    async function underChange(changes: typeof SIGNED): Promise<void> {
      const { dueAt, apply } = await agreeOn(consortium, changes);
      await consortium.at(dueAt, async () => {
        deal = await buy(consortium, { offer });
        payment = await deal.submit(BANK_A, '500000');
        await consortium.run(deal.admit(payment), apply);
      });
    }

    /** When the payment's admission may be closed, and when the deal's payments may be. */
    async function ends(): Promise<
      readonly { readonly due: number; readonly step: ReturnType<DealPlay['close']> }[]
    > {
      const view = await consortium.deal(deal.id);
      const { answerBy } = present(present(view.payments[0]).admission);
      const closing = { due: answerBy + MARGIN_MS, step: deal.close(payment) };
      const sealing = { due: deal.terms.payDeadline + MARGIN_MS, step: deal.closePayments() };
      return [closing, sealing].sort((one, other) => one.due - other.due);
    }

    for (const [what, changes] of [
      ['to nothing', { windowMs: 0, slackMs: 0 }],
      ['to more than twice as much', { windowMs: 8_000, slackMs: 1_000 }],
    ] as const) {
      it(`${what}: admissions and payments close when the terms say`, async () => {
        await underChange(changes);
        for (const { due, step } of await ends()) {
          await consortium.at(due - 1, async () => {
            expect(codeOf(await consortium.attempt(step))).to.equal('TOO_EARLY');
          });
          await consortium.at(due, () => consortium.run(step));
        }
        await consortium.run(deal.expire());
      });

      it(`${what}: a payment counts by the window that its payer signed`, async () => {
        await underChange(changes);
        const submission = (offMs: number) =>
          deal.submission(BANK_A, '400000', { arrivedAt: consortium.now() + offMs });
        expect(codeOf(await consortium.attempt(await submission(-SIGNED.windowMs / 2)))).to.equal('ok');
        expect(codeOf(await consortium.attempt(await submission(-2 * SIGNED.windowMs)))).to.equal('TOO_LATE');
        expect(codeOf(await consortium.attempt(await submission(2 * SIGNED.windowMs)))).to.equal('TOO_EARLY');
      });

      it(`${what}: an offer that is listed from then on has the new ones in its terms`, async () => {
        await underChange(changes);
        const fresh = await consortium.listOffer();
        expect((await consortium.row('offer', fresh))?.terms).to.include(changes);
        expect((await consortium.row('offer', offer))?.terms).to.include(SIGNED);
      });
    }
  });
}
