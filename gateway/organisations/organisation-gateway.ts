// One organisation's gateway: its workers by kind, its admin API, started and stopped as a whole.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { Clock } from '../clock.js';
import { DealActivity } from '../deals/deal-activity.js';
import { executeDealActions } from '../deals/execute.js';
import { adminApp, type RunningAdminApi, serveAdminApi } from '../http/admin/admin-server.js';
import { ledgerRoutes } from '../http/admin/ledger-routes.js';
import type { LedgerBlock, LedgerClient } from '../ledger/ledger-client.js';
import { adminToken } from '../protocol/admin-token.js';
import type { HealthAnswer } from '../protocol/admin.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';
import { CheckpointFile } from '../store/files/checkpoint-file.js';
import { GeneratedValuesFile } from '../store/files/generated-values-file.js';
import { BlockFollower } from '../worker/block-follower.js';
import { DealScheduler } from '../worker/deal-scheduler.js';
import { Provisioning } from '../worker/provisioning.js';
import { workerSubmitter, type WorkerSubmitter } from '../worker/submitter.js';
import { type BankGateway, makeBankGateway } from './bank-gateway.js';
import type { DueActions } from './due-actions.js';
import { dueActions } from './due-actions.js';

export interface OrganisationGatewayOptions {
  readonly config: GatewayConfig;
  readonly ledger: LedgerClient;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunningGateway {
  /** The admin API's port. */
  readonly port: number;
  /** Rejects when the gateway cannot go on, for example when its disk is full. Never resolves before `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Where the configuration of a bank says nothing. */
const USUAL_SIMULATOR = { codeLifeMs: 300_000, answerAfterMs: 0, answerLimitMs: 5_000 };

type Scheduler = DealScheduler<DealView, DueActions>;

interface Frame extends OrganisationGatewayOptions {
  readonly submitter: WorkerSubmitter;
  readonly values: GeneratedValuesFile;
  readonly stopping: AbortController;
}

/** Starts everything; resolves when the admin API serves and the organisation's own peer delivers blocks. */
export async function startOrganisationGateway(options: OrganisationGatewayOptions): Promise<RunningGateway> {
  const { config, ledger, clock, log: log } = options;
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const stopping = new AbortController();
  const submitter = workerSubmitter(ledger, stopping.signal);
  const values = await GeneratedValuesFile.open(join(config.dataDir, 'generated-values.jsonl'));
  const frame: Frame = { ...options, submitter, values, stopping };
  const requeue = (deal: string): void => {
    scheduler.enqueue(deal);
  };
  const bank = await bankGateway(frame, requeue);
  const scheduler = dealScheduler(frame, bank);
  const provisioning = provisioningOf(frame);
  const activity = new DealActivity(clock);
  const follower = new BlockFollower({
    ...{ ledger, scheduler, signal: stopping.signal },
    checkpoints: new CheckpointFile(join(config.dataDir, 'checkpoint.json')),
    dealsOf: (block) => activity.take(block),
    onBlock: (block) => {
      if (changesParameters(block)) provisioning.attempt();
    },
  });
  const health = (): HealthAnswer => healthOf(frame, provisioning, follower);
  const admin = await startAdminApi(frame, { activity, health, bank });
  await ledger.ready(stopping.signal);
  provisioning.attempt();
  bank?.start();
  const ended = follower.run();
  log.info({ port: admin.port }, 'the gateway is ready');
  return { port: admin.port, ended, stop: () => stop(frame, { admin, scheduler, bank, ended }) };
}

function bankGateway(frame: Frame, requeue: (deal: string) => void): Promise<BankGateway> | null {
  const { config, ledger, submitter, values, clock, log: log, stopping } = frame;
  const bank = config.organisation.bankId;
  if (bank === undefined) return null;
  const simulator = config.simulator ?? USUAL_SIMULATOR;
  const { dataDir } = config;
  const { signal } = stopping;
  return makeBankGateway({
    bank,
    dataDir,
    ledger,
    submitter,
    values,
    clock,
    log,
    simulator,
    requeue,
    signal,
  });
}

function dealScheduler(
  { config, ledger, submitter, clock, log: log }: Frame,
  bank: BankGateway | null,
): Scheduler {
  const { mspId, kind } = config.organisation;
  const agreementWorker = kind === 'marketplace' || config.agreementWorker;
  return new DealScheduler({
    view: (deal) => ledger.deal(deal),
    due: (view, now) => dueActions(view, { mspId, kind, agreementWorker }, now),
    execute: async (deal, view, due) => {
      const agreed = await executeDealActions(deal, due.deal, { submitter, log });
      const own = bank === null || (await bank.payments.execute(deal, view, due.payment));
      return agreed && own;
    },
    ...{ clock, log },
  });
}

function provisioningOf({
  config,
  ledger,
  submitter,
  values,
  clock,
  log: log,
  stopping,
}: Frame): Provisioning {
  const { organisation, members } = config;
  const { signal } = stopping;
  return new Provisioning({ ledger, submitter, values, organisation, members, clock, log, signal });
}

function changesParameters(block: LedgerBlock): boolean {
  return block.transactions.some(({ event }) =>
    event.results.some(({ rows }) => Object.hasOwn(rows, rowKey('parameters'))),
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
  { config, ledger, log: log }: Frame,
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
  readonly ended: Promise<void>;
}

/** In order: the admin API, the workers, the stores. */
async function stop({ stopping, values, ledger, log: log }: Frame, parts: RunningParts): Promise<void> {
  await parts.admin.close();
  stopping.abort(new Error('the gateway is stopping'));
  await parts.scheduler.stop();
  await parts.ended.catch((error: unknown) => {
    log.error({ err: error }, 'following the ledger had failed');
  });
  await parts.bank?.close();
  await values.close();
  await ledger.close();
}
