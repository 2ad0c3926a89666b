// Puts a courier's partner door together: marketplaces announce parcels here.
import type { Logger } from 'pino';
import { LoggedAlarms } from '../alarms.js';
import { ApiKeys } from '../api-keys/api-keys.js';
import type { Clock } from '../clock.js';
import { courierHandlers } from '../http/partner/courier-handlers.js';
import type { RunningPartnerDoor } from '../http/partner/partner-server.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { AnnouncedParcels } from '../parcels/announced-parcels.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';
import { ApiKeyTable } from '../store/postgres/api-key-table.js';
import type { Database } from '../store/postgres/database.js';
import { ParcelAddressTable } from '../store/postgres/parcel-address-table.js';
import { openPartnerDoor } from './partner-door.js';

/** Null: this is no courier, or no partner comes in here. */
export async function courierDoor(of: {
  readonly config: GatewayConfig;
  readonly ledger: Pick<LedgerClient, 'deal'>;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<RunningPartnerDoor | null> {
  const { config, ledger, database, clock, log } = of;
  const { organisation, partnerDoor, web } = config;
  if (organisation.kind !== 'courier' || partnerDoor === undefined) return null;
  if (web === undefined) {
    // Its pages' tables say when a deal is over and its address is to go.
    throw new Error("A courier's partner door needs its pages in the configuration (web).");
  }
  const addresses = new ParcelAddressTable(database.query);
  const parcels = new AnnouncedParcels({ courier: organisation.mspId, ledger, addresses });
  return openPartnerDoor(partnerDoor, {
    ...{ log, alarms: new LoggedAlarms(log), handlers: courierHandlers(parcels) },
    apiKeys: new ApiKeys(new ApiKeyTable(database), clock),
  });
}
