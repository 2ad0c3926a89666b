// People and their vaults in PostgreSQL.
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import type { VaultRecord } from '../../protocol/api/session.js';
import type {
  Credentials,
  KnownNames,
  Language,
  NewCredentials,
  Person,
  PersonRecords,
} from '../person-records.js';
import { anywhere, beginningOf } from './patterns.js';
import { atomically, inScope } from './scope.js';
import type { Tables } from './tables/all-tables.js';

export type PersonRow = Omit<
  Selectable<Tables['person']>,
  'salt' | 'rounds' | 'secret_hash' | 'is_used_up' | 'mask'
> & {
  readonly has_vault: boolean;
  readonly picture: string | null;
};

/** What is selected of a person. */
export const PERSON_COLUMNS = [
  'person.id',
  'login',
  'name',
  'language',
  'intended_roles',
  'must_set_password',
  'waiting_claim',
  'created_at',
  'is_self_registered',
] as const;
/** And of what stands beside. */
export const PERSON_BESIDE = [
  sql<boolean>`exists (select 1 from vault where vault.person = person.id)`.as('has_vault'),
  sql<string | null>`(select hash from person_picture own where own.person = person.id)`.as('picture'),
] as const;

export function personOf(row: PersonRow): Person {
  const { id, login, name, language } = row;
  return {
    ...{ id, login, name, language },
    intendedRoles: row.intended_roles,
    mustSetPassword: row.must_set_password,
    hasVault: row.has_vault,
    waitingClaim: row.waiting_claim,
    createdAt: row.created_at,
    isSelfRegistered: row.is_self_registered,
    picture: row.picture,
  };
}

export class PersonTable implements PersonRecords {
  /** `maskOf` gives the masked name by which a person is found. */
  constructor(
    private readonly database: Kysely<Tables>,
    private readonly maskOf: (person: string) => string,
  ) {}

  private get db(): Kysely<Tables> {
    return inScope(this.database);
  }

  find(id: string): Promise<Person | null> {
    return this.first('id', id);
  }

  findByLogin(login: string): Promise<Person | null> {
    return this.first('login', login);
  }

  async credentials(login: string): Promise<Credentials | null> {
    const row = await this.db
      .selectFrom('person')
      .select(['id', 'salt', 'rounds', 'secret_hash', 'is_used_up'])
      .where('login', '=', login)
      .executeTakeFirst();
    if (row === undefined) return null;
    const { id, salt, rounds } = row;
    return { person: id, salt: { salt, rounds }, secretHash: row.secret_hash, isUsedUp: row.is_used_up };
  }

  async create(person: Person, credentials: NewCredentials): Promise<boolean> {
    const { id, login, name, language } = person;
    const made = await this.db
      .insertInto('person')
      .values({
        ...{ id, login, name, language },
        intended_roles: [...person.intendedRoles],
        ...columnsOf(credentials),
        waiting_claim: null,
        created_at: person.createdAt,
        is_self_registered: person.isSelfRegistered,
        mask: this.maskOf(id),
      })
      .onConflict((conflict) => conflict.column('login').doNothing())
      .returning('id')
      .executeTakeFirst();
    return made !== undefined;
  }

  /** Of people who were made before masked names were stored. */
  async fillMasks(): Promise<void> {
    const rows = await this.db.selectFrom('person').select('id').where('mask', 'is', null).execute();
    for (const { id } of rows) {
      await this.db
        .updateTable('person')
        .set({ mask: this.maskOf(id) })
        .where('id', '=', id)
        .execute();
    }
  }

