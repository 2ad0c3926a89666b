// Accounts that were opened at this bank, for its operators to find; balances are the ledger's alone.
import type { Migration } from './migration.js';

export const bankAccountsMigration: Migration = {
  name: '034-bank-accounts',
  up: (sql) =>
    sql(`create table bank_accounts (
      account text primary key,
      holder text not null,
      currency text not null
    );
    create index bank_accounts_by_holder on bank_accounts (holder text_pattern_ops)`),
};
