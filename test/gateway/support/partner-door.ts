// A bank's or a courier's partner door on loopback over real TLS, with certificates as the network makes them: the
// marketplace and another marketplace come in with their own, each by the key that the test gives it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoggedAlarms } from '../../../gateway/alarms.js';
import { ApiKeys, type ApiKeyWish } from '../../../gateway/api-keys/api-keys.js';
import { systemClock } from '../../../gateway/clock.js';
import { bankHandlers } from '../../../gateway/http/partner/bank-handlers.js';
import { Callers } from '../../../gateway/http/partner/callers.js';
import { courierHandlers } from '../../../gateway/http/partner/courier-handlers.js';
import { partnerApp, type PartnerAppOptions } from '../../../gateway/http/partner/partner-app.js';
import { servePartners } from '../../../gateway/http/partner/partner-server.js';
import { AnnouncedParcels } from '../../../gateway/parcels/announced-parcels.js';
import { PartnerConnection } from '../../../gateway/partner/partner-connection.js';
import { HttpsBankPartner } from '../../../gateway/partner/https-bank-partner.js';
import { SCOPES } from '../../../gateway/protocol/scopes.js';
import { makeKeyPair } from '../../../gateway/sdk/keys.js';
import { ApiKeyTable } from '../../../gateway/store/postgres/api-key-table.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { ParcelAddressTable } from '../../../gateway/store/postgres/parcel-address-table.js';
import type { DealView } from '../../../chaincode/protocol/queries.js';
import type { Member } from '../../../network/consortium.js';
import { organisationTree, type CredentialFiles } from '../../../network/identity/layout.js';
import { ensureIdentities } from '../../../network/identity/organisation.js';
import { inDatabase } from '../../support/database.js';
import { BANK_ID, type BankBranch, MARKETPLACE, openBranch } from './bank-branch.js';
import { dealView } from './deal-views.js';
import { fakeLedger } from './fake-ledger.js';
import { silentLog } from './silent-log.js';
import { inTemporaryFolder } from './temporary-folder.js';

export const OTHER = 'OtherMSP';
const BANK = 'BankAMSP';
export const COURIER = 'CourierMSP';
const FAR = 4_102_444_800_000;
const TIMES = { connectAndAnswerMs: 5_000, patienceMs: 0 };

const members = [
  { mspId: MARKETPLACE, name: 'Marketplace', kind: 'marketplace', domain: 'marketplace.example' },
  { mspId: OTHER, name: 'Other', kind: 'marketplace', domain: 'other.example' },
  { mspId: BANK, name: 'Bank A', kind: 'bank', bankId: BANK_ID, domain: 'bank-a.example' },
  { mspId: COURIER, name: 'Courier', kind: 'courier', domain: 'courier.example' },
].map((member) => ({ ...member, host: '127.0.0.1', portOffset: 0 })) as readonly Member[];

/** A member's door, whatever it serves. */
export interface Door {
  readonly apiKeys: ApiKeys;
  readonly url: string;
  /** Of the authority of the door's certificate. */
  readonly tlsRootCertPath: string;
  /** TLS credential of a member's gateway. */
  readonly credential: (mspId: string, of?: 'gateway' | 'peer') => CredentialFiles;
  /** A key that the door's member issues now. */
  readonly issue: (wish?: Partial<ApiKeyWish>) => Promise<string>;
  /** A file of the test with this key. */
  readonly keyFile: (key: string) => string;
  /** Comes in with this credential and key. */
  readonly connect: (tls: CredentialFiles, key: string) => PartnerConnection;
}

export interface PartnerDoor extends Door {
  readonly branch: BankBranch;
  /** The marketplace's own client, with every scope. */
  readonly partner: HttpsBankPartner;
}

export interface CourierDoor extends Door {
  /** What the test may change while it goes on. */
  readonly world: { deal: DealView };
  readonly alarms: LoggedAlarms;
  readonly addresses: ParcelAddressTable;
}

