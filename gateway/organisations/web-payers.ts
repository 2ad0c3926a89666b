// Puts together what a marketplace carries from its payers to their banks.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { OwnLinks } from '../accounts/own-links.js';
import { LoggedAlarms } from '../alarms.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { readVaultKey, RefundKeyVault } from '../partner/refund-key-vault.js';
import { OwnPayments } from '../payments/own-payments.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';
import type { AccountReads } from '../store/account-reads.js';
import type { Database } from '../store/postgres/database.js';
import { RefundKeyTable } from '../store/postgres/refund-key-table.js';
import type { Names } from '../views/viewer.js';
import type { BankPartners } from './bank-partners.js';

export interface WebPayersOptions {
  readonly config: GatewayConfig;
  readonly ledger: LedgerClient;
  readonly database: Database;
  readonly accounts: AccountReads;
  readonly partners: BankPartners;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WebPayers {
  readonly payments: OwnPayments;
  readonly links: OwnLinks;
}

const VAULT_KEY_BYTES = 32;

export function webPayers(options: WebPayersOptions): WebPayers {
  const { config, ledger, database, accounts, names, clock, log } = options;
  const { partner, confirmations } = options.partners;
  const alarms = new LoggedAlarms(log);
  const links = new OwnLinks({
    ...{ ledger, partner, alarms },
    labels: {
      find: async (person, link) =>
        (await accounts.ofPerson(person)).find(({ row }) => row.id === link) ?? null,
    },
  });
  const vaultKey =
    config.partners === undefined ? randomBytes(VAULT_KEY_BYTES) : readVaultKey(config.partners.vaultKeyPath);
  const payments = new OwnPayments({
    ...{ ledger, partner, confirmations, links, clock, log, alarms },
    vault: new RefundKeyVault(new RefundKeyTable(database), vaultKey),
    // As the payer's pages name the seller until the deal is paid.
    sellerName: async (person) => (await names([person])).maskOf(person),
  });
  return { payments, links };
}
