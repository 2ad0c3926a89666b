// The routes that every organisation's admin API has: commands, private questions, rows, deals, health.
import { Router } from 'express';
import { z } from 'zod';
import type { PrivateQuery } from '../../../chaincode/protocol/queries.js';
import { ROW_KINDS, type RowKind, type Rows } from '../../../chaincode/protocol/rows.js';
import type { DealActivity } from '../../deals/deal-activity.js';
import type { LedgerClient } from '../../ledger/ledger-client.js';
import {
  type CommandsAnswer,
  commandsRequestSchema,
  type DealAnswer,
  dealQuerySchema,
  type DryRunAnswer,
  dryRunRequestSchema,
  type HealthAnswer,
  type HistoryAnswer,
  laneQuerySchema,
  type ListAnswer,
  type QueryAnswer,
  querySchema,
  type RowsAnswer,
} from '../../protocol/admin.js';

export interface LedgerRoutesOptions {
  readonly ledger: LedgerClient;
  readonly activity: DealActivity;
  readonly health: () => HealthAnswer;
}

const kindSchema = z.enum(ROW_KINDS);
const idSchema = z.string().min(1).max(256);
const MOST_KEYS = 200;
const keysSchema = z.union([idSchema.transform((key) => [key]), z.array(idSchema).min(1).max(MOST_KEYS)]);

export function ledgerRoutes({ ledger, activity, health }: LedgerRoutesOptions): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json(health());
  });
  router.post('/commands', async (request, response) => {
    const { lane } = laneQuerySchema.parse(request.query);
    const { commands, as } = commandsRequestSchema.parse(request.body);
    const answer: CommandsAnswer = { outcomes: await ledger.submit(lane, commands, { as }) };
    response.json(answer);
  });
  router.post('/commands/dry-run', async (request, response) => {
    const { commands } = dryRunRequestSchema.parse(request.body);
    const answer: DryRunAnswer = { results: await ledger.dryRun(commands) };
    response.json(answer);
  });
  router.post('/queries', async (request, response) => {
    const { type, ...subject } = querySchema.parse(request.body);
    // The ledger's own shape, with another name for `type`.
    const query = { about: type, ...subject } as PrivateQuery;
    const answer: QueryAnswer = { answer: await ledger.queryPrivate(query) };
    response.json(answer);
  });
  router.get('/rows', async (request, response) => {
    const answer: RowsAnswer = { rows: await ledger.rows(keysSchema.parse(request.query['key'])) };
    response.json(answer);
  });
  router.get('/list/:kind', async (request, response) => {
    const kind = kindSchema.parse(request.params.kind);
    const from = z.string().max(256).default('').parse(request.query['from']);
    const rows: readonly Rows[RowKind][] = await ledger.list(kind, from);
    const answer: ListAnswer = { rows };
    response.json(answer);
  });
  return addDealRoutes(router, { ledger, activity, health });
}

function addDealRoutes(router: Router, { ledger, activity }: LedgerRoutesOptions): Router {
  router.get('/deals/:id', async (request, response) => {
    const id = idSchema.parse(request.params.id);
    const { since, waitMs } = dealQuerySchema.parse(request.query);
    if (since !== undefined) await activity.waitFor(id, since, waitMs);
    // The block is read before the view: a view may be newer than its block says, never older.
    const block = activity.newestBlock(id);
    const answer: DealAnswer = { block, deal: await ledger.deal(id) };
    response.json(answer);
  });
  router.get('/deals/:id/history', (request, response) => {
    const answer: HistoryAnswer = { steps: activity.steps(idSchema.parse(request.params.id)) };
    response.json(answer);
  });
  return router;
}
