// A bank that decides a payment in a test: its stores in a database, its core and phones, a ledger whose answers the
// test sets, and time that the test moves.
import { join } from 'node:path';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { Command, CommandResult } from '../../../chaincode/protocol/commands.js';
import type { DealView } from '../../../chaincode/protocol/queries.js';
import { Phones } from '../../../demo/core/phones.js';
import { SimulatedCore } from '../../../demo/core/simulated-core.js';
import { AskingLimits } from '../../../gateway/accounts/asking-limits.js';
import { HolderCodes } from '../../../gateway/accounts/holder-codes.js';
import { LinkedAccounts } from '../../../gateway/accounts/linked-accounts.js';
import { OneTimeCodes } from '../../../gateway/accounts/one-time-codes.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { systemClock } from '../../../gateway/clock.js';
import { PaymentDecisions } from '../../../gateway/payments/decide.js';
import { SellerNames } from '../../../gateway/payments/payee-names.js';
import { PayerCodes } from '../../../gateway/payments/payer-codes.js';
import { paymentCodeFacts, paymentSubject } from '../../../gateway/payments/payment-codes.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { BankNoteTable } from '../../../gateway/store/postgres/bank-note-table.js';
import { CodeBudgetTable } from '../../../gateway/store/postgres/code-budget-table.js';
import { OneTimeCodeTable } from '../../../gateway/store/postgres/one-time-code-table.js';
import type { CodeMessage } from '../../../gateway/protocol/core.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { ANSWER_TIME_MS, BOUGHT_AT, dealTerms, dealView, paymentView } from '../support/deal-views.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { eventually } from '../support/eventually.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';
import { inDatabase } from '../../support/database.js';

export const PAYMENT = 'payment_00000001';
export const NOW = BOUGHT_AT + 1_000;
export const ACCOUNT = '10011111111111100';
const CONFIRMED = { person: 'person_alice000', keyThumbprint: '0'.repeat(64), currency: 'RUB' };
export const ok: CommandResult = { ok: true, id: PAYMENT };

interface Branch {
  readonly decisions: PaymentDecisions;
  readonly codes: OneTimeCodes;
  readonly phone: Phones;
  readonly core: SimulatedCore;
  readonly operationIds: OperationIds;
  readonly stop: AbortController;
}

export interface Scene {
  readonly clock: SinonFakeTimers;
  /** answerPayment parameters that were sent, in order. */
  readonly sent: Command['params'][];
  /** Locks that were named beside them. */
  readonly locks: string[];
  readonly requeued: string[];
  /** What was sent in the agreement lane. */
  readonly admitted: Command[];
  readonly branch: Branch;
  /** A new process on the same database. */
  readonly reopen: () => Promise<Branch>;
  reply: (command: Command) => CommandResult;
  /** Messages do not go out. */
  providerFails: boolean;
  failedMessages: number;
  tried: CommandResult;
  /** What the ledger says of the deal when it is asked. */
  deal: DealView;
}

export const sketch = {
  id: PAYMENT,
  amount: '500000',
  fee: '7500',
  arrivedAt: NOW,
  answerBy: NOW + ANSWER_TIME_MS,
} as const;
export const view = dealView({ payments: [sketch] });
export const unadmitted = dealView({ payments: [{ ...sketch, admission: null }] });
export const facts = paymentCodeFacts(paymentView(sketch).row, dealTerms());

export async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inTemporaryFolder((folder) => inDatabase((database) => onSceneIn(folder, database, run)));
}

async function onSceneIn(
  folder: string,
  database: Database,
  run: (scene: Scene) => Promise<void>,
): Promise<void> {
  {
    const clock = useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const open: Branch[] = [];
      const scene: Scene = {
        clock,
        sent: [],
        locks: [],
        requeued: [],
        admitted: [],
        reply: () => ok,
        providerFails: false,
        failedMessages: 0,
        tried: ok,
        deal: unadmitted,
        reopen: () => {
          const branch = openBranch(folder, database, scene);
          open.push(branch);
          return Promise.resolve(branch);
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
      }
    } finally {
      clock.restore();
    }
  }
}

function openBranch(folder: string, database: Database, scene: Scene): Branch {
  const secret = Buffer.alloc(32, 1);
  const records = new OneTimeCodeTable(database);
  const clock = systemClock;
  const limits = new AskingLimits(new CodeBudgetTable(database), clock);
  const codes = new OneTimeCodes({ records, limits, secret, clock });
  const phone = Phones.open(join(folder, 'phones'));
  const core = SimulatedCore.open({ path: join(folder, 'core'), answerAfterMs: 0 });
  const values = new GeneratedValueTable(database);
  const submit: WorkerSubmitter['submit'] = (lane, commands, locks = []) => {
    scene.locks.push(...locks);
    if (lane === 'agreement') scene.admitted.push(...commands);
    else scene.sent.push(...commands.map(({ params }) => params));
    return Promise.resolve(commands.map((command) => ({ ...scene.reply(command), txId: 'tx', block: 1 })));
  };
  const stop = new AbortController();
  const sending = {
    send: (holder: string, message: CodeMessage) => {
      if (!scene.providerFails) return phone.send(holder, message);
      scene.failedMessages += 1;
      return Promise.reject(new Error('the provider is away'));
    },
  };
  const holderCodes = new HolderCodes({ codes, limits, phone: sending, clock, signal: stop.signal });
  const payerCodes = new PayerCodes({
    ...{ holderCodes, sellers: new SellerNames(), memberName: () => 'Marketplace' },
    limits: { codeLifeMs: 300_000, answerLimitMs: 4_000 },
  });
  const ledger = fakeLedger({
    queryPrivate: (({ about }: { about: string }) =>
      Promise.resolve(
        about === 'link' ? { account: ACCOUNT, confirmed: CONFIRMED } : { holder: 'holder-1' },
      )) as never,
    dryRun: () => Promise.resolve([scene.tried]),
    deal: () => Promise.resolve(scene.deal),
  });
  const operationIds = new OperationIds(values);
  const decisions = new PaymentDecisions({
    ...{ ledger, codes, payerCodes, core },
    accounts: new LinkedAccounts(ledger),
    submitter: { submit },
    operationIds,
    notes: new BankNoteTable(database.query),
    clock: systemClock,
    log: silentLog,
    limits: { answerLimitMs: 4_000 },
    requeue: (deal) => scene.requeued.push(deal),
    signal: stop.signal,
  });
  return { decisions, codes, phone, core, operationIds, stop };
}

export async function codeOnPhone(scene: Scene, branch = scene.branch): Promise<string> {
  await eventually(scene.clock, async () => {
    return (await branch.codes.record(paymentSubject(PAYMENT)))?.delivery === 'sent';
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
