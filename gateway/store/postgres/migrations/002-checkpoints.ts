// Where followers of the ledger go on.
import type { Migration } from './migration.js';

export const checkpointsMigration: Migration = {
  name: '002-checkpoints',
  up: (sql) =>
    sql(`create table checkpoints (
      name text primary key,
      block bigint not null check (block >= -1),
      open_deals jsonb not null
    )`),
};
