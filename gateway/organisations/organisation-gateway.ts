// One organisation's gateway: its workers by kind, its admin API, started and stopped as a whole.
import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { notingAccounts } from '../accounts/opened-accounts.js';
import type { Clock } from '../clock.js';
import { DealActivity } from '../deals/deal-activity.js';
import type { Admits } from '../deals/due-actions.js';
import { executeDealActions } from '../deals/execute.js';
import { adminApp, type RunningAdminApi, serveAdminApi } from '../http/admin/admin-server.js';
import { ledgerRoutes } from '../http/admin/ledger-routes.js';
import type { LedgerBlock, LedgerClient } from '../ledger/ledger-client.js';
import { LedgerRejected } from '../ledger/ledger-errors.js';
import type { RunningPartnerDoor } from '../http/partner/partner-server.js';
import { adminToken } from '../protocol/admin-token.js';
import type { HealthAnswer } from '../protocol/admin.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';
import type { GeneratedValues } from '../store/generated-values.js';
import { BankAccountTable } from '../store/postgres/bank-account-table.js';
import { CheckpointTable } from '../store/postgres/checkpoint-table.js';
import { Database } from '../store/postgres/database.js';
import { GeneratedValueTable } from '../store/postgres/generated-value-table.js';
import { BlockFollower } from '../worker/block-follower.js';
import { DealScheduler } from '../worker/deal-scheduler.js';
import { AcceptedParameters } from '../worker/accepted-parameters.js';
import { Provisioning } from '../worker/provisioning.js';
import { workerSubmitter, type WorkerSubmitter } from '../worker/submitter.js';
import { type BankGateway, makeBankGateway } from './bank-gateway.js';
import { type BankPartners, bankPartners } from './bank-partners.js';
import { courierDoor } from './courier-door.js';
import type { DueActions } from './due-actions.js';
import { dueActions } from './due-actions.js';
import { type RunningWebApi, startWebApi } from './web-api.js';

