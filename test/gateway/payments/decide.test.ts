// A bank's answer to a payment: code, core, verdict, and what happens when one of them fails, is late or dies.
import { expect } from 'chai';
import { join } from 'node:path';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { Command, CommandResult } from '../../../chaincode/protocol/commands.js';
import { LinkedAccounts } from '../../../gateway/accounts/linked-accounts.js';
import { OneTimeCodes } from '../../../gateway/accounts/one-time-codes.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { systemClock } from '../../../gateway/clock.js';
import { FakePhone } from '../../../gateway/core-bank/simulator/fake-phone.js';
import { SimulatedBank } from '../../../gateway/core-bank/simulator/simulated-bank.js';
import { LedgerUnavailable } from '../../../gateway/ledger/ledger-errors.js';
import { PaymentDecisions } from '../../../gateway/payments/decide.js';
import { paymentCodeFacts, paymentSubject } from '../../../gateway/payments/payment-codes.js';
import { GeneratedValuesFile } from '../../../gateway/store/files/generated-values-file.js';
import { OneTimeCodeFile } from '../../../gateway/store/files/one-time-code-file.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { ANSWER_TIME_MS, BOUGHT_AT, DEAL, dealTerms, dealView, paymentView } from '../support/deal-views.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { EVENTUALLY_MS, eventually } from '../support/eventually.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const PAYMENT = 'payment_00000001';
const NOW = BOUGHT_AT + 1_000;
const ACCOUNT = '10011111111111100';
const ok: CommandResult = { ok: true, id: PAYMENT };

interface Branch {
  readonly decisions: PaymentDecisions;
  readonly codes: OneTimeCodes;
  readonly phone: FakePhone;
  readonly core: SimulatedBank;
  readonly operationIds: OperationIds;
  readonly stop: AbortController;
  readonly close: () => Promise<void>;
}

interface Scene {
  readonly clock: SinonFakeTimers;
  /** answerPayment parameters that were sent, in order. */
  readonly sent: Command['params'][];
  /** Locks that were named beside them. */
  readonly locks: string[];
  readonly requeued: string[];
  readonly branch: Branch;
  /** A new process on the same files. */
  readonly reopen: () => Promise<Branch>;
  reply: (command: Command) => CommandResult;
  tried: CommandResult;
}

const sketch = {
  id: PAYMENT,
  amount: '500000',
  fee: '7500',
  arrivedAt: NOW,
  answerBy: NOW + ANSWER_TIME_MS,
} as const;
const view = dealView({ payments: [sketch] });
const facts = paymentCodeFacts(paymentView(sketch).row, dealTerms());

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  try {
    await inTemporaryFolder(async (folder) => {
      const open: Branch[] = [];
      const scene: Scene = {
        clock,
        sent: [],
        locks: [],
        requeued: [],
        reply: () => ok,
        tried: ok,
        reopen: async () => {
          const branch = await openBranch(folder, scene);
          open.push(branch);
          return branch;
        },
        get branch(): Branch {
          const [first] = open;
          if (first === undefined) throw new Error('no branch is open');
          return first;
        },
      };
      await scene.reopen();
      await run(scene);
      for (const branch of open) {
        branch.stop.abort(new Error('the test is over'));
        await branch.close();
      }
    });
  } finally {
    clock.restore();
  }
}

async function openBranch(folder: string, scene: Scene): Promise<Branch> {
  const secret = Buffer.alloc(32, 1);
  const records = await OneTimeCodeFile.open(join(folder, 'codes'));
  const codes = new OneTimeCodes({ records, secret, clock: systemClock });
  const phone = await FakePhone.open(join(folder, 'phone'), systemClock);
  const core = await SimulatedBank.open({ path: join(folder, 'core'), clock: systemClock, answerAfterMs: 0 });
  const values = await GeneratedValuesFile.open(join(folder, 'values'));
  const submit: WorkerSubmitter['submit'] = (_lane, commands, locks = []) => {
    scene.locks.push(...locks);
    scene.sent.push(...commands.map(({ params }) => params));
    return Promise.resolve(commands.map((command) => ({ ...scene.reply(command), txId: 'tx', block: 1 })));
  };
  const stop = new AbortController();
  const ledger = fakeLedger({
    queryPrivate: (({ about }: { about: string }) =>
      Promise.resolve(about === 'link' ? { account: ACCOUNT } : { holder: 'holder-1' })) as never,
    dryRun: () => Promise.resolve([scene.tried]),
  });
  const operationIds = new OperationIds(values);
  const decisions = new PaymentDecisions({
    ...{ ledger, codes, phone, core },
    accounts: new LinkedAccounts(ledger),
    submitter: { submit },
    operationIds,
    clock: systemClock,
    log: silentLog,
    limits: { codeLifeMs: 300_000, answerLimitMs: 4_000 },
    requeue: (deal) => scene.requeued.push(deal),
    signal: stop.signal,
  });
  const close = async (): Promise<void> => {
    await Promise.all([records.close(), phone.close(), core.close(), values.close()]);
  };
  return { decisions, codes, phone, core, operationIds, stop, close };
}

async function codeOnPhone(scene: Scene, branch = scene.branch): Promise<string> {
  await eventually(scene.clock, async () => {
    return (await branch.codes.state(paymentSubject(PAYMENT))) === 'open';
  });
  let code = '';
  const look = async (): Promise<void> => {
    code = (await branch.phone.messages('holder-1', 0, 0)).at(-1)?.code ?? '';
  };
  await look();
  while (code === '') {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await look();
  }
  return code;
}

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
      await core.behave({ payment: PAYMENT, answer: 'yes', afterMs: 25_000, silent: false });
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
      await core.behave({ payment: PAYMENT, answer: 'no', afterMs: 6_000, silent: true });
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
});
