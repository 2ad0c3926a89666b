// Puts a bank's own parts together: its core, codes, sealed mail, links, decisions, posting, and the door for partners.
import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { AskingLimits } from '../accounts/asking-limits.js';
import { BalanceQuestions } from '../accounts/balance-questions.js';
import { CreditPosting } from '../accounts/credit-posting.js';
import { CustomerLinks } from '../accounts/customer-links.js';
import { HolderCodes } from '../accounts/holder-codes.js';
import { LinkedAccounts } from '../accounts/linked-accounts.js';
import { OneTimeCodes } from '../accounts/one-time-codes.js';
import { OperationIds } from '../accounts/operation-ids.js';
import { SealedMail } from '../accounts/sealed-mail.js';
import { SignedQuestions } from '../accounts/signed-questions.js';
import { LoggedAlarms } from '../alarms.js';
import { ApiKeys } from '../api-keys/api-keys.js';
import type { Clock } from '../clock.js';
import { type CoreAddress, CoreHttp } from '../core-bank/core-http.js';
import { HttpBank } from '../core-bank/http-bank.js';
import { SimulatorClient } from '../core-bank/simulator-client.js';
import type { AdminRoutes } from '../http/admin/admin-server.js';
import { bankRoutes } from '../http/admin/bank-routes.js';
import { bankHandlers } from '../http/partner/bank-handlers.js';
import type { BankHandlersOptions } from '../http/web/handlers/bank.js';
import type { LedgerBlock, LedgerClient } from '../ledger/ledger-client.js';
import { PaymentAuthorisations } from '../payments/authorisations.js';
import { PaymentDecisions } from '../payments/decide.js';
import { PaymentExecutor } from '../payments/execute.js';
import { PartnerReads } from '../payments/partner-reads.js';
import { SellerNames } from '../payments/payee-names.js';
import { PayerCodes } from '../payments/payer-codes.js';
import { WaitingCredits } from '../payments/waiting-credits.js';
import type { Member, PartnerDoorConfig } from '../protocol/gateway-config.js';
import type { GeneratedValues } from '../store/generated-values.js';
import { ledgerSecret } from '../store/ledger-secret.js';
import { ApiKeyTable } from '../store/postgres/api-key-table.js';
import { BankNoteTable } from '../store/postgres/bank-note-table.js';
import { CodeBudgetTable } from '../store/postgres/code-budget-table.js';
import type { Database } from '../store/postgres/database.js';
import { OneTimeCodeTable } from '../store/postgres/one-time-code-table.js';
import { PendingPostingTable } from '../store/postgres/pending-posting-table.js';
import { CleanUp } from '../worker/clean-up.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import { openPartnerDoor } from './partner-door.js';

export interface BankGatewayOptions {
  readonly bank: string;
  readonly channel: string;
  readonly members: readonly Member[];
  readonly database: Database;
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly values: GeneratedValues;
  readonly clock: Clock;
  readonly log: Logger;
  readonly coreAddress: CoreAddress;
  /** The core is a simulated one, whose switches and phones the operator has. */
  readonly isDemo: boolean;
  /** Null: no partner comes in here. */
  readonly partnerDoor: PartnerDoorConfig | null;
  readonly limits: { readonly codeLifeMs: number; readonly answerLimitMs: number };
  /** Has a deal processed again. */
  readonly requeue: (deal: string) => void;
  readonly signal: AbortSignal;
}

export interface BankGateway {
  readonly payments: Pick<PaymentExecutor, 'execute'>;
  readonly routes: AdminRoutes;
  /** What its operators' web endpoints need. */
  readonly operatorParts: OperatorParts;
  /** Where partners come in; null: nowhere. */
  readonly partnerPort: number | null;
  /** Goes on with what an earlier process left. */
  start(): void;
  /** To be called for each block: where this bank has published something new, credits may go on. */
  take(block: LedgerBlock): void;
  stop(): Promise<void>;
}

export type OperatorParts = Pick<
  BankHandlersOptions,
  'bank' | 'sealingKey' | 'operationIds' | 'customers' | 'switchesLink' | 'apiKeys' | 'waitingCredits'
>;

/** Credits of one account that come within this time are posted together. */
const POSTING_GATHER_MS = 250;
/**
 * Counts of tries and codes live as long after a code's end: then no payment waits for it any more, and five further
 * codes for a link help nobody to guess.
 */
const CODES_KEPT_MS = 30 * 86_400_000;
/** By then every count has worn away. */
const BUDGETS_KEPT_MS = 30 * 86_400_000;

