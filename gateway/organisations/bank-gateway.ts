// Puts a bank's own parts together: simulated core, fake phone, codes, sealed mail, links, decisions, posting.
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import { CreditPosting } from '../accounts/credit-posting.js';
import { CustomerLinks } from '../accounts/customer-links.js';
import { LinkedAccounts } from '../accounts/linked-accounts.js';
import { OneTimeCodes } from '../accounts/one-time-codes.js';
import { OperationIds } from '../accounts/operation-ids.js';
import { SealedMail } from '../accounts/sealed-mail.js';
import type { Clock } from '../clock.js';
import { FakePhone } from '../core-bank/simulator/fake-phone.js';
import { SimulatedBank } from '../core-bank/simulator/simulated-bank.js';
import type { AdminRoutes } from '../http/admin/admin-server.js';
import { bankRoutes } from '../http/admin/bank-routes.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { PaymentDecisions } from '../payments/decide.js';
import { PaymentExecutor } from '../payments/execute.js';
import { OneTimeCodeFile } from '../store/files/one-time-code-file.js';
import { PendingPostingFile } from '../store/files/pending-posting-file.js';
import type { GeneratedValues } from '../store/generated-values.js';
import { ledgerSecret } from '../store/ledger-secret.js';
import type { WorkerSubmitter } from '../worker/submitter.js';

export interface BankGatewayOptions {
  readonly bank: string;
  readonly dataDir: string;
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly values: GeneratedValues;
  readonly clock: Clock;
  readonly log: Logger;
  readonly simulator: {
    readonly codeLifeMs: number;
    readonly answerAfterMs: number;
    readonly answerLimitMs: number;
  };
  /** Has a deal processed again. */
  readonly requeue: (deal: string) => void;
  readonly signal: AbortSignal;
}

export interface BankGateway {
  readonly payments: PaymentExecutor;
  readonly routes: AdminRoutes;
  /** Goes on with what an earlier process left. */
  start(): void;
  close(): Promise<void>;
}

/** Credits of one account that come within this time are posted together. */
const POSTING_GATHER_MS = 250;

export async function makeBankGateway(options: BankGatewayOptions): Promise<BankGateway> {
  const { bank, ledger, submitter, clock, log, values, simulator: limits, requeue, signal } = options;
  const stores = await openStores(options);
  const { phone, simulator, postings } = stores;
  const mail = await SealedMail.withStoredKey(bank, values);
  const codes = new OneTimeCodes({ records: stores.codes, secret: await codeSecret(values), clock });
  const operationIds = new OperationIds(values);
  const accounts = new LinkedAccounts(ledger);
  const gatherMs = POSTING_GATHER_MS;
  const posting = await CreditPosting.open({
    ...{ postings, ledger, submitter, operationIds, clock, log, gatherMs },
  });
  const decisions = new PaymentDecisions({
    ...{ ledger, submitter, accounts, codes, phone, operationIds, clock, log, limits, requeue, signal },
    core: simulator,
  });
  const links = new CustomerLinks({
    ...{ bank, ledger, submitter, accounts, codes, phone, mail, clock },
    codeLifeMs: limits.codeLifeMs,
    codeHash: (code, link) => linkCodeHash({ code, link }),
  });
  return {
    payments: new PaymentExecutor({
      ...{ accounts, submitter, operationIds, decisions, posting, clock, log, requeue },
    }),
    routes: bankRoutes({ bank, ledger, mail, codes, phone, simulator, links, operationIds }),
    start: () => {
      posting.start();
    },
    close: async () => {
      posting.stop();
      await Promise.all([postings.close(), stores.codes.close(), phone.close(), simulator.close()]);
    },
  };
}

/** A key of its own for codes, so that their stored hashes say nothing about the ledger's private keys. */
async function codeSecret(values: GeneratedValues): Promise<Buffer> {
  return createHmac('sha256', await ledgerSecret(values))
    .update('one-time codes')
    .digest();
}

async function openStores({ dataDir, clock, simulator }: BankGatewayOptions) {
  const { answerAfterMs } = simulator;
  return {
    codes: await OneTimeCodeFile.open(join(dataDir, 'codes.jsonl')),
    postings: await PendingPostingFile.open(join(dataDir, 'credited-accounts.jsonl')),
    phone: await FakePhone.open(join(dataDir, 'fake-phone.jsonl'), clock),
    simulator: await SimulatedBank.open({
      path: join(dataDir, 'simulated-bank.jsonl'),
      ...{ answerAfterMs, clock },
    }),
  };
}
