// Accounts whose credits may still have to be posted.
import type { Migration } from './migration.js';

export const pendingPostingsMigration: Migration = {
  name: '004-pending-postings',
  up: (sql) =>
    sql(`create table pending_postings (
      account text primary key
    )`),
};
