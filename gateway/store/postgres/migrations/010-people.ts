// Log-ins, vaults, sessions, pauses after failures, keyed writes and limits.
import type { Migration } from './migration.js';

const PEOPLE = `
create table person (
  id text primary key,
  login text not null unique,
  name text not null,
  language text not null check (language in ('ru', 'en')),
  intended_roles text[] not null,
  salt text not null,
  rounds int not null,
  secret_hash text not null,
  must_set_password boolean not null,
  is_used_up boolean not null default false,
  waiting_claim jsonb,
  created_at bigint not null
);
create table vault (
  person text primary key references person,
  version int not null,
  record jsonb not null
);
create table session (
  id text primary key,
  person text not null references person,
  number int not null,
  rotated_at bigint not null,
  begun_at bigint not null,
  used_at bigint not null,
  user_agent text not null,
  ended_at bigint
);
create index on session (person) where ended_at is null;
create index on session (used_at);
`;

const LIMITS = `
create table log_in_pause (
  key text primary key,
  tries int not null,
  last_at bigint not null
);
create table repeated_write (
  person text not null,
  route text not null,
  key text not null,
  content text not null,
  answer text not null,
  created_at bigint not null,
  primary key (person, route, key)
);
create index on repeated_write (created_at);
create table hourly_count (
  what text not null,
  hour bigint not null,
  taken int not null,
  primary key (what, hour)
);
create table request_count (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
`;

export const peopleMigration: Migration = {
  name: '010-people',
  up: async (sql) => {
    await sql(PEOPLE);
    await sql(LIMITS);
  },
};
