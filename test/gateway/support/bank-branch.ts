// A bank's side of codes, links and questions on a ledger that the test fills: alice has one account at Bank A
// (10), with one link asked and one confirmed, and a payment into the usual deal.
import { join } from 'node:path';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { keyThumbprint, type Intent } from '../../../chaincode/protocol/intent.js';
import { linkCodeHash } from '../../../chaincode/protocol/link-code.js';
import type { Command } from '../../../chaincode/protocol/commands.js';
import type { DealView, OperationView, PrivateQuery } from '../../../chaincode/protocol/queries.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { Phones } from '../../../demo/core/phones.js';
import { AskingLimits } from '../../../gateway/accounts/asking-limits.js';
import { BalanceQuestions } from '../../../gateway/accounts/balance-questions.js';
import { CustomerLinks } from '../../../gateway/accounts/customer-links.js';
import { HolderCodes } from '../../../gateway/accounts/holder-codes.js';
import { LinkedAccounts } from '../../../gateway/accounts/linked-accounts.js';
import { OneTimeCodes } from '../../../gateway/accounts/one-time-codes.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { SealedMail } from '../../../gateway/accounts/sealed-mail.js';
import { SignedQuestions } from '../../../gateway/accounts/signed-questions.js';
import { LoggedAlarms } from '../../../gateway/alarms.js';
import { systemClock } from '../../../gateway/clock.js';
import { LedgerRejected } from '../../../gateway/ledger/ledger-errors.js';
import { PaymentAuthorisations } from '../../../gateway/payments/authorisations.js';
import { PartnerReads } from '../../../gateway/payments/partner-reads.js';
import { SellerNames } from '../../../gateway/payments/payee-names.js';
import { PayerCodes } from '../../../gateway/payments/payer-codes.js';
import type { PhoneMessage } from '../../../gateway/protocol/admin.js';
import type { AnyAuthoriseRequest } from '../../../gateway/protocol/authorise.js';
import type { CommandRequest } from '../../../gateway/sdk/request.js';
import type { PersonAction } from '../../../chaincode/protocol/commands.js';
import { type KeyPair, makeKeyPair, signerOf } from '../../../gateway/sdk/keys.js';
import type { SealingBank } from '../../../gateway/sdk/sealing.js';
import { intentBody, signIntent } from '../../../gateway/sdk/sign.js';
import { CodeBudgetTable } from '../../../gateway/store/postgres/code-budget-table.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { OneTimeCodeTable } from '../../../gateway/store/postgres/one-time-code-table.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { WaitingCredits } from '../../../gateway/payments/waiting-credits.js';
import { inDatabase } from '../../support/database.js';
import { DEAL, dealView } from './deal-views.js';
import { fakeLedger } from './fake-ledger.js';
import { silentLog } from './silent-log.js';
import { inTemporaryFolder } from './temporary-folder.js';

export const CHANNEL = 'escrow';
export const BANK_ID = '10';
export const MARKETPLACE = 'MarketplaceMSP';
export const ALICE = 'person_alice000';
export const HOLDER = 'holder-1';
export const ACCOUNT = '10011111111111100';
/** Waits for a code. */
export const ASKED_LINK = 'link_asked000';
/** Confirmed, with alice's key. */
export const LINK = 'link_alice000';
export const PAYMENT = 'payment_00000001';

const CODE_LIFE_MS = 300_000;

/** What the test may change while it goes on. */
export interface LedgerWorld {
  deal: DealView;
  operations: readonly OperationView[];
  /** Links that are asked beside the usual one; all with alice's key. */
  readonly moreLinks: string[];
}

export type BankBranch = Awaited<ReturnType<typeof openBranch>>;

/** Runs with an open branch in a database and a folder of its own. */
export function atBranch(run: (branch: BankBranch) => Promise<void>): Promise<void> {
  return inTemporaryFolder((folder) =>
    inDatabase(async (database) => {
      await run(await openBranch({ folder, database, key: await makeKeyPair() }));
    }),
  );
}

