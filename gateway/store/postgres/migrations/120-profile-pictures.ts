// Pictures that people put up of themselves, re-encoded.
import type { Migration } from './migration.js';

export const profilePicturesMigration: Migration = {
  name: '120-profile-pictures',
  up: (sql) =>
    sql(`create table person_picture (
      person text primary key references person,
      hash text not null,
      "full" bytea not null,
      small bytea not null,
      at bigint not null
    )`),
};
