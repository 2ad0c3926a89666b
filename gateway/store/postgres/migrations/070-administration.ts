// Orders of the marketplace's administrators about the ledger's parameters, who switched registration, and who has
// registered himself.
import type { Migration } from './migration.js';

export const administrationMigration: Migration = {
  name: '070-administration',
  up: (sql) =>
    sql(`create table parameter_order (
      id text primary key,
      person text not null,
      at bigint not null,
      intent jsonb not null,
      before jsonb not null,
      after jsonb not null,
      is_done boolean not null,
      tx_id text
    );
    create index on parameter_order (at desc) where is_done;
    create table registration_switch (
      number bigint generated always as identity primary key,
      at bigint not null,
      person text not null,
      is_open boolean not null
    );
    alter table person add column is_self_registered boolean not null default false;`),
};
