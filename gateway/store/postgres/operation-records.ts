// Carried commands in PostgreSQL.
import type { Kysely, Selectable } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { OperationOutcome, OperationRecord, OperationRecords } from '../operation-records.js';
import type { Tables } from './tables/all-tables.js';

export class PostgresOperationRecords implements OperationRecords {
  constructor(private readonly db: Kysely<Tables>) {}

  async create(
    record: OperationRecord,
  ): Promise<{ readonly record: OperationRecord; readonly isNew: boolean }> {
    const { expiresAt, txId, createdAt, command, receipt, ...rest } = record;
    const inserted = await this.db
      .insertInto('operation')
      .values({
        ...rest,
        command: JSON.stringify(command),
        receipt: receipt === null ? null : JSON.stringify(receipt),
        expires_at: expiresAt,
        tx_id: txId,
        created_at: createdAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted !== undefined) return { record, isNew: true };
    const found = await this.find(record.person, record.id);
    return { record: found ?? record, isNew: false };
  }

  async find(person: string, id: string): Promise<OperationRecord | null> {
    const found = await this.db
      .selectFrom('operation')
      .selectAll()
      .where('person', '=', person)
      .where('id', '=', id)
      .executeTakeFirst();
    return found === undefined ? null : recordOf(found);
  }

  async recent(person: string, action: string, since: Instant): Promise<readonly OperationRecord[]> {
    const found = await this.db
      .selectFrom('operation')
      .selectAll()
      .where('person', '=', person)
      .where('action', '=', action)
      .where('created_at', '>=', since)
      .where('status', '!=', 'refused')
      .execute();
    return found.map(recordOf);
  }

  async finish(person: string, id: string, outcome: OperationOutcome): Promise<void> {
    const { status, code, txId, block } = outcome;
    await this.db
      .updateTable('operation')
      .set({ status, code, tx_id: txId, block })
      .where('person', '=', person)
      .where('id', '=', id)
      .where('status', 'in', ['pending', 'unknown'])
      .execute();
  }

  async open(limit: number): Promise<readonly OperationRecord[]> {
    const found = await this.db
      .selectFrom('operation')
      .selectAll()
      .where('status', 'in', ['pending', 'unknown'])
      .orderBy('created_at')
      .limit(limit)
      .execute();
    return found.map(recordOf);
  }

  async removeOlder(createdBefore: Instant, limit: number): Promise<number> {
    const old = this.db
      .selectFrom('operation')
      .select(['person', 'id'])
      .where('status', 'in', ['done', 'refused'])
      .where('created_at', '<', createdBefore)
      .limit(limit);
    const { numDeletedRows } = await this.db
      .deleteFrom('operation')
      .where((eb) => eb(eb.refTuple('person', 'id'), 'in', old.$asTuple('person', 'id')))
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

function recordOf(row: Selectable<Tables['operation']>): OperationRecord {
  const { expires_at: expiresAt, tx_id: txId, created_at: createdAt, ...rest } = row;
  return { ...rest, expiresAt, txId, createdAt };
}
