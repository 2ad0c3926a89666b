// What a bank knows of the payments that it is asked to hold, in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { BankNote, BankNotes } from '../bank-reads.js';
import type { Tables } from './tables/all-tables.js';

export class BankNoteTable implements BankNotes {
  constructor(private readonly db: Kysely<Tables>) {}

  async note(
    { deal, payment }: { readonly deal: string; readonly payment: string },
    change: Partial<BankNote>,
  ): Promise<void> {
    const { askedAt, answeredAt, ...same } = change;
    const values = {
      ...same,
      ...(askedAt === undefined ? {} : { asked_at: askedAt }),
      ...(answeredAt === undefined ? {} : { answered_at: answeredAt }),
    };
    const first = sql<number | null>`coalesce(bank_notes.asked_at, ${askedAt ?? null}::bigint)`;
    await this.db
      .insertInto('bank_notes')
      .values({ deal, payment, ...values })
      .onConflict((conflict) =>
        conflict.columns(['deal', 'payment']).doUpdateSet({ ...values, asked_at: first }),
      )
      .execute();
  }
}
