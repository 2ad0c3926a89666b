// Addresses of deals in PostgreSQL. What the ledger says of a deal is read from the projection beside it.
import { type Kysely, sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { DealAddresses, StoredDealAddress, WaitingAnnouncement } from '../addresses.js';
import { type AddressColumns, addressOf, columnsOf } from './address-columns.js';
import { removeInPortions } from './remove-in-portions.js';
import type { Tables } from './tables/all-tables.js';

type Waiting = AddressColumns & Omit<WaitingAnnouncement, 'address'>;

export class DealAddressTable implements DealAddresses {
  constructor(private readonly database: Kysely<Tables>) {}

  async find(deal: string, buyer: string): Promise<StoredDealAddress | null> {
    const row = await this.database
      .selectFrom('deal_address')
      .selectAll()
      .where((eb) => eb.and({ deal, buyer }))
      .executeTakeFirst();
    if (row === undefined) return null;
    return { address: addressOf(row), changedAt: row.changed_at, announced: row.announced };
  }

  async begin(deal: string, buyer: string, of: Parameters<DealAddresses['begin']>[2]): Promise<void> {
    await this.insert(deal, buyer, of)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Later than before by at least a millisecond, whatever the clock says: the courier takes the later one. */
  async change(deal: string, buyer: string, of: Parameters<DealAddresses['change']>[2]): Promise<void> {
    const isOther = sql<boolean>`(deal_address.recipient, deal_address.address, deal_address.phone)
      is distinct from (excluded.recipient, excluded.address, excluded.phone)`;
    await this.insert(deal, buyer, of)
      .onConflict((conflict) =>
        conflict
          .columns(['deal', 'buyer'])
          .doUpdateSet({
            ...columnsOf(of.address),
            changed_at: sql`greatest(excluded.changed_at, deal_address.changed_at + 1)`,
            announced: 'waiting',
            failures: 0,
            try_at: of.at,
          })
          .where(isOther),
      )
      .execute();
  }

  async waiting(now: Instant, limit: number): Promise<readonly WaitingAnnouncement[]> {
    const { rows } = await sql<Waiting>`
      select given.deal, given.buyer, given.recipient, given.address, given.phone, given.failures,
        given.changed_at as "changedAt", terms.body #>> '{terms,offerTerms,seller}' as seller,
        terms.body #>> '{terms,offerTerms,courier}' as courier
      from deal_address given
      join ledger.row terms on terms.key = 'terms/' || given.deal
        and terms.body #>> '{terms,buyer}' = given.buyer
      join ledger.row phase on phase.key = 'phase/' || given.deal and phase.body ->> 'status' = 'paid'
      where given.announced = 'waiting' and given.try_at <= ${now}
      order by given.try_at limit ${limit}`.execute(this.database);
    return rows.map(({ recipient, address, phone, ...rest }) => ({
      ...rest,
      address: addressOf({ recipient, address, phone }),
    }));
  }

  async settle(of: Parameters<DealAddresses['settle']>[0], announced: 'announced' | 'late'): Promise<void> {
    await this.named(of).set({ announced, failures: 0 }).execute();
  }

  async postpone(of: Parameters<DealAddresses['postpone']>[0], until: Instant): Promise<void> {
    await this.named(of)
      .set((eb) => ({ try_at: until, failures: eb('failures', '+', 1) }))
      .execute();
  }

  removeOld({ endedBefore, unusedBefore }: Parameters<DealAddresses['removeOld']>[0]): Promise<number> {
    return removeInPortions((limit) =>
      sql`delete from deal_address where (deal, buyer) in (
        select given.deal, given.buyer from deal_address given
        left join ledger.row terms on terms.key = 'terms/' || given.deal
        left join ledger.row phase on phase.key = 'phase/' || given.deal
        where (phase.body ->> 'status' in ('expired', 'completed')
            and (phase.body ->> 'at')::bigint < ${endedBefore})
          or (terms.body #>> '{terms,buyer}' is distinct from given.buyer
            and given.changed_at < ${unusedBefore})
        limit ${limit})`.execute(this.database),
    );
  }

  private insert(deal: string, buyer: string, { address, at }: Parameters<DealAddresses['begin']>[2]) {
    return this.database.insertInto('deal_address').values({
      ...{ deal, buyer, changed_at: at, announced: 'waiting', failures: 0, try_at: at },
      ...columnsOf(address),
    });
  }

  private named({ deal, buyer, changedAt }: Parameters<DealAddresses['settle']>[0]) {
    return this.database
      .updateTable('deal_address')
      .where((eb) => eb.and({ deal, buyer, changed_at: changedAt }));
  }
}
