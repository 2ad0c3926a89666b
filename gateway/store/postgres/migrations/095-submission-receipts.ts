// What a person was given before his command was sent.
import type { Migration } from './migration.js';

export const submissionReceiptsMigration: Migration = {
  name: '095-submission-receipts',
  up: (sql) => sql('alter table operation add column receipt jsonb'),
};
