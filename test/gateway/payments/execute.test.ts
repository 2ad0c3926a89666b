// A bank records each fact of a deal once; credits are expected before they are sent; refusals are reported.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { Command, CommandResult } from '../../../chaincode/protocol/commands.js';
import type { CreditPosting } from '../../../gateway/accounts/credit-posting.js';
import { LinkedAccounts } from '../../../gateway/accounts/linked-accounts.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
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
  readonly sent: Command[];
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
        scene.sent.push(...commands);
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
        log: silentLog,
      });
      const scene: Scene = { clock, executor, log, locks: [], sent: [], refuse: null };
      await run(scene);
    } finally {
      clock.restore();
    }
  });
}

describe('payment executor', () => {
  const view = dealView({ credits: [{ payee: 'seller' }] });
  const capture = { action: 'capture', payment: PAYMENT } as const;

  const facts = { full: true, moved: false, delivered: false, accepted: false, conceded: false };
  const record = {
    action: 'recordDeal',
    facts,
    payments: [PAYMENT],
    acceptance: null,
    concession: null,
  } as const;

  it('each fact is recorded once, and the other banks’ payments are named only until the price was recorded', () =>
    onScene(async ({ executor, log, sent }) => {
      await executor.execute(DEAL, view, [record]);
      await executor.execute(DEAL, view, [record]);
      expect(log).to.deep.equal(['recordDeal']);
      const moved = { ...record, facts: { ...facts, moved: true } };
      await executor.execute(DEAL, view, [moved, capture]);
      expect(log).to.deep.equal(['recordDeal', 'recordDeal', 'capture']);
      expect(sent.map(({ params }) => params?.['payments'])).to.deep.equal([[PAYMENT], [], undefined]);
    }));

  it('what the ledger refused is recorded again with the next try', () =>
    onScene(async (scene) => {
      await scene.executor.execute(DEAL, view, [record]);
      scene.refuse = 'NOT_FULL';
      await scene.executor.execute(DEAL, view, [record, capture]);
      scene.refuse = null;
      await scene.executor.execute(DEAL, view, [record, capture]);
      expect(scene.log).to.deep.equal(['recordDeal', 'capture', 'recordDeal', 'capture']);
    }));

  it('a credit’s account is marked for posting before the credit is sent', () =>
    onScene(async ({ executor, log }) => {
      await executor.execute(DEAL, view, [{ action: 'credit', payment: PAYMENT, payee: 'seller' }]);
      expect(log).to.deep.equal(['expect 20bb', 'credit', 'credited 20bb']);
    }));

  it('a capture and a void name the payer’s account, which no two transactions in flight may write', () =>
    onScene(async ({ executor, locks }) => {
      const held = dealView({ payments: [{ id: PAYMENT, status: 'held' }] });
      await executor.execute(DEAL, held, [capture]);
      await executor.execute(DEAL, held, [{ action: 'voidPayment', payment: PAYMENT }]);
      expect(locks).to.deep.equal(['account/20bb', 'account/20bb']);
      expect(conflictKeys({ action: 'deposit', params: { account: '20bb' } })).to.deep.equal([
        'account/20bb',
      ]);
    }));

  it('a refused action is reported, so that the deal is processed again', () =>
    onScene(async (scene) => {
      scene.refuse = 'NOT_DUE';
      const done = await scene.executor.execute(DEAL, view, [capture]);
      expect(done).to.equal(false);
    }));
});
