// Duty: one organisation's gateway: its workers by kind, its admin API, started and stopped as a whole.
// Must not: hold rules of its own, or anything of another organisation's.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { DealView } from '../chaincode/protocol/commands.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { makeBankGateway, type BankGateway } from './bank-gateway.js';
import { adminToken } from './http/admin/bearer-token.js';
import { adminApp, serveAdminApi, type RunningAdminApi } from './http/admin/admin-server.js';
import { ledgerRoutes } from './http/admin/ledger-routes.js';
import type { LedgerBlock, LedgerClient } from './ledger/ledger-client.js';
import type { HealthAnswer } from './protocol/admin.js';
import type { GatewayConfig } from './protocol/gateway-config.js';
import { MadeValues } from './store/made-values.js';
import { runAgreementSteps } from './workers/agreement-duties.js';
import { CheckpointFile } from './workers/checkpoint.js';
import type { Clock } from './workers/clock.js';
import { DealActivity } from './workers/deal-activity.js';
import { DealWorker } from './workers/deal-worker.js';
import type { DueSteps } from './workers/deal-steps.js';
import { dueSteps } from './workers/due-steps.js';
import { LedgerReader } from './workers/ledger-reader.js';
import { OrganisationSetup } from './workers/organisation-setup.js';
import { workerSending, type Sending } from './workers/sending.js';

export interface OrganisationGatewayOptions {
  readonly config: GatewayConfig;
  readonly ledger: LedgerClient;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunningGateway {
  /** The desk's port. */
  readonly port: number;
  /** Rejects when the gateway cannot go on, for example when its disk is full. Never resolves before `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Used where the configuration of a bank says nothing. */
const USUAL_SIMULATOR = { codeLifeMs: 300_000, answerAfterMs: 0, answerLimitMs: 5_000 };

interface Frame extends OrganisationGatewayOptions {
  readonly sending: Sending;
  readonly values: MadeValues;
  readonly stopping: AbortController;
}

/** Starts everything; resolves when the admin API serves and the organisation's own peer delivers blocks. */
export async function startOrganisationGateway(options: OrganisationGatewayOptions): Promise<RunningGateway> {
  const { config, ledger, clock, log } = options;
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const stopping = new AbortController();
  const sending = workerSending(ledger, stopping.signal);
  const values = await MadeValues.open(join(config.dataDir, 'made-values.jsonl'));
  const frame: Frame = { ...options, sending, values, stopping };
  const again = (deal: string): void => {
    worker.touch(deal);
  };
  const bank = await bankGateway(frame, again);
  const worker = dealWorker(frame, bank);
  const setup = organisationSetup(frame);
  const activity = new DealActivity(clock);
  const reader = new LedgerReader({
    ...{ ledger, activity, worker },
    checkpoint: new CheckpointFile(join(config.dataDir, 'checkpoint.json')),
    onBlock: (block) => {
      if (changesParameters(block)) setup.attempt();
    },
    signal: stopping.signal,
  });
  const health = (): HealthAnswer => healthOf(frame, setup, reader);
  const admin = await startAdminApi(frame, { activity, health, bank });
  await ledger.ready(stopping.signal);
  setup.attempt();
  bank?.start();
  const ended = reader.run();
  log.info({ port: admin.port }, 'the gateway is ready');
  return { port: admin.port, ended, stop: () => stop(frame, { admin, worker, bank, ended }) };
}

function bankGateway(frame: Frame, again: (deal: string) => void): Promise<BankGateway> | null {
  const { config, ledger, sending, values, clock, log, stopping } = frame;
  const bank = config.organisation.bankId;
  if (bank === undefined) return null;
  const simulator = config.simulator ?? USUAL_SIMULATOR;
  const { dataDir } = config;
  const { signal } = stopping;
  return makeBankGateway({ bank, dataDir, ledger, sending, values, clock, log, simulator, again, signal });
}

function dealWorker({ config, ledger, sending, clock, log }: Frame, bank: BankGateway | null): DealWorker {
  const { mspId, kind } = config.organisation;
  const agreementWorker = kind === 'marketplace' || config.agreementWorker;
  const run = async (deal: string, view: DealView, due: DueSteps): Promise<boolean> => {
    const agreed = await runAgreementSteps(deal, due.agreement, { sending, log });
    const own = bank === null || (await bank.duties.run(deal, view, due.bank));
    return agreed && own;
  };
  return new DealWorker({
    view: (deal) => ledger.deal(deal),
    due: (view, now) => dueSteps(view, { mspId, kind, agreementWorker }, config.timing, now),
    ...{ run, clock, log },
  });
}

function organisationSetup({
  config,
  ledger,
  sending,
  values,
  clock,
  log,
  stopping,
}: Frame): OrganisationSetup {
  const { organisation, members } = config;
  const { signal } = stopping;
  return new OrganisationSetup({ ledger, sending, values, organisation, members, clock, log, signal });
}

function changesParameters(block: LedgerBlock): boolean {
  return block.transactions.some(({ event }) =>
    event.results.some(({ rows }) => Object.hasOwn(rows, rowKey('parameters'))),
  );
}

function healthOf({ config, ledger }: Frame, setup: OrganisationSetup, reader: LedgerReader): HealthAnswer {
  return {
    organisation: config.organisation.mspId,
    kind: config.organisation.kind,
    ready: true,
    settled: setup.isSettled(),
    block: reader.newestBlock(),
    counters: { ...ledger.counters },
  };
}

async function startAdminApi(
  { config, ledger, log }: Frame,
  parts: { activity: DealActivity; health: () => HealthAnswer; bank: BankGateway | null },
): Promise<RunningAdminApi> {
  const { activity, health, bank } = parts;
  const token = await adminToken(config.admin.tokenPath);
  const routers = [...(bank === null ? [] : [bank.routes]), ledgerRoutes({ ledger, activity, health })];
  return serveAdminApi(adminApp({ token, routers, log }), config.admin);
}

interface RunningParts {
  readonly admin: RunningAdminApi;
  readonly worker: DealWorker;
  readonly bank: BankGateway | null;
  readonly ended: Promise<void>;
}

/** The door first, then what sends, then the files that sending needs. */
async function stop({ stopping, values, ledger, log }: Frame, parts: RunningParts): Promise<void> {
  await parts.admin.close();
  stopping.abort(new Error('the gateway is stopping'));
  await parts.worker.stop();
  await parts.ended.catch((error: unknown) => {
    log.error({ err: error }, 'the ledger reader had failed');
  });
  await parts.bank?.close();
  await values.close();
  await ledger.close();
}
