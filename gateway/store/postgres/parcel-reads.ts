// Parcels in PostgreSQL: a shipment's row with the deal's times.
import { type Kysely, sql } from 'kysely';
import type { ShipmentRow } from '../../../chaincode/protocol/shipment.js';
import type { Part, PartRequest } from '../offer-reads.js';
import type { ParcelReads, StoredParcel } from '../parcel-reads.js';
import type { Tables } from './tables/all-tables.js';
import { partOf, positionOf } from '../parts.js';

interface FoundParcel {
  readonly sort: number;
  readonly key: string;
  readonly row: ShipmentRow;
  readonly at: number;
  readonly paid_at: number;
  readonly ship_time_ms: number;
  readonly deliver_time_ms: number;
}

export class PostgresParcels implements ParcelReads {
  constructor(private readonly db: Kysely<Tables>) {}

  async list(of: Parameters<ParcelReads['list']>[0], part: PartRequest): Promise<Part<StoredParcel>> {
    const position = positionOf(part.cursor);
    const after =
      position === null ? sql`true` : sql`(sort, key) < (${position.sort}::float8, ${position.key})`;
    const status = of.status === null ? sql`true` : sql`shipment.body ->> 'status' = ${of.status}`;
    const deal = of.deal === null ? sql`true` : sql`starts_with(shipment.deal, ${of.deal})`;
    const { rows } = await sql<FoundParcel>`
      select * from (
        select (-shipment.at)::float8 as sort, shipment.key, shipment.body as row, shipment.at,
          (phase.body ->> 'at')::float8 as paid_at,
          (terms.body #>> '{terms,offerTerms,shipTimeMs}')::float8 as ship_time_ms,
          (terms.body #>> '{terms,offerTerms,deliverTimeMs}')::float8 as deliver_time_ms
        from ledger.row shipment
        join ledger.row terms on terms.key = 'terms/' || shipment.deal
        join ledger.row phase on phase.key = 'phase/' || shipment.deal
        where shipment.kind = 'shipment' and shipment.is_attested
          and shipment.body ->> 'owner' = ${of.courier} and ${status} and ${deal}
      ) found where ${after} order by sort desc, key desc limit ${part.limit + 1}`.execute(this.db);
    return partOf(rows, part.limit, (found) => ({
      row: found.row,
      paidAt: found.paid_at,
      shipTimeMs: found.ship_time_ms,
      deliverTimeMs: found.deliver_time_ms,
      updatedAt: found.at,
    }));
  }

  async isOf(courier: string, deal: string): Promise<boolean> {
    const { rows } = await sql`
      select from ledger.row where key = ${`shipment/${deal}`} and kind = 'shipment' and is_attested
        and body ->> 'owner' = ${courier}`.execute(this.db);
    return rows.length > 0;
  }
}
