// Pictures of offers, re-encoded.
import type { Migration } from './migration.js';

export const picturesMigration: Migration = {
  name: '052-pictures',
  up: (sql) =>
    sql(`create table picture (
      hash text primary key,
      owner text not null,
      "full" bytea not null,
      small bytea not null,
      at bigint not null
    );
    create index on picture (owner);
    create index on picture (at);
    create index on offer_text using gin (pictures)`),
};
