// A bank waits its turn to capture, but for no absent bank; it records a delivery once; refusals are reported.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { CommandResult } from '../../../chaincode/protocol/commands.js';
import type { CreditPosting } from '../../../gateway/accounts/credit-posting.js';
import { LinkedAccounts } from '../../../gateway/accounts/linked-accounts.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { systemClock } from '../../../gateway/clock.js';
import { conflictKeys } from '../../../gateway/ledger/scheduling.js';
import type { PaymentDecisions } from '../../../gateway/payments/decide.js';
import { PaymentExecutor } from '../../../gateway/payments/execute.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { DEAL, dealView } from '../support/deal-views.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';
import { inDatabase } from '../../support/database.js';

const PAYMENT = 'payment_00000001';

interface Scene {
  readonly clock: SinonFakeTimers;
  readonly executor: PaymentExecutor;
  /** What happened, in order. */
  readonly log: string[];
  /** Locks that were named beside the commands. */
  readonly locks: string[];
  refuse: string | null;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inDatabase(async (database) => {
    const clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const values = new GeneratedValueTable(database);
      const log: string[] = [];
      const submit: WorkerSubmitter['submit'] = (_lane, commands, locks = []) => {
        scene.locks.push(...locks);
        log.push(...commands.map(({ action }) => action));
        const result: CommandResult =
          scene.refuse === null ? { ok: true, id: DEAL } : { ok: false, id: DEAL, code: scene.refuse };
        return Promise.resolve(commands.map(() => ({ ...result, txId: 'tx', block: 1 })));
      };
      const posting: Pick<CreditPosting, 'expect' | 'credited'> = {
        expect: (account) => Promise.resolve(void log.push(`expect ${account}`)),
        credited: (account) => void log.push(`credited ${account}`),
      };
      const confirmed = { person: 'person_1', keyThumbprint: 'ab'.repeat(32), currency: 'RUB' };
      const link = { account: '20bb', confirmed };
      const ledger = fakeLedger({ queryPrivate: (() => Promise.resolve(link)) as never });
      const executor = new PaymentExecutor({
        accounts: new LinkedAccounts(ledger),
        submitter: { submit },
        operationIds: new OperationIds(values),
        decisions: { start: () => log.push('start') } as unknown as PaymentDecisions, // a class with private members
        posting: posting as CreditPosting, // likewise
        ...{ clock: systemClock, log: silentLog, requeue: (deal) => log.push(`requeue ${deal}`) },
      });
      const scene: Scene = { clock, executor, log, locks: [], refuse: null };
      await run(scene);
    } finally {
      clock.restore();
    }
  });
}

describe('payment executor', () => {
  const view = dealView({ credits: [{ payee: 'seller' }] });
  const capture = { action: 'capture', payment: PAYMENT, othersFirst: true } as const;

  it('a bank lets another capture first, and is called again when that took too long', () =>
    onScene(async ({ executor, clock, log }) => {
      expect(await executor.execute(DEAL, view, [capture])).to.equal(true);
      await clock.tickAsync(1_999);
      expect(await executor.execute(DEAL, view, [capture])).to.equal(true);
      expect(log).to.deep.equal([]);
      await clock.tickAsync(1);
      await executor.execute(DEAL, view, [capture]);
      expect(log).to.deep.equal([`requeue ${DEAL}`, 'capture']);
    }));

  it('a bank whose turn it is captures at once', () =>
    onScene(async ({ executor, log }) => {
      await executor.execute(DEAL, view, [{ ...capture, othersFirst: false }]);
      expect(log).to.deep.equal(['capture']);
    }));

  it('a delivery is recorded once', () =>
    onScene(async ({ executor, log }) => {
      await executor.execute(DEAL, view, [{ action: 'recordDelivery' }]);
      await executor.execute(DEAL, view, [{ action: 'recordDelivery' }]);
      expect(log).to.deep.equal(['recordDelivery']);
    }));

  it('a credit’s account is marked for posting before the credit is sent', () =>
    onScene(async ({ executor, log }) => {
      await executor.execute(DEAL, view, [{ action: 'credit', payment: PAYMENT, payee: 'seller' }]);
      expect(log).to.deep.equal(['expect 20bb', 'credit', 'credited 20bb']);
    }));

  it('a capture and a void name the payer’s account, which no two transactions in flight may write', () =>
    onScene(async ({ executor, locks }) => {
      const held = dealView({ payments: [{ id: PAYMENT, status: 'held' }] });
      await executor.execute(DEAL, held, [{ ...capture, othersFirst: false }]);
      await executor.execute(DEAL, held, [{ action: 'voidPayment', payment: PAYMENT }]);
      expect(locks).to.deep.equal(['account/20bb', 'account/20bb']);
      expect(conflictKeys({ action: 'deposit', params: { account: '20bb' } })).to.deep.equal([
        'account/20bb',
      ]);
    }));

  it('a refused action is reported, so that the deal is processed again', () =>
    onScene(async (scene) => {
      scene.refuse = 'NOT_DUE';
      const done = await scene.executor.execute(DEAL, view, [{ ...capture, othersFirst: false }]);
      expect(done).to.equal(false);
    }));
});
