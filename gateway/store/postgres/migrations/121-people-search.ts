// What people are found by: parts of names and log-ins, the beginning of an id or of a masked name, which the gateway
// writes when it starts, since it alone can derive one.
import type { Migration } from './migration.js';

export const peopleSearchMigration: Migration = {
  name: '121-people-search',
  up: (sql) =>
    sql(`alter table person add column mask text;
    create index on person (mask text_pattern_ops);
    create index on person (id text_pattern_ops);
    create index on person (created_at desc, id desc);
    create index on person using gin (login gin_trgm_ops, name gin_trgm_ops)`),
};
