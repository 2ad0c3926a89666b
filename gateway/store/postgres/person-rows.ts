// Persons' rows of the ledger, as the tables have them.
import type { Kysely } from 'kysely';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import type { Tables } from './tables/all-tables.js';

export class PostgresPersonRows {
  constructor(private readonly db: Kysely<Tables>) {}

  /** Whether there is a row that its owner does not stand behind. */
  async isDisowned(person: string): Promise<boolean> {
    const row = await this.db
      .selectFrom('ledger.row')
      .select('is_attested')
      .where('key', '=', rowKey('person', person))
      .executeTakeFirst();
    return row?.is_attested === false;
  }
}
