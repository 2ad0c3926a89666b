// Puts the web door of one organisation together: its people, its view of the ledger, a handler for each endpoint.
import { existsSync, readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { type BoundEndpoint, boundEndpoints } from '../http/web/binding.js';
import { accountHandlers } from '../http/web/handlers/accounts.js';
import { bankHandlers } from '../http/web/handlers/bank.js';
import { consortiumHandlers } from '../http/web/handlers/consortium.js';
import { dealHandlers } from '../http/web/handlers/deals.js';
import { intentHandlers } from '../http/web/handlers/intents.js';
import { invitationHandlers } from '../http/web/handlers/invitations.js';
import { offerHandlers } from '../http/web/handlers/offers.js';
import { ledgerHandlers } from '../http/web/handlers/ledger.js';
import { notificationHandlers, NOTIFICATIONS_KEPT_MS } from '../http/web/handlers/notifications.js';
import { operationHandlers } from '../http/web/handlers/operations.js';
import { parcelHandlers } from '../http/web/handlers/parcels.js';
import { payerHandlers } from '../http/web/handlers/payers.js';
import { peopleHandlers } from '../http/web/handlers/people.js';
import { receiptHandlers } from '../http/web/handlers/receipts.js';
import { sessionHandlers } from '../http/web/handlers/session.js';
import { liveRoutes } from '../http/web/live-routes.js';
import { webMetrics } from '../http/web/observation.js';
import type { Readiness } from '../http/web/status-routes.js';
import { pictureRoutes } from '../http/web/picture-routes.js';
import { PictureUploads } from '../http/web/picture-uploads.js';
import { profilePictureRoutes } from '../http/web/profile-picture-routes.js';
import { webApp, type WebRoutes } from '../http/web/web-app.js';
import { serveWeb } from '../http/web/web-server.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { LiveChanges } from '../live/live-changes.js';
import { Operations } from '../operations/operations.js';
import { submissionReceipts } from '../operations/submission-receipts.js';
import { withTrueCodes } from '../operations/true-codes.js';
import { KEPT_MS } from '../people/repeated-writes.js';
import { LONGEST_SESSION_MS } from '../people/sessions.js';
import { ClientLimits } from '../payments/client-limits.js';
import { Projection } from '../projection/projection.js';
import { bankEndpoints } from '../protocol/api/bank.js';
import type { EndpointName } from '../protocol/api/endpoints.js';
import type { ConsortiumInfo } from '../protocol/api/consortium.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';
import { memberSigner, signatureChecker } from '../receipts/member-signatures.js';
import { PostgresAccounts } from '../store/postgres/account-reads.js';
import { BankAccountTable } from '../store/postgres/bank-account-table.js';
import { PostgresBankReads } from '../store/postgres/bank-reads.js';
import { PostgresCommands } from '../store/postgres/command-reads.js';
import type { Database } from '../store/postgres/database.js';
import { PostgresDeals } from '../store/postgres/deal-reads.js';
import { RequestLimitTable } from '../store/postgres/limit-tables.js';
import { PostgresLedger } from '../store/postgres/ledger-reads.js';
import { PostgresLiveReads } from '../store/postgres/live-reads.js';
import { NotificationTables } from '../store/postgres/notification-tables.js';
import { PostgresOffers } from '../store/postgres/offer-reads.js';
import { PostgresOperationRecords } from '../store/postgres/operation-records.js';
import { PostgresParcels } from '../store/postgres/parcel-reads.js';
import { PostgresPictures } from '../store/postgres/picture-records.js';
import { PostgresProjectionTables } from '../store/postgres/projection-tables.js';
import type { Names } from '../views/viewer.js';
import { CleanUp } from '../worker/clean-up.js';
import type { OperatorParts } from './bank-gateway.js';
import { type WebAddresses, webAddresses } from './web-addresses.js';
import { administrationHandlers, memberInfos } from './web-administration.js';
import type { BankPartners } from './bank-partners.js';
import { type WebPayers, webPayers } from './web-payers.js';
import { ensureFirstAdministrator, type WebPeople, webPeople } from './web-people.js';

export interface WebApiOptions {
  readonly config: GatewayConfig;
  readonly ledger: LedgerClient;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Of a bank; null: this is none. */
  readonly bank: OperatorParts | null;
  readonly partners: BankPartners;
}

export interface RunningWebApi {
  readonly port: number;
  /** Rejects when the tables can no longer follow the ledger. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Commands that come without a session, in a minute. Behind one address there may be many people. */
const INTENT_RATES = { intentAddress: 600, intentPerson: 60 };
type RequestLimits = RequestLimitTable<'address' | 'person' | keyof typeof INTENT_RATES>;

/** Content that no row of the ledger names, and pictures that no content names. */
const UNUSED_MS = 86_400_000;
const REMOVED_AT_ONCE = 1_000;
/** Of one person. */
const MOST_NOTIFICATIONS = 500;
const BANK_ENDPOINTS = Object.keys(bankEndpoints) as readonly EndpointName[]; // exactly its own names

interface Parts extends WebApiOptions {
  readonly web: NonNullable<GatewayConfig['web']>;
  readonly persons: WebPeople;
  readonly projection: Projection;
  readonly live: LiveChanges;
  readonly operations: Operations;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly payers: WebPayers;
  readonly addresses: WebAddresses;
}

/** Null: the configuration names no web door. */
export async function startWebApi(options: WebApiOptions): Promise<RunningWebApi | null> {
  const { web } = options.config;
  if (web === undefined) return null;
  if (options.config.identities.registrar === undefined) {
    throw new Error(
      'A web door needs the certificate of a registrar in its configuration (identities.registrar).',
    );
  }
  const parts = partsOf(options, web);
  await ensureFirstAdministrator(parts.persons, options.config.dataDir);
  await parts.persons.tables.persons.fillMasks();
  await parts.operations.start();
  const limits = new RequestLimitTable(options.database.query, { ...web.requestsPerMinute, ...INTENT_RATES });
  const cleanUp = cleanUpOf(parts, limits);
  let port = web.port;
  const app = webApp({
    endpoints: endpointsOf(parts, limits),
    extraRoutes: extraRoutesOf(parts, limits),
    entrance: parts.persons.sessions,
    limits,
    repeatedWrites: parts.persons.repeatedWrites,
    checksAnswers: false,
    subject: {
      organisation: options.config.organisation.name,
      kind: options.config.organisation.kind,
      origin: web.origin,
    },
    origin: web.origin,
    memberOrigins: options.config.members.flatMap((member) => member.web ?? []),
    hosts: () => ['127.0.0.1', 'localhost', '[::1]', web.host].map((host) => `${host}:${String(port)}`),
    proxies: web.proxies,
    pages: web.pages !== undefined && existsSync(web.pages) ? web.pages : null,
    settings: web.settings ?? null,
    readiness: readinessOf(parts),
    metrics: webMetrics(),
    metricsToken:
      web.metricsTokenPath === undefined ? null : readFileSync(web.metricsTokenPath, 'utf8').trim(),
    log: options.log,
  });
  const running = await serveWeb(app, { host: web.host, port: web.port, tls: web.tls ?? null });
  port = running.port;
  cleanUp.start();
  parts.addresses.start();
  return {
    port,
    ended: parts.projection.run(),
    close: async () => {
      cleanUp.stop();
      await parts.addresses.stop();
      await running.close();
    },
  };
}

function partsOf(options: WebApiOptions, web: NonNullable<GatewayConfig['web']>): Parts {
  const { config, ledger, database, partners, clock, log, signal } = options;
  const { query } = database;
  const live = new LiveChanges(new PostgresLiveReads(query));
  const commands = new PostgresCommands(query);
  const persons = webPeople({ config, web, ledger, database, clock, log });
  const { names } = persons;
  const accounts = new PostgresAccounts(query);
  const projection = new Projection({
    ledger,
    tables: new PostgresProjectionTables(query),
    onBlock: (changes) => {
      live.publish(changes).catch((error: unknown) => {
        log.warn({ err: error }, 'changes could not be said live');
      });
    },
    signal,
  });
  return {
    ...options,
    web,
    live,
    persons,
    names,
    payers: webPayers({ config, ledger, database, accounts, partners, names, clock, log }),
    addresses: webAddresses({ config, database, names, clock, log }),
    projection,
    operations: new Operations({
      channel: config.channel,
      ...{ ledger: withTrueCodes(ledger), clock, log, signal },
      records: new PostgresOperationRecords(query),
      seenOnLedger: (person, id) => commands.outcome(person, id),
      receipts: receiptsOf(config),
      shown: (block, until) => projection.reached(block, until),
    }),
  };
}

function receiptsOf({ channel, organisation: { mspId }, identities }: GatewayConfig) {
  const { certPath, keyPath } = identities.gateway;
  const certPem = readFileSync(certPath, 'utf8');
  return submissionReceipts({ channel, mspId, certPem, keyPem: readFileSync(keyPath, 'utf8') });
}

function extraRoutesOf({ persons, live, database, clock }: Parts, limits: RequestLimits): WebRoutes[] {
  const entrance = persons.sessions;
  const uploads = new PictureUploads(limits);
  const pictures = new PostgresPictures(database.query);
  return [
    liveRoutes({ entrance, live }),
    pictureRoutes({ entrance, uploads, pictures, clock }),
    profilePictureRoutes({ entrance, uploads, pictures: persons.profilePictures, clock }),
  ];
}

function endpointsOf(parts: Parts, requestLimits: RequestLimits): BoundEndpoint[] {
  const { config, ledger, database, clock, operations, persons, web, names, payers, addresses } = parts;
  const { kind, mspId } = config.organisation;
  const { query } = database;
  const reads = new PostgresDeals(query);
  const { confirmations } = parts.partners;
  const limits = new ClientLimits({ deals: reads, operations, confirmations, most: web.limits, clock });
  const deals = dealHandlers({
    ...{ deals: reads, operations, limits, names, clock },
    addresses: addresses.ofDeals,
  });
  const handlers = {
    ...consortiumHandlers({
      ...{ consortium: consortiumInfo(config), ledger, clock },
      canRegister: () => persons.registration.isOpen(),
    }),
    ...sessionHandlers({ ...persons, isSecure: web.origin.startsWith('https:') }),
    ...administrationHandlers({ config, web, ledger, database, clock, operations, persons, names }),
    ...peopleHandlers({ ...persons, operations }),
    ...operationHandlers(operations),
    ...offerHandlers({ offers: new PostgresOffers(query), ledger, operations, names, clock }),
    ...deals,
    ...addresses.handlers,
    ...invitationHandlers({ deals: reads, operations, clock }),
    ...notificationHandlers({ notifications: new NotificationTables(query), clock }),
    ...accountHandlers({ accounts: new PostgresAccounts(query), operations }),
    ...payerHandlers({ ...payers, submit: deals.submitPayment }),
    ...ledgerReaders(parts),
    ...operatorHandlers(parts),
    ...intentDoor(parts, limits, requestLimits),
    ...parcelHandlers({
      ...{ courier: mspId, parcels: new PostgresParcels(query), operations },
      addresses: addresses.ofParcels,
    }),
  };
  // Without a bank's own parts its operators have nothing to do.
  return boundEndpoints(kind, handlers, parts.bank === null ? BANK_ENDPOINTS : []);
}

function ledgerReaders({ config, database, names, clock }: Parts) {
  const { channel, identities, members, organisation } = config;
  const { mspId: member } = organisation;
  const ledger = new PostgresLedger(database.query);
  const deals = new PostgresDeals(database.query);
  const sign = memberSigner(member, identities.gateway);
  const isSigned = signatureChecker(members);
  return {
    ...ledgerHandlers({ ledger, deals, names }),
    ...receiptHandlers({ member, channel, ledger, deals, names, sign, isSigned, clock }),
  };
}

/** Open to every member's people, whose rows are read as the own people's are. */
function intentDoor({ operations, persons }: Parts, limits: ClientLimits, requestLimits: RequestLimits) {
  return intentHandlers({
    ...{ operations, limits },
    personRow: (person) => persons.everybody.row(person),
    count: (kind, key) => requestLimits.count(kind, key),
  });
}

function operatorHandlers({ bank, config, ledger, operations, database, clock }: Parts) {
  if (bank === null) return {};
  const partners = config.members.filter(({ kind }) => kind === 'marketplace').map(({ mspId }) => mspId);
  const { mspId } = config.organisation;
  const reads = new PostgresBankReads(database.query);
  const accounts = new BankAccountTable(database.query);
  return bankHandlers({ ...bank, mspId, partners, ledger, operations, reads, accounts, clock });
}

function consortiumInfo(config: GatewayConfig): Omit<ConsortiumInfo, 'canRegister'> {
  const { channel, organisation, members, timing, world } = config;
  return {
    channel,
    mspId: organisation.mspId,
    members: memberInfos(members),
    isDemo: world === 'demo',
    windowMs: timing.windowMs,
    slackMs: timing.slackMs,
  };
}

function readinessOf({ persons, ledger, projection, clock, config }: Parts): Readiness {
  return {
    checks: {
      database: async () => {
        await persons.tables.persons.count();
        return null;
      },
      ledger: async () => {
        await ledger.rows(['parameters']);
        return null;
      },
      // A block's time cannot lie further ahead than members' clocks may differ.
      clock: () => {
        const aheadMs = projection.newestAt() - clock.now();
        const isBehind = aheadMs > 2 * config.timing.windowMs;
        return Promise.resolve(isBehind ? 'this clock is behind the ledger' : null);
      },
    },
  };
}

function cleanUpOf({ persons, database, addresses, clock, log }: Parts, limits: RequestLimits): CleanUp {
  const { sessions, repeatedWrites, counts } = persons.tables;
  const pictures = new PostgresPictures(database.query);
  const offers = new PostgresOffers(database.query);
  const notifications = new NotificationTables(database.query);
  return new CleanUp({
    ...{ clock, log },
    jobs: [
      (now) =>
        sessions.removeOld({ begunBefore: now - LONGEST_SESSION_MS, usedBefore: now - LONGEST_SESSION_MS }),
      (now) => repeatedWrites.removeOlder(now - KEPT_MS),
      (now) => offers.removeUnused(now - UNUSED_MS, REMOVED_AT_ONCE),
      (now) => notifications.removeOld({ before: now - NOTIFICATIONS_KEPT_MS, mostEach: MOST_NOTIFICATIONS }),
      (now) => pictures.removeUnused(now - UNUSED_MS, REMOVED_AT_ONCE),
      ...addresses.jobs,
      async (now) => {
        await limits.removeOld(now);
        await counts.removeOld(now);
        return 0;
      },
    ],
  });
}
