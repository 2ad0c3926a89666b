// The ledger's blocks in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { isRowKind } from '../../../chaincode/protocol/rows.js';
import type {
  CarriedIntent,
  LedgerReads,
  RowVersion,
  StoredBlock,
  StoredTransaction,
} from '../ledger-reads.js';
import type { Part, PartRequest } from '../offer-reads.js';
import { partOf, positionOf } from '../parts.js';
import type { Tables } from './tables/all-tables.js';

/** More than a block may hold. */
const MOST_TRANSACTIONS = 1_000;
/** Of one deal; a receipt of more is none. */
const MOST_VERSIONS = 10_000;

interface FoundBlock extends StoredBlock {
  readonly sort: number;
  readonly key: string;
}

export class PostgresLedger implements LedgerReads {
  constructor(private readonly db: Kysely<Tables>) {}

  async newestBlock(): Promise<number> {
    const { rows } = await sql<{ readonly newest: number | null }>`
      select max(number)::float8 as newest from ledger.block`.execute(this.db);
    return rows[0]?.newest ?? -1;
  }

  async blocks(part: PartRequest): Promise<Part<StoredBlock>> {
    const position = positionOf(part.cursor);
    const before = position === null ? sql`true` : sql`number < ${position.sort}::float8`;
    const { rows } = await sql<FoundBlock>`
      select ${BLOCK}, number::float8 as sort, number::text as key
      from ledger.block where ${before} order by number desc limit ${part.limit + 1}`.execute(this.db);
    return partOf(rows, part.limit, (found) => found);
  }

  async block(number: number): ReturnType<LedgerReads['block']> {
    const { rows } = await sql<StoredBlock>`
      select ${BLOCK} from ledger.block where number = ${number}`.execute(this.db);
    const [block] = rows;
    if (block === undefined) return null;
    const found = await sql<StoredTransaction>`
      select ${TRANSACTION} from ledger.transaction one where one.block = ${number}
      order by one.index limit ${MOST_TRANSACTIONS}`.execute(this.db);
    return { block, transactions: found.rows };
  }

  async ownIn(block: number, person: string): Promise<ReadonlySet<number>> {
    const { rows } = await sql<{ readonly index: number }>`
      select event.transaction as index from ledger.event event
        join ledger.party party on party.deal = event.deal
        where event.block = ${block} and party.person = ${person}
      union select transaction from ledger.command where block = ${block} and person = ${person}`.execute(
      this.db,
    );
    return new Set(rows.map(({ index }) => index));
  }

  async transaction(txId: string): ReturnType<LedgerReads['transaction']> {
    // A copy of a transaction with the same id is refused by every peer; the valid one counts.
    const { rows } = await sql<StoredTransaction & { readonly blockHash: string }>`
      select ${TRANSACTION}, block.hash as "blockHash" from ledger.transaction one
        join ledger.block block on block.number = one.block
      where one.tx_id = ${txId} order by (one.code = 0) desc, one.block limit 1`.execute(this.db);
    const [found] = rows;
    if (found === undefined) return null;
    const { blockHash, ...transaction } = found;
    const { block, index } = transaction;
    const commands = await this.db
      .selectFrom('ledger.command')
      .select(['place', 'action', 'id', 'person', 'is_ok as isOk', 'code', 'command'])
      .where('block', '=', block)
      .where('transaction', '=', index)
      .orderBy('place')
      .execute();
    const events = await this.db
      .selectFrom('ledger.event')
      .selectAll()
      .where('block', '=', block)
      .where('transaction', '=', index)
      .orderBy('place')
      .execute();
    const named = events.map(({ tx_id: id, ...event }) => ({ ...event, txId: id }));
    return { transaction, blockHash, commands, events: named };
  }

  async dealsOf(person: string, deals: readonly string[]): Promise<readonly string[]> {
    const found = await this.db
      .selectFrom('ledger.party')
      .select('deal')
      .distinct()
      .where('person', '=', person)
      .where('deal', '=', sql<string>`any(${[...deals]})`)
      .execute();
    return found.map(({ deal }) => deal);
  }

  async intentsOf(
    person: string,
    { deal, beside }: { readonly deal: string; readonly beside: string },
  ): Promise<readonly CarriedIntent[]> {
    const { rows } = await sql<FoundIntent>`
      select distinct command.block, command.transaction, command.place, ${CARRIED} from ledger.command command
        join ledger.transaction carrier
          on carrier.block = command.block and carrier.index = command.transaction
        where ${CARRIED_OUT} and command.person = ${person} and (command.id = ${beside} or exists (
          select from ledger.event event where event.deal = ${deal}
            and event.block = command.block and event.transaction = command.transaction))
      order by command.block, command.transaction, command.place`.execute(this.db);
    return rows.flatMap(carriedIntent);
  }

  async versions(deal: string): Promise<readonly RowVersion[]> {
    const found = await this.db
      .selectFrom('ledger.row_version')
      .select(['key', 'block', 'body', 'is_attested as isAttested'])
      .where('deal', '=', deal)
      .orderBy('key')
      .orderBy('block')
      .limit(MOST_VERSIONS)
      .execute();
    return found.flatMap((version) => {
      const [kind = ''] = version.key.split('/');
      return isRowKind(kind) ? [{ ...version, kind }] : [];
    });
  }

  async carried(person: string, ids: readonly string[]): Promise<readonly CarriedIntent[]> {
    const { rows } = await sql<FoundIntent>`
      select ${CARRIED} from ledger.command command
        join ledger.transaction carrier
          on carrier.block = command.block and carrier.index = command.transaction
        where ${CARRIED_OUT} and command.person = ${person} and command.id = any(${[...ids]})`.execute(
      this.db,
    );
    return rows.flatMap(carriedIntent);
  }

  async transactionsOf(deal: string): Promise<ReadonlySet<string>> {
    const found = await this.db
      .selectFrom('ledger.event')
      .select(['block', 'tx_id'])
      .distinct()
      .where('deal', '=', deal)
      .execute();
    return new Set(found.map(({ block, tx_id: txId }) => `${String(block)}/${txId}`));
  }
}

interface FoundIntent {
  readonly command: Command | null;
  readonly block: number;
  readonly txId: string;
}

function carriedIntent({ command, block, txId }: FoundIntent): CarriedIntent[] {
  return command?.intent === undefined ? [] : [{ intent: command.intent, block: Number(block), txId }];
}

const BLOCK = sql`number::float8 as number, hash, previous_hash as "previousHash", data_hash as "dataHash",
  (select max(at)::float8 from ledger.transaction where block = number) as at,
  (select count(*)::int from ledger.transaction where block = number) as transactions,
  (select count(*)::int from ledger.transaction where block = number and code = 0) as valid`;

const TRANSACTION = sql`one.tx_id as "txId", one.block::float8 as block, one.index, one.at::float8 as at, one.code,
  one.creator, one.function, (select count(*)::int from ledger.command command
    where command.block = one.block and command.transaction = one.index) as commands`;

const CARRIED = sql`command.command, command.block::float8 as block, carrier.tx_id as "txId"`;
const CARRIED_OUT = sql`command.is_ok and carrier.code = 0`;
