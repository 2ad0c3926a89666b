// Addresses that clients keep, in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { KeptAddress } from '../../protocol/api/addresses.js';
import type { KeptAddresses } from '../addresses.js';
import { addressOf, columnsOf } from './address-columns.js';
import { atomically, inScope } from './scope.js';
import type { Tables } from './tables/all-tables.js';

export class KeptAddressTable implements KeptAddresses {
  constructor(
    private readonly database: Kysely<Tables>,
    private readonly bounds: { readonly mostOfPerson: number },
  ) {}

  async ofPerson(person: string): Promise<readonly KeptAddress[]> {
    const rows = await inScope(this.database)
      .selectFrom('kept_address')
      .selectAll()
      .where('person', '=', person)
      .orderBy('at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({ id: row.id, ...addressOf(row) }));
  }

  /** One after the other for each person, so that the bound holds for those that come together as well. */
  add(person: string, address: KeptAddress, at: Instant): ReturnType<KeptAddresses['add']> {
    return atomically(this.database, async (db) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`addresses/${person}`}, 0))`.execute(db);
      const { count } = await db
        .selectFrom('kept_address')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('person', '=', person)
        .executeTakeFirstOrThrow();
      if (count >= this.bounds.mostOfPerson) return 'tooMany';
      const values = { id: address.id, person, at, ...columnsOf(address) };
      await db.insertInto('kept_address').values(values).execute();
      return 'done';
    });
  }

  async change(person: string, address: KeptAddress): ReturnType<KeptAddresses['change']> {
    const changed = await this.database
      .updateTable('kept_address')
      .set(columnsOf(address))
      .where((eb) => eb.and({ id: address.id, person }))
      .returning('id')
      .executeTakeFirst();
    return changed === undefined ? 'missing' : 'done';
  }

  async remove(person: string, id: string): ReturnType<KeptAddresses['remove']> {
    const removed = await this.database
      .deleteFrom('kept_address')
      .where((eb) => eb.and({ id, person }))
      .returning('id')
      .executeTakeFirst();
    return removed === undefined ? 'missing' : 'done';
  }
}
