// What became of people's commands, as the projected blocks say.
import type { Kysely } from 'kysely';
import type { SeenOutcome } from '../operation-records.js';
import type { Tables } from './tables/all-tables.js';

export class PostgresCommands {
  constructor(private readonly db: Kysely<Tables>) {}

  /** Of a person's own command; null: no valid transaction has carried it out. */
  async outcome(person: string, id: string): Promise<SeenOutcome | null> {
    const row = await this.db
      .selectFrom('ledger.command as command')
      .innerJoin('ledger.transaction as carrier', (join) =>
        join.onRef('carrier.block', '=', 'command.block').onRef('carrier.index', '=', 'command.transaction'),
      )
      .select(['carrier.tx_id', 'command.block', 'command.action'])
      .where('command.id', '=', id)
      .where('command.person', '=', person)
      .where('command.is_ok', '=', true)
      .where('carrier.code', '=', 0)
      .orderBy('command.block')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return null;
    const { action, block, tx_id: txId } = row;
    return { action, status: 'done', code: null, txId, block };
  }
}
