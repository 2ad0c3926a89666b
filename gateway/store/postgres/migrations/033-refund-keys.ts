// Refund keys that a marketplace has from banks, each under a key that is not in the database.
import type { Migration } from './migration.js';

export const refundKeysMigration: Migration = {
  name: '033-refund-keys',
  up: (sql) =>
    sql(`create table refund_keys (
      deal text not null,
      bank text not null,
      sealed text not null,
      primary key (deal, bank)
    )`),
};
