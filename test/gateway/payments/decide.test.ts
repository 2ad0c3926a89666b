// A bank's answer to a payment: code, core, verdict, and what happens when one of them fails, is late or dies.
import { expect } from 'chai';
import { LedgerUnavailable } from '../../../gateway/ledger/ledger-errors.js';
import { paymentSubject } from '../../../gateway/payments/payment-codes.js';
import { ANSWER_TIME_MS, DEAL, dealView } from '../support/deal-views.js';
import { EVENTUALLY_MS, eventually } from '../support/eventually.js';
import { ACCOUNT, codeOnPhone, facts, ok, onScene, PAYMENT, sketch, view } from './decision-scene.js';

describe('payment decisions', function () {
  this.timeout(2 * EVENTUALLY_MS);

  it('a payment whose holder gave the code and whose core agrees is answered yes, bound to the code', () =>
    onScene(async (scene) => {
      const { decisions, codes } = scene.branch;
      decisions.start(view, PAYMENT);
      const code = await codeOnPhone(scene);
      await codes.check({ subject: paymentSubject(PAYMENT), code, facts });
      await eventually(scene.clock, () => scene.sent.length > 0);
      const [params] = scene.sent;
      expect(params).to.include({ deal: DEAL, payment: PAYMENT, verdict: 'yes', reason: null });
      expect(params?.['codeBinding']).to.equal(await codes.binding(paymentSubject(PAYMENT)));
      expect(params?.['holdOperation']).to.match(/^hold_[0-9a-f]{48}$/);
      expect(params?.['refundKey']).to.equal(await scene.branch.operationIds.refundKey(DEAL));
      expect(scene.locks, 'the payer’s account is locked while in flight').to.deep.equal([
        `account/${ACCOUNT}`,
      ]);
    }));

  it('nothing is sent before the code was given', () =>
    onScene(async (scene) => {
      scene.branch.decisions.start(view, PAYMENT);
      await codeOnPhone(scene);
      await scene.clock.tickAsync(5_000);
      expect(scene.sent).to.deep.equal([]);
    }));

  it('a payment started again while in hand sends one code and one answer', () =>
    onScene(async (scene) => {
      const { decisions, codes, phone } = scene.branch;
      decisions.start(view, PAYMENT);
      decisions.start(view, PAYMENT);
      const code = await codeOnPhone(scene);
      decisions.start(view, PAYMENT);
      await codes.check({ subject: paymentSubject(PAYMENT), code, facts });
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(await phone.messages('holder-1', 0, 0)).to.have.length(1);
      expect(scene.sent).to.have.length(1);
    }));

  it('the code dies early enough for the core to answer in time, and then the answer is no', () =>
    onScene(async (scene) => {
      scene.branch.decisions.start(view, PAYMENT);
      await codeOnPhone(scene);
      const lifeMs = ANSWER_TIME_MS - 4_000;
      await scene.clock.tickAsync(lifeMs - 1);
      expect(await scene.branch.codes.state(paymentSubject(PAYMENT))).to.equal('open');
      await scene.clock.tickAsync(1);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent[0]).to.include({ verdict: 'no', reason: 'CODE' });
    }));

  it('a core that answers after the answer time is still heard', () =>
    onScene(async (scene) => {
      const { decisions, codes, core } = scene.branch;
      core.behave({ payment: PAYMENT, answer: 'yes', afterMs: 25_000, silent: false });
      decisions.start(view, PAYMENT);
      await codes.check({ subject: paymentSubject(PAYMENT), code: await codeOnPhone(scene), facts });
      await scene.clock.tickAsync(24_999);
      expect(scene.sent).to.deep.equal([]);
      await scene.clock.tickAsync(1);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent[0]).to.include({ verdict: 'yes' });
    }));

  it('a silent core is enquired of until it answers', () =>
    onScene(async (scene) => {
      const { decisions, codes, core } = scene.branch;
      core.behave({ payment: PAYMENT, answer: 'no', afterMs: 6_000, silent: true });
      decisions.start(view, PAYMENT);
      await codes.check({ subject: paymentSubject(PAYMENT), code: await codeOnPhone(scene), facts });
      // First asked after 4 s (not known yet), then after 8 s more.
      await eventually(scene.clock, () => scene.clock.countTimers() > 0);
      await scene.clock.tickAsync(11_999);
      expect(scene.sent).to.deep.equal([]);
      await scene.clock.tickAsync(1);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent[0]).to.include({ verdict: 'no', reason: 'CUST' });
    }));

  it('a yes that the books refuse becomes a no whose reason stays in the bank', () =>
    onScene(async (scene) => {
      const { decisions, codes } = scene.branch;
      scene.reply = ({ params }) =>
        params?.['verdict'] === 'yes' ? { ok: false, id: PAYMENT, code: 'REFUSED' } : ok;
      scene.tried = { ok: false, id: PAYMENT, code: 'FUNDS' };
      decisions.start(view, PAYMENT);
      await codes.check({ subject: paymentSubject(PAYMENT), code: await codeOnPhone(scene), facts });
      await eventually(scene.clock, () => scene.sent.length > 1);
      expect(scene.sent.map((params) => [params?.['verdict'], params?.['reason']])).to.deep.equal([
        ['yes', null],
        ['no', 'FUNDS'],
      ]);
    }));

  it('a payment that was answered meanwhile is left alone', () =>
    onScene(async (scene) => {
      const { decisions, codes } = scene.branch;
      scene.reply = () => ({ ok: false, id: PAYMENT, code: 'WRONG_STATE' });
      scene.tried = { ok: false, id: PAYMENT, code: 'WRONG_STATE' };
      decisions.start(view, PAYMENT);
      await codes.check({ subject: paymentSubject(PAYMENT), code: await codeOnPhone(scene), facts });
      await eventually(scene.clock, () => scene.sent.length > 0);
      await scene.clock.tickAsync(60_000);
      expect([scene.sent.length, scene.requeued.length]).to.deep.equal([1, 0]);
    }));

  it('a payment closed before any code was sent is answered no at once', () =>
    onScene(async (scene) => {
      scene.branch.decisions.start(dealView({ payments: [{ ...sketch, admission: 'closed' }] }), PAYMENT);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent[0]).to.include({ verdict: 'no', reason: 'CODE' });
    }));

  it('after a failure of the ledger the deal is processed again and the same operation is sent', () =>
    onScene(async (scene) => {
      const { decisions, codes } = scene.branch;
      let failing = true;
      scene.reply = () => {
        if (failing) throw new LedgerUnavailable('the peer is away');
        return ok;
      };
      decisions.start(view, PAYMENT);
      await codes.check({ subject: paymentSubject(PAYMENT), code: await codeOnPhone(scene), facts });
      await eventually(scene.clock, () => scene.sent.length > 0);
      failing = false;
      await scene.clock.tickAsync(1_000);
      expect(scene.requeued).to.deep.equal([DEAL]);
      decisions.start(view, PAYMENT);
      await eventually(scene.clock, () => scene.sent.length > 1);
      expect(scene.sent[1]).to.deep.equal(scene.sent[0]);
    }));

  it('a new process goes on with the code, the operations and the refund key of the old one', () =>
    onScene(async (scene) => {
      scene.branch.decisions.start(view, PAYMENT);
      const code = await codeOnPhone(scene);
      const next = await scene.reopen();
      await next.codes.check({ subject: paymentSubject(PAYMENT), code, facts });
      next.decisions.start(view, PAYMENT);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(await next.phone.messages('holder-1', 0, 0)).to.have.length(1);
      const third = await scene.reopen();
      third.decisions.start(view, PAYMENT);
      await eventually(scene.clock, () => scene.sent.length > 1);
      expect(scene.sent[1]).to.deep.equal(scene.sent[0]);
    }));

  it('a provider of messages that fails is asked again while the code can still be typed', () =>
    onScene(async (scene) => {
      const { decisions, codes } = scene.branch;
      scene.providerFails = true;
      decisions.start(view, PAYMENT);
      await eventually(scene.clock, () => scene.failedMessages > 0);
      await scene.clock.tickAsync(1_000);
      scene.providerFails = false;
      await scene.clock.tickAsync(1_000);
      await codes.check({ subject: paymentSubject(PAYMENT), code: await codeOnPhone(scene), facts });
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent[0]).to.include({ verdict: 'yes' });
      expect(await scene.branch.phone.messages('holder-1', 0, 0)).to.have.length(1);
    }));

  it('a code that its process took with it is made anew by the next one', () =>
    onScene(async (scene) => {
      scene.providerFails = true;
      scene.branch.decisions.start(view, PAYMENT);
      const subject = paymentSubject(PAYMENT);
      await eventually(scene.clock, () => scene.failedMessages > 0);
      scene.branch.stop.abort(new Error('killed'));
      scene.providerFails = false;
      const next = await scene.reopen();
      next.decisions.start(view, PAYMENT);
      await next.codes.check({ subject, code: await codeOnPhone(scene, next), facts });
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent.map((params) => params?.['verdict'])).to.deep.equal(['yes']);
    }));

  it('killed between code and hold, the bank holds once: the core is asked again and decides once', () =>
    onScene(async (scene) => {
      const { decisions, codes, core, stop } = scene.branch;
      const subject = paymentSubject(PAYMENT);
      core.behave({ payment: PAYMENT, answer: 'yes', afterMs: 2_000, silent: false });
      decisions.start(view, PAYMENT);
      await codes.check({ subject, code: await codeOnPhone(scene), facts });
      stop.abort(new Error('killed'));
      const next = await scene.reopen();
      next.decisions.start(view, PAYMENT);
      await scene.clock.tickAsync(3_000);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent.map((params) => params?.['verdict'])).to.deep.equal(['yes']);
      expect(next.core.newestDecisions(5)).to.have.length(1);
    }));
});