export interface OrganisationGatewayOptions {
  readonly config: GatewayConfig;
  readonly ledger: LedgerClient;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunningGateway {
  /** The admin API's port. */
  readonly port: number;
  /** A bank's or courier's port for partners; null: there is none. */
  readonly partnerPort: number | null;
  /** The port of pages and web API; null: there is none. */
  readonly webPort: number | null;
  /** Rejects when the gateway cannot go on, for example when its disk is full. Never resolves before `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Where the configuration of a bank says nothing. */
const USUAL_SIMULATOR = { codeLifeMs: 300_000, answerAfterMs: 0, answerLimitMs: 5_000 };

/** Under which the checkpoint of due actions is stored. */
const FOLLOWER = 'deals';

type Scheduler = DealScheduler<DealView, DueActions>;

interface Frame extends OrganisationGatewayOptions {
  readonly submitter: WorkerSubmitter;
  readonly database: Database;
  readonly values: GeneratedValues;
  readonly stopping: AbortController;
}

/** Starts everything; resolves when the admin API serves and the organisation's own peer delivers blocks. */
export async function startOrganisationGateway(options: OrganisationGatewayOptions): Promise<RunningGateway> {
  const { config, clock, log } = options;
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const stopping = new AbortController();
  const database = await Database.open({ url: config.database.url, world: config.world, log });
  const isBank = config.organisation.kind === 'bank';
  const ledger = isBank
    ? notingAccounts(options.ledger, new BankAccountTable(database.query))
    : options.ledger;
  const submitter = workerSubmitter(ledger, stopping.signal);
  const values = new GeneratedValueTable(database);
  const frame: Frame = { ...options, ledger, submitter, database, values, stopping };
  const requeue = (deal: string): void => {
    scheduler.enqueue(deal);
  };
  const bank = await bankGateway(frame, requeue);
  const partners = bankPartners({ config, requeue, clock, log, signal: stopping.signal });
  const scheduler = dealScheduler(frame, bank, partners);
  const provisioning = provisioningOf(frame);
  const accepted = acceptedParametersOf(frame);
  const activity = new DealActivity(clock);
  const follower = new BlockFollower({
    ...{ ledger, scheduler, signal: stopping.signal },
    checkpoints: new CheckpointTable(database, FOLLOWER),
    dealsOf: (block) => activity.take(block),
    onBlock: (block) => {
      bank?.take(block);
      if (!changesParameters(block)) return;
      provisioning.attempt();
      accepted.look();
    },
  });
  const health = (): HealthAnswer => healthOf(frame, provisioning, follower);
  const admin = await startAdminApi(frame, { activity, health, bank });
  await ledger.ready(stopping.signal);
  provisioning.attempt();
  accepted.look();
  bank?.start();
  const courier = await courierDoor(frame);
  const web = await startWebApi({
    ...{ config, ledger, database, clock, log, signal: stopping.signal },
    bank: bank?.operatorParts ?? null,
    partners,
  });
  const following = [follower.run(), ...(web === null ? [] : [web.ended])];
  const ended = Promise.all(following).then(() => undefined);
  log.info({ port: admin.port }, 'the gateway is ready');
  const partnerPort = partnerPortOf(bank, courier);
  return {
    ...{ port: admin.port, partnerPort, webPort: web?.port ?? null, ended },
    stop: () => stop(frame, { admin, scheduler, bank, courier, web, partners, ended }),
  };
}

function partnerPortOf(bank: BankGateway | null, courier: RunningPartnerDoor | null): number | null {
  return bank === null ? (courier?.port ?? null) : bank.partnerPort;
}

function bankGateway(frame: Frame, requeue: (deal: string) => void): Promise<BankGateway> | null {
  const { config, ledger, submitter, database, values, clock, log, stopping } = frame;
  const bank = config.organisation.bankId;
  if (bank === undefined) return null;
  if (config.core === undefined) {
    throw new Error("A bank's gateway needs the address of its core in its configuration (core).");
  }
  const { channel, members, core: coreAddress } = config;
  return makeBankGateway({
    ...{ bank, channel, members, database, ledger, submitter, values, clock, log, coreAddress, requeue },
    limits: config.simulator ?? USUAL_SIMULATOR,
    isDemo: config.world === 'demo',
    partnerDoor: config.partnerDoor ?? null,
    signal: stopping.signal,
  });
}

function dealScheduler(
  { config, ledger, submitter, clock, log }: Frame,
  bank: BankGateway | null,
  { confirmations }: BankPartners,
): Scheduler {
  const { mspId, kind } = config.organisation;
  const agreementWorker = kind === 'marketplace' || config.agreementWorker;
  // What the marketplace does not admit, the payer's bank does: nobody else knows that it is confirmed.
  const admits: Admits = (payment) => kind === 'marketplace' && confirmations.admits(payment);
  return new DealScheduler({
    view: (deal) => ledger.deal(deal),
    isRefused: (error) => error instanceof LedgerRejected,
    due: (view, now) => dueActions(view, { mspId, kind, agreementWorker, admits }, now),
    execute: async (deal, view, due) => {
      if (kind === 'marketplace') confirmations.follow(view);
      const agreed = await executeDealActions(deal, due.deal, { submitter, log });
      const own = bank === null || (await bank.payments.execute(deal, view, due.payment));
      return agreed && own;
    },
    ...{ clock, log },
  });
}

function provisioningOf({ config, ledger, submitter, values, clock, log, stopping }: Frame): Provisioning {
  const { organisation, members } = config;
  const { signal } = stopping;
  return new Provisioning({ ledger, submitter, values, organisation, members, clock, log, signal });
}

function acceptedParametersOf({
  config,
  ledger,
  submitter,
  clock,
  log,
  stopping,
}: Frame): AcceptedParameters {
  const { mspId } = config.organisation;
  return new AcceptedParameters({ mspId, ledger, submitter, clock, log, signal: stopping.signal });
}

const RULES = [rowKey('parameters'), rowKey('parametersProposal')];

function changesParameters(block: LedgerBlock): boolean {
  return block.transactions.some(({ event }) =>
    event.results.some(({ rows }) => RULES.some((key) => Object.hasOwn(rows, key))),
  );
}

function healthOf(
  { config, ledger }: Frame,
  provisioning: Provisioning,
  follower: BlockFollower,
): HealthAnswer {
  return {
    organisation: config.organisation.mspId,
    kind: config.organisation.kind,
    ready: true,
    provisioned: provisioning.isProvisioned(),
    block: follower.newestBlock(),
    counters: { ...ledger.counters },
  };
}

async function startAdminApi(
  { config, ledger, log }: Frame,
  parts: {
    readonly activity: DealActivity;
    readonly health: () => HealthAnswer;
    readonly bank: BankGateway | null;
  },
): Promise<RunningAdminApi> {
  const { activity, health, bank } = parts;
  const token = adminToken(config.admin.tokenPath);
  const routers = [...(bank === null ? [] : [bank.routes]), ledgerRoutes({ ledger, activity, health })];
  return serveAdminApi(adminApp({ token, routers, log }), config.admin);
}

interface RunningParts {
  readonly admin: RunningAdminApi;
  readonly scheduler: Scheduler;
  readonly bank: BankGateway | null;
  readonly courier: RunningPartnerDoor | null;
  readonly web: RunningWebApi | null;
  readonly partners: BankPartners;
  readonly ended: Promise<void>;
}

/** In order: the doors, the workers, the stores. */
async function stop({ stopping, database, ledger, log }: Frame, parts: RunningParts): Promise<void> {
  await parts.web?.close();
  await parts.courier?.close();
  await parts.admin.close();
  stopping.abort(new Error('the gateway is stopping'));
  await parts.scheduler.stop();
  await parts.ended.catch((error: unknown) => {
    log.error({ err: error }, 'following the ledger had failed');
  });
  parts.partners.close();
  await parts.bank?.stop();
  await ledger.close();
  await database.close();
}
