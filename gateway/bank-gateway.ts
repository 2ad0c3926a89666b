// Duty: put a bank's own parts together: simulated core, fake phone, codes, sealed mail, links, answers, posting.
// Must not: hold rules of its own.
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { linkCodeHash } from '../chaincode/protocol/link-code.js';
import { AccountHolders } from './bank/account-holders.js';
import { CustomerLinks } from './bank/customer-links.js';
import { FakePhone } from './bank/fake-phone.js';
import { OneTimeCodes } from './bank/one-time-codes.js';
import { SealedMail } from './bank/sealed-mail.js';
import { SimulatedBank } from './bank/simulated-bank.js';
import { bankRoutes } from './http/admin/bank-routes.js';
import type { AdminRoutes } from './http/admin/admin-server.js';
import type { LedgerClient } from './ledger/ledger-client.js';
import type { MadeValues } from './store/made-values.js';
import { BankDuties } from './workers/bank-duties.js';
import type { Clock } from './workers/clock.js';
import { CreditPosting } from './workers/credit-posting.js';
import { KeptOperations } from './workers/kept-operations.js';
import { PaymentAnswers } from './workers/payment-answers.js';
import { ledgerSecret } from './workers/organisation-setup.js';
import type { Sending } from './workers/sending.js';

export interface BankGatewayOptions {
  readonly bank: string;
  readonly dataDir: string;
  readonly ledger: LedgerClient;
  readonly sending: Sending;
  readonly values: MadeValues;
  readonly clock: Clock;
  readonly log: Logger;
  readonly simulator: {
    readonly codeLifeMs: number;
    readonly answerAfterMs: number;
    readonly answerLimitMs: number;
  };
  /** Looks at a deal again. */
  readonly again: (deal: string) => void;
  readonly signal: AbortSignal;
}

export interface BankGateway {
  readonly duties: BankDuties;
  readonly routes: AdminRoutes;
  /** Goes on with what an earlier process left. */
  start(): void;
  close(): Promise<void>;
}

/** Credits of one account that come within this time are posted together. */
const FOLD_GATHER_MS = 250;

export async function makeBankGateway(options: BankGatewayOptions): Promise<BankGateway> {
  const { bank, ledger, sending, clock, log, values, simulator: limits, signal } = options;
  const kept = new KeptOperations(values);
  const parts = await openParts(options);
  const { codes, phone, simulator, mail } = parts;
  const holders = new AccountHolders(ledger);
  const posting = await CreditPosting.open({
    ...{ ledger, sending, kept, clock, log },
    path: join(options.dataDir, 'credited-accounts.jsonl'),
    gatherMs: FOLD_GATHER_MS,
  });
  const answers = new PaymentAnswers({
    ...{ ledger, sending, holders, codes, phone, kept, clock, log, limits, signal },
    core: simulator,
    again: options.again,
  });
  const links = new CustomerLinks({
    ...{ bank, ledger, sending, holders, codes, phone, mail, clock },
    codeLifeMs: limits.codeLifeMs,
    codeHash: (code, link) => linkCodeHash({ code, link }),
  });
  return {
    duties: new BankDuties({ holders, sending, kept, answers, posting, clock, log, again: options.again }),
    routes: bankRoutes({ bank, ledger, mail, codes, phone, simulator, links, kept }),
    start: () => {
      posting.start();
    },
    close: async () => {
      await Promise.all([posting.stop(), codes.close(), phone.close(), simulator.close()]);
    },
  };
}

async function openParts({ bank, dataDir, clock, values, simulator: limits }: BankGatewayOptions) {
  // A key of its own for codes, so that what is kept of them says nothing about the ledger's private keys.
  const secret = createHmac('sha256', await ledgerSecret(values))
    .update('one-time codes')
    .digest();
  return {
    codes: await OneTimeCodes.open({ path: join(dataDir, 'codes.jsonl'), secret, clock }),
    phone: await FakePhone.open(join(dataDir, 'fake-phone.jsonl'), clock),
    simulator: await SimulatedBank.open({
      path: join(dataDir, 'simulated-bank.jsonl'),
      answerAfterMs: limits.answerAfterMs,
      clock,
    }),
    mail: await SealedMail.withKeptKey(bank, values),
  };
}
