// Changes of the parameters are signed commands of the ledger; orders of an administrator to his gateway are no more.
import type { Migration } from './migration.js';

export const parametersOnLedgerMigration: Migration = {
  name: '122-parameters-on-ledger',
  up: (sql) => sql('drop table parameter_order'),
};
