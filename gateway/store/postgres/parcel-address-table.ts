// What marketplaces have announced to a courier, in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { ParcelAddress, ParcelAddresses } from '../addresses.js';
import { addressOf, columnsOf } from './address-columns.js';
import { removeInPortions } from './remove-in-portions.js';
import type { Tables } from './tables/all-tables.js';

export class ParcelAddressTable implements ParcelAddresses {
  constructor(private readonly database: Kysely<Tables>) {}

  async find(deal: string): Promise<ParcelAddress | null> {
    const row = await this.database
      .selectFrom('parcel_address')
      .selectAll()
      .where('deal', '=', deal)
      .executeTakeFirst();
    if (row === undefined) return null;
    return { address: addressOf(row), seller: row.seller, changedAt: row.changed_at };
  }

  async save(deal: string, { address, seller, changedAt }: ParcelAddress): Promise<void> {
    const values = { seller, changed_at: changedAt, ...columnsOf(address) };
    await this.database
      .insertInto('parcel_address')
      .values({ deal, ...values })
      .onConflict((conflict) =>
        conflict.column('deal').doUpdateSet(values).where('parcel_address.changed_at', '<', changedAt),
      )
      .execute();
  }

  removeOld(endedBefore: Instant): Promise<number> {
    return removeInPortions((limit) =>
      sql`delete from parcel_address where deal in (
        select given.deal from parcel_address given
        join ledger.row phase on phase.key = 'phase/' || given.deal
        where phase.body ->> 'status' in ('expired', 'completed')
          and (phase.body ->> 'at')::bigint < ${endedBefore}
        limit ${limit})`.execute(this.database),
    );
  }
}
