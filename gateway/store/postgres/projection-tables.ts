// The projection's tables in PostgreSQL: a block and all that it changes in one transaction.
import { type Kysely, sql, type Transaction } from 'kysely';
import type { AttestationWrite } from '../../ledger/ledger-port.js';
import {
  attestationName,
  type BlockChanges,
  type KnownRows,
  type Wanted,
} from '../../projection/block-changes.js';
import type { ProjectedNotification, RowsByKey, WantedRows } from '../../projection/notifications.js';
import { bodyOf, type ProjectedRow } from '../../projection/projected-row.js';
import type { OpenTables, ProjectionTables } from '../../projection/projection.js';
import { saveExposures } from './exposures.js';
import type { Tables } from './tables/all-tables.js';

/** PostgreSQL takes at most 65,535 parameters in one statement. */
const ROWS_PER_STATEMENT = 1_000;

const TABLES = [
  'ledger.block',
  'ledger.transaction',
  'ledger.command',
  'ledger.event',
  'ledger.row',
  'ledger.row_version',
  'ledger.attestation',
  'ledger.party',
  'ledger.notification',
  'ledger.exposure',
] as const satisfies readonly (keyof Tables)[];

export class PostgresProjectionTables implements ProjectionTables {
  constructor(private readonly db: Kysely<Tables>) {}

  newestBlock(): Promise<number> {
    return newestBlock(this.db);
  }

  inTransaction<T>(work: (tables: OpenTables) => Promise<T>): Promise<T> {
    return this.db.transaction().execute((transaction) => work(new OpenPostgresTables(transaction)));
  }

  async clear(): Promise<void> {
    await sql.raw(`truncate ${TABLES.join(', ')}`).execute(this.db);
  }
}

class OpenPostgresTables implements OpenTables {
  constructor(private readonly db: Transaction<Tables>) {}

  newestBlock(): Promise<number> {
    return newestBlock(this.db);
  }

  async known(wanted: Wanted): Promise<KnownRows> {
    return { ...(await this.attestedRows(wanted.keyHashes)), rows: await this.rowsBehind(wanted) };
  }

  private async attestedRows(keyHashes: readonly string[]): Promise<Omit<KnownRows, 'rows'>> {
    if (keyHashes.length === 0) return { byKeyHash: new Map(), attestations: new Map() };
    const wanted = sql<string>`any(${[...keyHashes]})`;
    const rows = await this.db
      .selectFrom('ledger.row')
      .select(['key', 'text', 'key_hash'])
      .where('key_hash', '=', wanted)
      .execute();
    const attestations = await this.db
      .selectFrom('ledger.attestation')
      .select(['name', 'value_hash'])
      .where('key_hash', '=', wanted)
      .execute();
    return {
      byKeyHash: new Map(rows.map(({ key, text, key_hash }) => [key_hash ?? '', { key, text }])),
      attestations: new Map(attestations.map(({ name, value_hash }) => [name, value_hash])),
    };
  }

  private async rowsBehind({ keys, invitationsOf }: WantedRows): Promise<RowsByKey> {
    if (keys.length === 0) return new Map();
    const rows = await this.db
      .selectFrom('ledger.row')
      .select(['key', 'kind', 'body', 'is_attested'])
      .where((row) =>
        row.or([
          row('key', '=', sql<string>`any(${[...keys]})`),
          row.and([
            row('deal', '=', sql<string>`any(${[...invitationsOf]})`),
            row('kind', '=', 'invitation'),
          ]),
        ]),
      )
      .execute();
    return new Map(rows.map(({ is_attested: isAttested, ...row }) => [row.key, { ...row, isAttested }]));
  }

  async save(changes: BlockChanges): Promise<void> {
    const { block } = changes;
    const { block: number, hash, previousHash, dataHash } = block;
    await this.db
      .insertInto('ledger.block')
      .values({ number, hash, previous_hash: previousHash, data_hash: dataHash })
      .execute();
    await this.saveTransactions(changes);
    await saveExposures(this.db, changes.rows);
    await this.saveRows(changes);
    await this.saveVersions(changes);
    await this.saveAttestations(changes.attestations);
    await this.saveParties(changes.rows, timeOf(block));
    await this.saveNotifications(changes.notifications);
  }

