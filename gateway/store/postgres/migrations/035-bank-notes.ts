// How far a bank is with each payment that it is asked to hold: what its core said, and when. None of it leaves the
// bank.
import type { Migration } from './migration.js';

export const bankNotesMigration: Migration = {
  name: '035-bank-notes',
  up: (sql) =>
    sql(`create table bank_notes (
      deal text not null,
      payment text not null,
      account text,
      holder text,
      asked_at bigint,
      verdict text check (verdict in ('yes', 'no')),
      reason text,
      answered_at bigint,
      refusal text,
      primary key (deal, payment)
    )`),
};
