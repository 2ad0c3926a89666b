// Puts together what a gateway does with delivery addresses: a marketplace keeps them and gives them to couriers, a
// courier keeps what it was given, and each forgets them in time.
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { addressHandlers } from '../http/web/handlers/addresses.js';
import { ParcelAnnouncements } from '../parcels/parcel-announcements.js';
import { HttpsCourierPartner } from '../partner/https-courier-partner.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';
import { DealAddressTable } from '../store/postgres/deal-address-table.js';
import type { Database } from '../store/postgres/database.js';
import { PostgresDeals } from '../store/postgres/deal-reads.js';
import { KeptAddressTable } from '../store/postgres/kept-address-table.js';
import { ParcelAddressTable } from '../store/postgres/parcel-address-table.js';
import type { Names } from '../views/viewer.js';

export interface WebAddressesOptions {
  readonly config: GatewayConfig;
  readonly database: Database;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WebAddresses {
  readonly ofDeals: DealAddressTable;
  readonly ofParcels: ParcelAddressTable;
  readonly handlers: ReturnType<typeof addressHandlers>;
  /** Of the clean-up. */
  readonly jobs: readonly ((now: number) => Promise<number>)[];
  start(): void;
  stop(): Promise<void>;
}

const BOUNDS = { mostOfPerson: 20 };
const DAY_MS = 86_400_000;
/** After a deal's end. */
const KEPT_MS = 30 * DAY_MS;
/** Given with a purchase that never came to be. */
const UNUSED_MS = DAY_MS;

export function webAddresses(options: WebAddressesOptions): WebAddresses {
  const { config, database, names, clock } = options;
  const { query } = database;
  const ofDeals = new DealAddressTable(query);
  const ofParcels = new ParcelAddressTable(query);
  const couriers = announcing(options, ofDeals);
  return {
    ...{ ofDeals, ofParcels },
    handlers: addressHandlers({
      ...{ ofDeals, names, clock },
      kept: new KeptAddressTable(query, BOUNDS),
      deals: new PostgresDeals(query),
      announce: () => couriers?.announcements.wake(),
    }),
    jobs: [
      (now) => ofDeals.removeOld({ endedBefore: now - KEPT_MS, unusedBefore: now - UNUSED_MS }),
      ...(config.organisation.kind === 'courier'
        ? [(now: number) => ofParcels.removeOld(now - KEPT_MS)]
        : []),
    ],
    start: () => couriers?.announcements.wake(),
    stop: async () => {
      await couriers?.announcements.stop();
      couriers?.partner.close();
    },
  };
}

/** Null: no courier is known here. */
function announcing({ config, names, clock, log }: WebAddressesOptions, addresses: DealAddressTable) {
  if (config.partners === undefined || config.partners.couriers.length === 0) return null;
  const partner = new HttpsCourierPartner(config.partners);
  const sellerName = async (person: string): Promise<string> => {
    const named = await names([person]);
    return named.nameOf(person) ?? named.maskOf(person);
  };
  const announcements = new ParcelAnnouncements({ addresses, partner, sellerName, clock, log });
  return { partner, announcements };
}
