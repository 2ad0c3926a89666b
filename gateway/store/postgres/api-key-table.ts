// Issued API keys in the database.
import type { Kysely, Selectable } from 'kysely';
import type { ApiKeyRecord, ApiKeyRecords } from '../api-keys.js';
import type { Database } from './database.js';
import { atomically, inScope } from './scope.js';
import type { Tables } from './tables/all-tables.js';
import type { ApiKeyTables } from './tables/api-keys.js';

const MOST_LISTED = 1_000;

export class ApiKeyTable implements ApiKeyRecords {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<ApiKeyRecord | null> {
    const row = await this.database.query
      .selectFrom('api_keys')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : recordOf(row);
  }

  async list(): Promise<readonly ApiKeyRecord[]> {
    const rows = this.database.query.selectFrom('api_keys').selectAll();
    const newest = await rows.orderBy('created_at', 'desc').orderBy('id').limit(MOST_LISTED).execute();
    return newest.map(recordOf);
  }

  async add(record: ApiKeyRecord): Promise<void> {
    await adding(inScope(this.database.query), record).execute();
  }

  async noteUse(id: string, at: number): Promise<void> {
    await this.database.query
      .updateTable('api_keys')
      .set({ last_used_at: at })
      .where('id', '=', id)
      .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at)]))
      .execute();
  }

  async revoke(id: string, at: number): Promise<ApiKeyRecord | null> {
    const row = await this.database.query
      .updateTable('api_keys')
      .set((set) => ({ revoked_at: set.fn.coalesce('revoked_at', set.val(at)) }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : recordOf(row);
  }

  replace(id: string, successor: ApiKeyRecord, endsAt: number): Promise<boolean> {
    return atomically(this.database.query, async (query) => {
      await adding(query, successor).execute();
      const { numUpdatedRows } = await query
        .updateTable('api_keys')
        .set({ replaced_by: successor.id, expires_at: endsAt })
        .where('id', '=', id)
        .where('replaced_by', 'is', null)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 1n) return true;
      await query.deleteFrom('api_keys').where('id', '=', successor.id).execute();
      return false;
    });
  }
}

function adding(query: Kysely<Tables>, record: ApiKeyRecord) {
  return query
    .insertInto('api_keys')
    .values({
      id: record.id,
      hash: record.hash,
      member: record.member,
      scopes: JSON.stringify(record.scopes),
      label: record.label,
      created_at: record.createdAt,
      expires_at: record.expiresAt,
      revoked_at: record.revokedAt,
      last_used_at: record.lastUsedAt,
      replaced_by: record.replacedBy,
    })
    .onConflict((conflict) => conflict.doNothing());
}

function recordOf(row: Selectable<ApiKeyTables['api_keys']>): ApiKeyRecord {
  const { id, hash, member, scopes, label } = row;
  return {
    ...{ id, hash, member, scopes, label },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    replacedBy: row.replaced_by,
  };
}
