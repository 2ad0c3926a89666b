// A bank and the admission of its payments: the payer is asked before it, the core after it, and the bank sees to it.
import { expect } from 'chai';
import { ADMITS_ITSELF_MS } from '../../../gateway/payments/decide.js';
import { paymentSubject } from '../../../gateway/payments/payment-codes.js';
import { ANSWER_TIME_MS, DEAL, dealView } from '../support/deal-views.js';
import { EVENTUALLY_MS, eventually } from '../support/eventually.js';
import {
  codeOnPhone,
  facts,
  ok,
  onScene,
  PAYMENT,
  type Scene,
  sketch,
  unadmitted,
  view,
} from './decision-scene.js';

describe('a payment before its admission', function () {
  this.timeout(2 * EVENTUALLY_MS);

  async function confirmedBeforeAdmission(scene: Scene, seen = unadmitted): Promise<void> {
    scene.branch.decisions.start(seen, PAYMENT);
    const code = await codeOnPhone(scene);
    await scene.branch.codes.check({ subject: paymentSubject(PAYMENT), code, facts });
    // The wait for the admission has begun.
    await eventually(scene.clock, () => scene.clock.countTimers() > 0);
  }

  it('the payer is asked at once, and the core only after the admission', () =>
    onScene(async (scene) => {
      await confirmedBeforeAdmission(scene);
      await scene.clock.tickAsync(1_000);
      expect([scene.sent, scene.branch.core.newestDecisions(1)]).to.deep.equal([[], []]);
      scene.branch.decisions.start(view, PAYMENT);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent[0]).to.include({ verdict: 'yes' });
      expect(scene.admitted).to.deep.equal([]);
      expect(await scene.branch.phone.messages('holder-1', 0, 0)).to.have.length(1);
    }));

  it('a confirmed payment that nobody admits for 30 s is admitted by its bank', () =>
    onScene(async (scene) => {
      const long = dealView({
        payments: [{ ...sketch, admission: null }],
        terms: { answerTimeMs: 10 * ADMITS_ITSELF_MS },
      });
      scene.deal = long;
      await confirmedBeforeAdmission(scene, long);
      await scene.clock.tickAsync(ADMITS_ITSELF_MS - 1);
      expect(scene.admitted).to.deep.equal([]);
      scene.reply = ({ action }) => {
        if (action === 'admitPayment') scene.deal = view;
        return ok;
      };
      await scene.clock.tickAsync(1);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.admitted).to.deep.equal([
        { action: 'admitPayment', params: { deal: DEAL, payment: PAYMENT } },
      ]);
      expect(scene.sent[0]).to.include({ verdict: 'yes' });
    }));

  it('where the answer time is shorter, its bank admits it before anybody may close it', () =>
    onScene(async (scene) => {
      await confirmedBeforeAdmission(scene);
      await scene.clock.tickAsync(ANSWER_TIME_MS - 1);
      expect(scene.admitted).to.deep.equal([]);
      await scene.clock.tickAsync(1);
      await eventually(scene.clock, () => scene.admitted.length > 0);
    }));

  it('killed between code and admission, the next process admits once, and answers once', () =>
    onScene(async (scene) => {
      await confirmedBeforeAdmission(scene);
      scene.branch.stop.abort(new Error('killed'));
      const next = await scene.reopen();
      scene.reply = ({ action }) => {
        if (action === 'admitPayment') scene.deal = view;
        return ok;
      };
      next.decisions.start(unadmitted, PAYMENT);
      await eventually(scene.clock, () => scene.clock.countTimers() > 0);
      await scene.clock.tickAsync(ANSWER_TIME_MS);
      await eventually(scene.clock, () => scene.sent.length > 0);
      next.decisions.start(view, PAYMENT);
      await scene.clock.tickAsync(60_000);
      expect(scene.admitted).to.have.length(1);
      expect(new Set(scene.sent.map((params) => params?.['holdOperation'])).size).to.equal(1);
      expect(next.core.newestDecisions(5)).to.have.length(1);
      expect(await next.phone.messages('holder-1', 0, 0)).to.have.length(1);
    }));

  it('a payment refused at the admission while its bank waited is neither admitted nor answered', () =>
    onScene(async (scene) => {
      await confirmedBeforeAdmission(scene);
      scene.deal = dealView({ payments: [{ ...sketch, admission: 'refused' }] });
      await scene.clock.tickAsync(ANSWER_TIME_MS);
      await scene.clock.tickAsync(60_000);
      expect([scene.admitted, scene.sent, scene.requeued]).to.deep.equal([[], [], []]);
    }));

  it('a payment without a right code is answered when its admission was closed, not before', () =>
    onScene(async (scene) => {
      scene.branch.decisions.start(unadmitted, PAYMENT);
      await codeOnPhone(scene);
      await scene.clock.tickAsync(ANSWER_TIME_MS);
      expect(scene.sent).to.deep.equal([]);
      scene.branch.decisions.start(dealView({ payments: [{ ...sketch, admission: 'closed' }] }), PAYMENT);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent[0]).to.include({ verdict: 'no', reason: 'CODE' });
    }));
});
