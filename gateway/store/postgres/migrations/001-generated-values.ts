// Random values that were made once: operation ids, keys.
import type { Migration } from './migration.js';

export const generatedValuesMigration: Migration = {
  name: '001-generated-values',
  up: (sql) =>
    sql(`create table generated_values (
      subject text primary key,
      value text not null
    )`),
};
