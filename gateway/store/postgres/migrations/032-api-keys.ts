// API keys issued to other members: hashes, never keys.
import type { Migration } from './migration.js';

export const apiKeysMigration: Migration = {
  name: '032-api-keys',
  up: (sql) =>
    sql(`create table api_keys (
      id text primary key,
      hash text not null,
      member text not null,
      scopes jsonb not null,
      label text not null,
      created_at bigint not null,
      expires_at bigint not null,
      revoked_at bigint,
      last_used_at bigint,
      replaced_by text references api_keys (id)
    )`),
};
