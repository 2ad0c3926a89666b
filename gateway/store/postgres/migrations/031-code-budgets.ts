// How often codes were sent and tried, by holder or account, over all that they were for.
import type { Migration } from './migration.js';

export const codeBudgetsMigration: Migration = {
  name: '031-code-budgets',
  up: (sql) =>
    sql(`create table code_budgets (
      name text primary key,
      messages jsonb not null,
      tries jsonb not null,
      changed_at bigint not null
    );
    create index code_budgets_by_change on code_budgets (changed_at)`),
};
