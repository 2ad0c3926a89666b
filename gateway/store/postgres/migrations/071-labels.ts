// Labels of deals, where they are attached, and who has done what with them; the order in which all deals are listed.
import type { Migration } from './migration.js';

export const labelsMigration: Migration = {
  name: '071-labels',
  up: (sql) =>
    sql(`create table label (
      id text primary key,
      name text not null,
      is_archived boolean not null,
      created_at bigint not null
    );
    create unique index on label (lower(name)) where not is_archived;
    create table deal_label (
      deal text not null,
      label text not null references label,
      at bigint not null,
      primary key (deal, label)
    );
    create index on deal_label (label);
    create table label_change (
      number bigint generated always as identity primary key,
      at bigint not null,
      person text not null,
      what text not null,
      label text not null references label,
      name text not null,
      deal text
    );
    create index on label_change (deal, number) where deal is not null;
    create index on label_change (label, number);
    create index on ledger.party (bought_at desc, deal) where role = 'buyer';`),
};
