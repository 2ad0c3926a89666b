// The projection of the ledger, in a schema of its own: everything in it follows from the blocks alone.
import type { Migration } from './migration.js';

const BLOCKS = `
create schema ledger;
create table ledger.block (
  number bigint primary key,
  hash text not null,
  previous_hash text not null,
  data_hash text not null
);
create table ledger.transaction (
  block bigint not null,
  index int not null,
  tx_id text not null,
  at bigint not null,
  code int not null,
  creator text not null,
  function text,
  primary key (block, index)
);
create index on ledger.transaction (tx_id);
create table ledger.command (
  block bigint not null,
  transaction int not null,
  place int not null,
  action text not null,
  id text not null,
  person text,
  is_ok boolean not null,
  code text,
  command jsonb,
  primary key (block, transaction, place)
);
create index on ledger.command (id);
create table ledger.event (
  block bigint not null,
  transaction int not null,
  place int not null,
  name text not null,
  kind text not null,
  ids text[] not null,
  deal text,
  at bigint not null,
  tx_id text not null,
  creator text not null,
  person text,
  primary key (block, transaction, place)
);
create index on ledger.event (deal, block, transaction, place) where deal is not null;
`;

/** Rows as their owners attest them, what attests them, and who takes part in deals. */
const ROWS = `
create table ledger.row (
  key text primary key,
  kind text not null,
  deal text,
  text text not null,
  body jsonb not null,
  is_attested boolean not null,
  key_hash text,
  block bigint not null,
  at bigint not null
);
create index on ledger.row (deal, key) where deal is not null;
create index on ledger.row (key_hash) where key_hash is not null;
create index on ledger.row (kind, (body ->> 'status'), at);
create index on ledger.row ((body ->> 'seller')) where kind = 'offer';
create index on ledger.row ((body ->> 'person')) where kind = 'link';
create index on ledger.row ((body ->> 'owner'), (body ->> 'status')) where kind = 'shipment';
create table ledger.attestation (
  name text primary key,
  key_hash text not null,
  value_hash text not null
);
create index on ledger.attestation (key_hash);
create table ledger.party (
  deal text not null,
  person text not null,
  role text not null,
  bought_at bigint not null,
  primary key (deal, person, role)
);
create index on ledger.party (person, bought_at desc, deal);
`;

export const ledgerMigration: Migration = {
  name: '050-ledger',
  up: async (sql) => {
    await sql(BLOCKS);
    await sql(ROWS);
  },
};
