// What must stay off the ledger: content behind hashes, holders' words, carried commands.
import type { Migration } from './migration.js';

export const marketplaceMigration: Migration = {
  name: '051-marketplace',
  up: (sql) =>
    sql(`create extension if not exists pg_trgm;
    create table offer_text (
      hash text primary key,
      author text not null,
      title text not null,
      description text not null,
      pictures text[] not null,
      at bigint not null,
      words tsvector generated always as
        (setweight(to_tsvector('russian', title), 'A') || setweight(to_tsvector('russian', description), 'B')) stored
    );
    create index on offer_text using gin (words);
    create index on offer_text using gin (title gin_trgm_ops);
    create table moderation_reason (hash text primary key, text text not null);
    create table account_label (
      link text primary key,
      person text not null,
      label text not null,
      last_four text not null
    );
    create table operation (
      person text not null,
      id text not null,
      action text not null,
      lane text not null,
      content text not null,
      command jsonb not null,
      expires_at bigint not null,
      status text not null,
      code text,
      tx_id text,
      block bigint,
      created_at bigint not null,
      primary key (person, id)
    );
    create index on operation (created_at) where status in ('pending', 'unknown');
    create index on operation (created_at) where status in ('done', 'refused');`),
};
