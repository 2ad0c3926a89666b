// What the rows of deals were after each block that changed them, so that a receipt of then can be checked now. All of
// the ledger's tables are filled from the blocks again.
import type { Migration } from './migration.js';

export const rowVersionsMigration: Migration = {
  name: '060-row-versions',
  up: (sql) =>
    sql(`create table ledger.row_version (
      key text not null,
      block bigint not null,
      deal text not null,
      body jsonb not null,
      is_attested boolean not null,
      primary key (key, block)
    );
    create index on ledger.row_version (deal, key, block);
    truncate ledger.block, ledger.transaction, ledger.command, ledger.event, ledger.row, ledger.attestation,
      ledger.party`),
};