export async function openBranch(of: {
  readonly folder: string;
  readonly database: Database;
  readonly key: KeyPair;
}) {
  const { folder, database, key } = of;
  const clock = systemClock;
  const stop = new AbortController();
  const requeued: string[] = [];
  const requeue = (deal: string): number => requeued.push(deal);
  const sent: Command[] = [];
  const submitter: WorkerSubmitter = {
    submit: (_lane, commands) => {
      sent.push(...commands);
      return Promise.resolve(
        commands.map(() => ({ ok: true, id: ASKED_LINK, txId: 'tx', block: 1 }) as const),
      );
    },
  };
  const world: LedgerWorld = { deal: usualDeal(), operations: [], moreLinks: [] };
  const ledger = ledgerOf(world, keyThumbprint(key.publicKey));
  const values = new GeneratedValueTable(database);
  const alarms = new LoggedAlarms(silentLog);
  const mail = await SealedMail.withStoredKey(BANK_ID, values);
  const limits = new AskingLimits(new CodeBudgetTable(database), clock);
  const records = new OneTimeCodeTable(database);
  const codes = new OneTimeCodes({ records, limits, secret: Buffer.alloc(32, 3), clock });
  const phones = Phones.open(join(folder, 'phones'));
  const holderCodes = new HolderCodes({ codes, limits, phone: phones, clock, signal: stop.signal });
  const questions = new SignedQuestions({ bank: BANK_ID, channel: CHANNEL, mail, clock, alarms });
  const sellers = new SellerNames();
  const payerCodes = new PayerCodes({
    ...{ holderCodes, sellers, memberName: () => 'Marketplace' },
    limits: { codeLifeMs: CODE_LIFE_MS, answerLimitMs: 5_000 },
  });
  const operationIds = new OperationIds(values);
  const accounts = new LinkedAccounts(ledger);
  const shared = {
    ...{ bank: BANK_ID, marketplace: 'Marketplace', ledger, submitter, accounts, codes, holderCodes, limits },
    ...{ questions, phone: phones, mail, clock, log: silentLog, alarms, codeLifeMs: CODE_LIFE_MS },
    ...{ payerCodes, operationIds, requeue },
  };
  const authorisations = new PaymentAuthorisations(shared);
  const bank: SealingBank = { id: BANK_ID, sealingKey: mail.publicKey() };
  return {
    ...{
      world,
      sent,
      requeued,
      phones,
      codes,
      alarms,
      mail,
      bank,
      ledger,
      sellers,
      payerCodes,
      operationIds,
      authorisations,
    },
    links: new CustomerLinks({ ...shared, codeHash: (code, link) => linkCodeHash({ code, link }) }),
    balances: new BalanceQuestions(shared),
    reads: new PartnerReads({ ...shared, authorisations, waitingCredits: new WaitingCredits() }),
    stop,
    /** Signed by alice, or by another's key in her name. */
    sign: (request: AnyAuthoriseRequest | CommandRequest<PersonAction>, by: KeyPair = key) =>
      signAs(by, request),
    /** Sends the payment's first code, as the bank's worker does. */
    sendPaymentCode: async () => {
      const [payment] = world.deal.payments;
      const terms = world.deal.terms?.terms;
      if (payment === undefined || terms === undefined) throw new Error('there is no payment');
      await (
        await payerCodes.send({ payment, terms }, { holder: HOLDER })
      ).sent;
    },
    newestMessage: async (): Promise<PhoneMessage> => {
      const newest = (await phones.messages(HOLDER, 0, 0)).at(-1);
      if (newest === undefined) throw new Error('the phone has no message');
      return newest;
    },
  };
}

async function signAs(
  key: KeyPair,
  request: AnyAuthoriseRequest | CommandRequest<PersonAction>,
): Promise<Intent> {
  const context = { channel: CHANNEL, person: ALICE, now: Date.now() };
  return signIntent(await signerOf(key), intentBody(context, request));
}

/** A payment of alice's that was admitted just now. */
export function usualDeal(): DealView {
  const now = Date.now();
  const payment = { id: PAYMENT, amount: '500000', fee: '7500', arrivedAt: now };
  return dealView({
    payments: [{ ...payment, answerBy: now + 600_000 }],
    terms: { answerTimeMs: 600_000 },
  });
}

function ledgerOf(world: LedgerWorld, thumbprint: string) {
  const link = {
    v: 1,
    owner: 'BankAMSP',
    bank: BANK_ID,
    person: ALICE,
    currency: 'RUB',
    keyThumbprint: thumbprint,
  };
  const bankRow = { id: BANK_ID, tariff: { usualBasisPoints: 150, toBank: {} }, tariffSince: 5 };
  const rowOf = (name: string): unknown => {
    if (name === rowKey('person', ALICE)) return { id: ALICE, owner: MARKETPLACE };
    if (name === rowKey('bank', BANK_ID)) return bankRow;
    if (name === rowKey('terms', DEAL)) return termsIn(world.deal);
    if (name === rowKey('link', LINK)) return { ...link, id: LINK, status: 'active' };
    const asked = [ASKED_LINK, ...world.moreLinks].find((id) => name === rowKey('link', id));
    return asked === undefined ? null : { ...link, id: asked, status: 'asked' };
  };
  const privately = (query: PrivateQuery): Promise<unknown> => {
    if (query.about === 'operations') return Promise.resolve(world.operations);
    if (query.about === 'link') {
      return Promise.resolve(query.link === LINK ? { account: ACCOUNT, confirmed: link } : null);
    }
    if (query.about === 'balance' && query.account === ACCOUNT) {
      return Promise.resolve({ account: ACCOUNT, holder: HOLDER, available: '12345', currency: 'RUB' });
    }
    return Promise.reject(new LedgerRejected('NO_ACCOUNT', 'none'));
  };
  return fakeLedger({
    rows: (names) => Promise.resolve(Object.fromEntries(names.map((name) => [name, rowOf(name)])) as never),
    queryPrivate: privately as never,
    deal: (deal) =>
      Promise.resolve(deal === DEAL ? world.deal : { ...world.deal, terms: null, payments: [] }),
  });
}

/** The row of a view, with the hash that its terms have. */
function termsIn({ terms: row }: DealView) {
  return row === null ? null : { ...row, termsHash: termsHash(row.terms) };
}

/** What an attempt was refused with, by its code; `taken`: it was not. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'taken',
    (error: unknown) => {
      const { code, name } = error as { readonly code?: string; readonly name: string };
      return code ?? name;
    },
  );
}
