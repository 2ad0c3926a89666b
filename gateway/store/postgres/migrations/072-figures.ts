// Events by what happened and when, for what is counted by day.
import type { Migration } from './migration.js';

export const figuresMigration: Migration = {
  name: '072-figures',
  up: (sql) =>
    sql(`create index on ledger.event (name, at) where name in
      ('DealPaid', 'DealCompleted', 'PaymentHeld', 'PaymentCaptured', 'PaymentVoided');`),
};
