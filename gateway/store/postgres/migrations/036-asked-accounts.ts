// Accounts are noted before they are asked of the ledger. Those that are here already were opened.
import type { Migration } from './migration.js';

export const askedAccountsMigration: Migration = {
  name: '036-asked-accounts',
  up: (sql) =>
    sql(`alter table bank_accounts add column is_opened boolean not null default true;
    alter table bank_accounts alter column is_opened set default false`),
};