export async function makeBankGateway(options: BankGatewayOptions): Promise<BankGateway> {
  const { bank, ledger, submitter, clock, log, values, limits, requeue, signal } = options;
  const stores = storesIn(options.database);
  const http = new CoreHttp(options.coreAddress);
  const core = new HttpBank(http);
  const operationIds = new OperationIds(values);
  const accounts = new LinkedAccounts(ledger);
  const parts = { ...options, ...stores, core, operationIds, accounts };
  const asking = await askingParts(parts);
  const { mail, codes, payerCodes, links, authorisations } = asking;
  const posting = await CreditPosting.open({
    ...{ postings: stores.postings, ledger, submitter, operationIds, clock, log },
    gatherMs: POSTING_GATHER_MS,
  });
  const decisions = new PaymentDecisions({
    ...{ ledger, submitter, accounts, codes, payerCodes, core, operationIds, notes: stores.notes },
    ...{ clock, log, limits, requeue, signal },
  });
  const cleanUp = new CleanUp({
    jobs: [
      (now) => stores.codes.removeExpired(now - CODES_KEPT_MS),
      (now) => stores.budgets.removeOlder(now - BUDGETS_KEPT_MS),
    ],
    ...{ clock, log },
  });
  const simulator = options.isDemo ? new SimulatorClient(http) : null;
  const waitingCredits = new WaitingCredits();
  const reads = new PartnerReads({ bank, ledger, authorisations, operationIds, waitingCredits, clock });
  const apiKeys = new ApiKeys(stores.apiKeys, clock);
  const handlers = bankHandlers({ ...asking, reads });
  const door =
    options.partnerDoor === null
      ? null
      : await openPartnerDoor(options.partnerDoor, { ...asking, apiKeys, handlers });
  return {
    payments: waitingCredits.sparing(
      new PaymentExecutor({
        ...{ accounts, operationIds, decisions, posting, log },
        submitter: waitingCredits.noticing(submitter),
      }),
    ),
    routes: bankRoutes({ bank, ledger, mail, authorisations, simulator, links, operationIds }),
    operatorParts: {
      ...{ bank, sealingKey: mail.publicKey(), operationIds, customers: core, apiKeys, waitingCredits },
      switchesLink: async () => (simulator === null ? null : simulator.switchesLink()),
    },
    partnerPort: door?.port ?? null,
    take: (block) => {
      if (changesRow(block, rowKey('bank', bank))) waitingCredits.release().forEach(requeue);
    },
    start: () => {
      posting.start();
      cleanUp.start();
    },
    stop: async () => {
      await door?.close();
      posting.stop();
      cleanUp.stop();
    },
  };
}

function changesRow({ transactions }: LedgerBlock, key: string): boolean {
  return transactions.some(({ event }) => event.results.some(({ rows }) => Object.hasOwn(rows, key)));
}

type Parts = BankGatewayOptions &
  Stores & {
    readonly core: HttpBank;
    readonly operationIds: OperationIds;
    readonly accounts: LinkedAccounts;
  };

/** Everything that sends codes and judges what comes back. */
async function askingParts(parts: Parts) {
  const { bank, channel, members, values, clock, log, signal, core, limits: times } = parts;
  const { codeLifeMs } = times;
  const alarms = new LoggedAlarms(log);
  const mail = await SealedMail.withStoredKey(bank, values);
  const limits = new AskingLimits(parts.budgets, clock);
  const codes = new OneTimeCodes({ records: parts.codes, limits, secret: await codeSecret(values), clock });
  const holderCodes = new HolderCodes({ codes, limits, phone: core, clock, signal });
  const questions = new SignedQuestions({ bank, channel, mail, clock, alarms });
  const marketplace = members.find(({ kind }) => kind === 'marketplace')?.name ?? '';
  const sellers = new SellerNames();
  const memberName = (mspId: string): string =>
    members.find((member) => member.mspId === mspId)?.name ?? mspId;
  const payerCodes = new PayerCodes({ holderCodes, sellers, memberName, limits: times });
  const shared = { ...parts, mail, limits, codes, holderCodes, questions, marketplace, alarms, codeLifeMs };
  const links = new CustomerLinks({
    ...shared,
    phone: core,
    codeHash: (code, link) => linkCodeHash({ code, link }),
  });
  const balances = new BalanceQuestions(shared);
  const authorisations = new PaymentAuthorisations({ ...shared, payerCodes });
  return { alarms, mail, codes, payerCodes, links, balances, authorisations, sellers, log };
}

/** A key of its own for codes, so that their stored hashes say nothing about the ledger's private keys. */
async function codeSecret(values: GeneratedValues): Promise<Buffer> {
  return createHmac('sha256', await ledgerSecret(values))
    .update('one-time codes')
    .digest();
}

type Stores = ReturnType<typeof storesIn>;

function storesIn(database: Database) {
  return {
    codes: new OneTimeCodeTable(database),
    budgets: new CodeBudgetTable(database),
    apiKeys: new ApiKeyTable(database),
    notes: new BankNoteTable(database.query),
    postings: new PendingPostingTable(database),
  };
}
