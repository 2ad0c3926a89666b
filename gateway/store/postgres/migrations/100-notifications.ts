// What people are notified of, which follows from the blocks, so that all of the ledger's tables are filled from them
// again; and up to where each has read, which does not.
import type { Migration } from './migration.js';

export const notificationsMigration: Migration = {
  name: '100-notifications',
  up: (sql) =>
    sql(`create table ledger.notification (
      block bigint not null,
      transaction integer not null,
      place integer not null,
      person text not null,
      name text not null,
      role text not null,
      deal text,
      offer text,
      amount text,
      currency text,
      until bigint,
      at bigint not null,
      primary key (person, block, transaction, place)
    );
    create index on ledger.notification (at);
    create table notification_mark (
      person text primary key,
      block bigint not null,
      transaction integer not null,
      place integer not null
    );
    truncate ledger.block, ledger.transaction, ledger.command, ledger.event, ledger.row, ledger.row_version,
      ledger.attestation, ledger.party`),
};