export function atPartnerDoor(run: (door: PartnerDoor) => Promise<void>): Promise<void> {
  return inTemporaryFolder((folder) =>
    inDatabase(async (database) => {
      const branch = await openBranch({ folder, database, key: await makeKeyPair() });
      const serving = { host: BANK, folder, database, alarms: branch.alarms, handlers: bankHandlers(branch) };
      await atDoor(serving, async (door) => {
        const { url, tlsRootCertPath, credential, keyFile, issue } = door;
        const bank = {
          mspId: BANK,
          bankId: BANK_ID,
          url,
          tlsRootCertPath,
          apiKeyPath: keyFile(await issue()),
        };
        const partner = new HttpsBankPartner({ tls: credential(MARKETPLACE), banks: [bank] }, TIMES);
        try {
          await run({ ...door, branch, partner });
        } finally {
          partner.close();
        }
      });
    }),
  );
}

/** One deal is on the ledger, with this courier in its terms. */
export function atCourierDoor(run: (door: CourierDoor) => Promise<void>): Promise<void> {
  return inTemporaryFolder((folder) =>
    inDatabase(async (database) => {
      const world = { deal: dealView({ phase: 'paid', shipment: 'announced' }) };
      const nothing = { ...dealView(), terms: null, phase: null };
      const ledger = fakeLedger({
        deal: (deal) => Promise.resolve(deal === world.deal.terms?.deal ? world.deal : nothing),
      });
      const alarms = new LoggedAlarms(silentLog);
      const addresses = new ParcelAddressTable(database.query);
      const handlers = courierHandlers(new AnnouncedParcels({ courier: COURIER, ledger, addresses }));
      await atDoor({ host: COURIER, folder, database, alarms, handlers }, (door) =>
        run({ ...door, world, alarms, addresses }),
      );
    }),
  );
}

async function atDoor(
  of: Pick<PartnerAppOptions, 'handlers' | 'alarms'> & {
    readonly host: string;
    readonly folder: string;
    readonly database: Database;
  },
  run: (door: Door) => Promise<void>,
): Promise<void> {
  const { host, folder, database, handlers, alarms } = of;
  const organizations = join(folder, 'organizations');
  await ensureIdentities(organizations, { members: [...members] });
  const treeOf = (mspId: string) => {
    const member = members.find((candidate) => candidate.mspId === mspId);
    if (member === undefined) throw new Error(`no member ${mspId}`);
    return organisationTree(organizations, member);
  };
  const apiKeys = new ApiKeys(new ApiKeyTable(database), systemClock);
  const callers = new Callers(
    members.slice(0, 2).map(({ mspId, domain }) => ({
      ...{ mspId, commonName: `Gateway@${domain}` },
      tlsRootCertPath: treeOf(mspId).tlsCa.certPath,
    })),
  );
  const app = partnerApp({ callers, apiKeys, handlers, alarms, log: silentLog });
  const { gatewayServer, tlsCa } = treeOf(host);
  const listener = { host: '127.0.0.1', port: 0, tls: gatewayServer };
  const server = await servePartners(app, listener, callers.roots());
  const url = `https://127.0.0.1:${String(server.port)}`;
  const opened: PartnerConnection[] = [];
  let files = 0;
  const keyFile = (key: string): string => {
    const path = join(folder, `key-${String((files += 1))}`);
    writeFileSync(path, key, { mode: 0o600 });
    return path;
  };
  const door: Door = {
    ...{ apiKeys, url, keyFile, tlsRootCertPath: tlsCa.certPath },
    issue: async (wish = {}) => {
      const usual = { member: MARKETPLACE, scopes: [...SCOPES], label: 'test', expiresAt: FAR };
      return (await apiKeys.issue({ ...usual, ...wish })).key;
    },
    credential: (mspId, kind = 'gateway') =>
      kind === 'peer' ? treeOf(mspId).peer.tls : treeOf(mspId).users.Gateway.tls,
    connect: (tls, key) => {
      const address = { url, tls, tlsRootCertPath: tlsCa.certPath, apiKeyPath: keyFile(key) };
      const connection = new PartnerConnection(address, TIMES);
      opened.push(connection);
      return connection;
    },
  };
  try {
    await run(door);
  } finally {
    for (const connection of opened) connection.close();
    await server.close();
  }
}
