// One-time codes by challenge: how they were handed over, for what question, and every signed attempt at them.
import type { Migration } from './migration.js';

export const codeAttemptsMigration: Migration = {
  name: '030-code-attempts',
  up: (sql) =>
    sql(`alter table one_time_codes
      add column challenge text not null default '',
      add column question text,
      add column issued_at bigint not null default 0,
      add column delivery text not null default 'sent' check (delivery in ('waiting', 'sent', 'withheld')),
      add column budget text not null default '',
      add column attempts jsonb not null default '[]'`),
};