  async count(): Promise<number> {
    const { count } = await this.db
      .selectFrom('person')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  async names(ids: readonly string[]): Promise<KnownNames> {
    if (ids.length === 0) return { names: new Map(), pictures: new Map() };
    const rows = await this.db
      .selectFrom('person')
      .leftJoin('person_picture', 'person_picture.person', 'person.id')
      .select(['id', 'name', 'hash'])
      .where('id', '=', sql<string>`any(${[...new Set(ids)]})`)
      .execute();
    return {
      names: new Map(rows.map(({ id, name }) => [id, name])),
      pictures: new Map(rows.flatMap(({ id, hash }) => (hash === null ? [] : [[id, hash] as const]))),
    };
  }

  async list(search: {
    readonly words: string | null;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<readonly Person[]> {
    let query = this.db.selectFrom('person').select(PERSON_COLUMNS).select(PERSON_BESIDE);
    if (search.after !== null) query = query.where('login', '>', search.after);
    if (search.words !== null) {
      const part = anywhere(search.words);
      const id = beginningOf(search.words.toLowerCase());
      query = query.where((eb) =>
        eb.or([eb('login', 'ilike', part), eb('name', 'ilike', part), eb('id', 'like', id)]),
      );
    }
    const rows = await query.orderBy('login').limit(search.limit).execute();
    return rows.map(personOf);
  }

  async change(id: string, change: { readonly name?: string; readonly language?: Language }): Promise<void> {
    if (Object.keys(change).length === 0) return;
    await this.db.updateTable('person').set(change).where('id', '=', id).execute();
  }

  async useFirstPassword(id: string): Promise<boolean> {
    const used = await this.db
      .updateTable('person')
      .set({ is_used_up: true })
      .where('id', '=', id)
      .where('is_used_up', '=', false)
      .returning('id')
      .executeTakeFirst();
    return used !== undefined;
  }

  async setCredentials(
    id: string,
    credentials: NewCredentials,
    more: { readonly byPassword: string | null; readonly keptSession: string | null; readonly now: number },
  ): Promise<void> {
    await atomically(this.database, async (transaction) => {
      const columns = { ...columnsOf(credentials), is_used_up: false };
      await transaction.updateTable('person').set(columns).where('id', '=', id).execute();
      if (more.byPassword !== null) await wrap(transaction, id, more.byPassword);
      await transaction
        .updateTable('session')
        .set({ ended_at: more.now })
        .where('person', '=', id)
        .where('id', '!=', more.keptSession ?? '')
        .where('ended_at', 'is', null)
        .execute();
    });
  }

  async setWaitingClaim(id: string, claim: Intent | null): Promise<void> {
    const waiting_claim = claim === null ? null : JSON.stringify(claim);
    await this.db.updateTable('person').set({ waiting_claim }).where('id', '=', id).execute();
  }

  async vault(id: string): Promise<VaultRecord | null> {
    const row = await this.db
      .selectFrom('vault')
      .select('record')
      .where('person', '=', id)
      .executeTakeFirst();
    return row?.record ?? null;
  }

  async putVault(id: string, vault: VaultRecord, replaces: number): Promise<boolean> {
    const columns = { version: vault.version, record: JSON.stringify(vault) };
    const stored =
      replaces === 0
        ? await this.db
            .insertInto('vault')
            .values({ person: id, ...columns })
            .onConflict((conflict) => conflict.doNothing())
            .returning('person')
            .executeTakeFirst()
        : await this.db
            .updateTable('vault')
            .set(columns)
            .where('person', '=', id)
            .where('version', '=', replaces)
            .returning('person')
            .executeTakeFirst();
    return stored !== undefined;
  }

  async wrapVault(id: string, version: number, byPassword: string): Promise<boolean> {
    const row = await wrap(this.db, id, byPassword, version);
    return row > 0;
  }

  private async first(column: 'id' | 'login', value: string): Promise<Person | null> {
    const row = await this.db
      .selectFrom('person')
      .select(PERSON_COLUMNS)
      .select(PERSON_BESIDE)
      .where(column, '=', value)
      .executeTakeFirst();
    return row === undefined ? null : personOf(row);
  }
}

function columnsOf({ salt, secretHash, isFirst }: NewCredentials) {
  return { salt: salt.salt, rounds: salt.rounds, secret_hash: secretHash, must_set_password: isFirst };
}

async function wrap(
  db: Kysely<Tables>,
  person: string,
  byPassword: string,
  version: number | null = null,
): Promise<number> {
  const record = sql<string>`jsonb_set(record, '{byPassword}', to_jsonb(${byPassword}::text))`;
  let query = db.updateTable('vault').set({ record }).where('person', '=', person);
  if (version !== null) query = query.where('version', '=', version);
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