  private async saveTransactions({ block, commands, events }: BlockChanges): Promise<void> {
    const transactions = block.transactions.map((one) => ({
      block: block.block,
      index: one.index,
      tx_id: one.txId,
      at: one.at,
      code: one.code,
      creator: one.creator,
      function: one.function,
    }));
    for (const values of chunks(transactions)) {
      await this.db.insertInto('ledger.transaction').values(values).execute();
    }
    const carried = commands.map(({ isOk, command, ...rest }) => ({
      ...rest,
      is_ok: isOk,
      command: command === null ? null : JSON.stringify(command),
    }));
    for (const values of chunks(carried)) await this.db.insertInto('ledger.command').values(values).execute();
    const named = events.map(({ txId, ids, ...rest }) => ({ ...rest, ids: [...ids], tx_id: txId }));
    for (const values of chunks(named)) await this.db.insertInto('ledger.event').values(values).execute();
  }

  private async saveRows({ block, rows, gone }: BlockChanges): Promise<void> {
    const at = timeOf(block);
    const values = rows.map((row) => ({
      key: row.key,
      kind: row.kind,
      deal: row.deal,
      text: row.text,
      body: JSON.stringify(row.body),
      is_attested: row.isAttested,
      key_hash: row.keyHash,
      block: block.block,
      at,
    }));
    for (const part of chunks(values)) {
      await this.db
        .insertInto('ledger.row')
        .values(part)
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet((eb) => ({
            text: eb.ref('excluded.text'),
            body: eb.ref('excluded.body'),
            is_attested: eb.ref('excluded.is_attested'),
            block: eb.ref('excluded.block'),
            at: eb.ref('excluded.at'),
          })),
        )
        .execute();
    }
    if (gone.length > 0)
      await this.db
        .deleteFrom('ledger.row')
        .where('key', 'in', [...gone])
        .execute();
  }

  private async saveVersions({ block, rows }: BlockChanges): Promise<void> {
    const values = rows.flatMap(({ key, deal, body, isAttested }) =>
      deal === null
        ? []
        : [{ key, block: block.block, deal, body: JSON.stringify(body), is_attested: isAttested }],
    );
    for (const part of chunks(values)) {
      await this.db.insertInto('ledger.row_version').values(part).execute();
    }
  }

  private async saveAttestations(writes: readonly AttestationWrite[]): Promise<void> {
    const kept = writes.flatMap(({ collection, keyHash, valueHash }) =>
      valueHash === null
        ? []
        : [{ name: attestationName({ collection, keyHash }), key_hash: keyHash, value_hash: valueHash }],
    );
    for (const values of chunks(kept)) {
      await this.db
        .insertInto('ledger.attestation')
        .values(values)
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet((eb) => ({ value_hash: eb.ref('excluded.value_hash') })),
        )
        .execute();
    }
    const gone = writes.filter(({ valueHash }) => valueHash === null).map(attestationName);
    if (gone.length > 0) await this.db.deleteFrom('ledger.attestation').where('name', 'in', gone).execute();
  }

  private async saveParties(rows: readonly ProjectedRow[], at: number): Promise<void> {
    const values = rows.flatMap((row) => partiesOf(row, at));
    for (const part of chunks(values)) {
      await this.db
        .insertInto('ledger.party')
        .values(part)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }

  private async saveNotifications(notifications: readonly ProjectedNotification[]): Promise<void> {
    for (const values of chunks(notifications)) {
      await this.db.insertInto('ledger.notification').values(values).execute();
    }
  }
}

function partiesOf(row: ProjectedRow, at: number): Tables['ledger.party'][] {
  const terms = bodyOf(row, 'terms')?.terms;
  if (terms !== undefined) {
    const of = { deal: terms.deal, bought_at: terms.boughtAt };
    return [
      { ...of, person: terms.buyer, role: 'buyer' },
      { ...of, person: terms.offerTerms.seller, role: 'seller' },
    ];
  }
  const invitation = bodyOf(row, 'invitation');
  if (invitation?.accepted == null) return [];
  return [{ deal: invitation.deal, person: invitation.accepted.person, role: 'payer', bought_at: at }];
}

async function newestBlock(db: Kysely<Tables>): Promise<number> {
  const found = await db
    .selectFrom('ledger.block')
    .select(({ fn }) => fn.max('number').as('newest'))
    .executeTakeFirst();
  return found?.newest ?? -1;
}

/** Of its newest transaction, by the sender's clock. */
function timeOf({ transactions }: BlockChanges['block']): number {
  return Math.max(0, ...transactions.map(({ at }) => at));
}

function chunks<T>(values: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < values.length; start += ROWS_PER_STATEMENT) {
    parts.push(values.slice(start, start + ROWS_PER_STATEMENT));
  }
  return parts;
}
