// One-time codes: keyed hashes, tries, verdicts.
import type { Migration } from './migration.js';

export const oneTimeCodesMigration: Migration = {
  name: '003-one-time-codes',
  up: (sql) =>
    sql(`create table one_time_codes (
      subject text primary key,
      binding text not null,
      valid_until bigint not null,
      issues integer not null check (issues > 0),
      tries integer not null check (tries >= 0),
      is_right boolean not null
    );
    create index one_time_codes_by_expiry on one_time_codes (valid_until)`),
};
