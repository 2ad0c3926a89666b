// Duty: a bank waits its turn to capture, but for no absent bank; it notes a delivery once; refusals are told.
// Must not: wait; the clock is sinon's.
import { join } from 'node:path';
import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import type { Command, CommandResult } from '../../../chaincode/protocol/commands.js';
import { AccountHolders } from '../../../gateway/bank/account-holders.js';
import { locksOf } from '../../../gateway/ledger/command-rules.js';
import type { Outcome } from '../../../gateway/ledger/ledger-client.js';
import { MadeValues } from '../../../gateway/store/made-values.js';
import { BankDuties } from '../../../gateway/workers/bank-duties.js';
import { systemClock } from '../../../gateway/workers/clock.js';
import type { CreditPosting } from '../../../gateway/workers/credit-posting.js';
import { KeptOperations } from '../../../gateway/workers/kept-operations.js';
import type { PaymentAnswers } from '../../../gateway/workers/payment-answers.js';
import { DEAL, dealView } from '../support/deal-views.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const PAYMENT = 'payment_00000001';

interface Scene {
  readonly clock: SinonFakeTimers;
  readonly duties: BankDuties;
  /** What happened, in order. */
  readonly log: string[];
  /** Rows that were named beside the commands. */
  readonly rows: string[];
  refuse: string | null;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  try {
    await inTemporaryFolder(async (folder) => {
      const values = await MadeValues.open(join(folder, 'values'));
      const log: string[] = [];
      const own = (
        commands: readonly Command[],
        rows: readonly string[] = [],
      ): Promise<readonly Outcome[]> => {
        scene.rows.push(...rows);
        log.push(...commands.map(({ action }) => action));
        const result: CommandResult =
          scene.refuse === null ? { ok: true, id: DEAL } : { ok: false, id: DEAL, code: scene.refuse };
        return Promise.resolve(commands.map(() => ({ ...result, txId: 'tx', block: 1 })));
      };
      const posting: Pick<CreditPosting, 'expect' | 'credited'> = {
        expect: (account) => Promise.resolve(void log.push(`expect ${account}`)),
        credited: (account) => void log.push(`credited ${account}`),
      };
      const ledger = fakeLedger({ privately: (() => Promise.resolve({ account: '20bb' })) as never });
      const duties = new BankDuties({
        holders: new AccountHolders(ledger),
        sending: { own, agree: own },
        kept: new KeptOperations(values),
        answers: { consider: () => log.push('consider') } as unknown as PaymentAnswers, // a class with private members
        posting: posting as CreditPosting, // likewise
        ...{ clock: systemClock, log: silentLog, again: (deal) => log.push(`again ${deal}`) },
      });
      const scene: Scene = { clock, duties, log, rows: [], refuse: null };
      await run(scene);
      await values.close();
    });
  } finally {
    clock.restore();
  }
}

describe('bank duties', () => {
  const view = dealView({ credits: [{ payee: 'seller' }] });
  const capture = { step: 'capture', payment: PAYMENT, othersFirst: true } as const;

  it('a bank lets another capture first, and is called again when that took too long', () =>
    onScene(async ({ duties, clock, log }) => {
      expect(await duties.run(DEAL, view, [capture])).to.equal(true);
      await clock.tickAsync(1_999);
      expect(await duties.run(DEAL, view, [capture])).to.equal(true);
      expect(log).to.deep.equal([]);
      await clock.tickAsync(1);
      await duties.run(DEAL, view, [capture]);
      expect(log).to.deep.equal([`again ${DEAL}`, 'capture']);
    }));

  it('a bank whose turn it is captures at once', () =>
    onScene(async ({ duties, log }) => {
      await duties.run(DEAL, view, [{ ...capture, othersFirst: false }]);
      expect(log).to.deep.equal(['capture']);
    }));

  it('a delivery is noted once', () =>
    onScene(async ({ duties, log }) => {
      await duties.run(DEAL, view, [{ step: 'recordDelivery' }]);
      await duties.run(DEAL, view, [{ step: 'recordDelivery' }]);
      expect(log).to.deep.equal(['recordDelivery']);
    }));

  it('a credit’s account is marked for posting before the credit is sent', () =>
    onScene(async ({ duties, log }) => {
      await duties.run(DEAL, view, [{ step: 'credit', payment: PAYMENT, payee: 'seller' }]);
      expect(log).to.deep.equal(['expect 20bb', 'credit', 'credited 20bb']);
    }));

  it('a capture and a void name the payer’s account, which no two transactions in flight may write', () =>
    onScene(async ({ duties, rows }) => {
      const held = dealView({ payments: [{ id: PAYMENT, status: 'held' }] });
      await duties.run(DEAL, held, [{ ...capture, othersFirst: false }]);
      await duties.run(DEAL, held, [{ step: 'voidPayment', payment: PAYMENT }]);
      expect(rows).to.deep.equal(['account/20bb', 'account/20bb']);
      expect(locksOf({ action: 'deposit', params: { account: '20bb' } })).to.deep.equal(['account/20bb']);
    }));

  it('a refused step is told, so that the deal is looked at again', () =>
    onScene(async (scene) => {
      scene.refuse = 'NOT_DUE';
      const done = await scene.duties.run(DEAL, view, [{ ...capture, othersFirst: false }]);
      expect(done).to.equal(false);
    }));
});
