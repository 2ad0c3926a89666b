// The records of one-time codes in the database. A change holds the subject's lock, so that tries given to two
// processes at once are both counted.
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { OneTimeCodeChange, OneTimeCodeRecord, OneTimeCodeRecords } from '../one-time-code-records.js';
import type { Database } from './database.js';
import type { OneTimeCodeTables } from './tables/one-time-codes.js';
import { removeInPortions } from './remove-in-portions.js';

/** Space of its own among advisory locks; the second number is the subject's hash. */
const CODE_LOCK = 7_050_002;

export class OneTimeCodeTable implements OneTimeCodeRecords {
  constructor(private readonly database: Database) {}

  async find(subject: string): Promise<OneTimeCodeRecord | null> {
    const rows = this.database.query.selectFrom('one_time_codes').selectAll().where('subject', '=', subject);
    return recordOf(await rows.executeTakeFirst());
  }

  change<Result>(
    subject: string,
    decide: (record: OneTimeCodeRecord | null) => OneTimeCodeChange<Result>,
  ): Promise<Result> {
    return this.database.transaction(async (transaction) => {
      // A row cannot be locked before there is one.
      await sql`select pg_advisory_xact_lock(${CODE_LOCK}, hashtext(${subject}))`.execute(transaction);
      const rows = transaction.selectFrom('one_time_codes').selectAll().where('subject', '=', subject);
      const { record, result } = decide(recordOf(await rows.forUpdate().executeTakeFirst()));
      if (record === undefined) return result;
      const { subject: name, ...content } = rowOf(record);
      await transaction
        .insertInto('one_time_codes')
        .values({ subject: name, ...content })
        .onConflict((conflict) => conflict.column('subject').doUpdateSet(content))
        .execute();
      return result;
    });
  }

  removeExpired(before: Instant): Promise<number> {
    const { query } = this.database;
    return removeInPortions((limit) =>
      sql`delete from one_time_codes where subject in (
        select subject from one_time_codes where valid_until < ${before} limit ${limit} for update skip locked
      )`.execute(query),
    );
  }
}

function recordOf(
  row: Selectable<OneTimeCodeTables['one_time_codes']> | undefined,
): OneTimeCodeRecord | null {
  if (row === undefined) return null;
  const { issued_at: issuedAt, valid_until: validUntil, is_right: right, ...same } = row;
  return { issuedAt, validUntil, right, ...same };
}

function rowOf(record: OneTimeCodeRecord): Insertable<OneTimeCodeTables['one_time_codes']> {
  const { issuedAt, validUntil, right, attempts, ...same } = record;
  return {
    ...same,
    issued_at: issuedAt,
    valid_until: validUntil,
    is_right: right,
    attempts: JSON.stringify(attempts),
  };
}
