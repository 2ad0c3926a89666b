// Duty: the routes that every organisation's admin API has: commands, private questions, rows, deals, health.
// Must not: judge a command; the chaincode does.
import { Router } from 'express';
import { z } from 'zod';
import type { Rows, RowKind } from '../../../chaincode/protocol/rows.js';
import type { LedgerClient } from '../../ledger/ledger-client.js';
import {
  commandsRequestSchema,
  dealQuerySchema,
  questionSchema,
  tryRequestSchema,
  type CommandsAnswer,
  type DealAnswer,
  type HealthAnswer,
  type HistoryAnswer,
  type ListAnswer,
  type QuestionAnswer,
  type RowsAnswer,
  type TryAnswer,
} from '../../protocol/admin.js';
import type { DealActivity } from '../../workers/deal-activity.js';

export interface LedgerRoutesOptions {
  readonly ledger: LedgerClient;
  readonly activity: DealActivity;
  readonly health: () => HealthAnswer;
}

const KINDS: { readonly [K in RowKind]: K } = {
  parameters: 'parameters',
  person: 'person',
  bank: 'bank',
  link: 'link',
  offer: 'offer',
  stock: 'stock',
  terms: 'terms',
  phase: 'phase',
  payment: 'payment',
  admission: 'admission',
  reservation: 'reservation',
  plan: 'plan',
  obligation: 'obligation',
  credit: 'credit',
  shipment: 'shipment',
  inspection: 'inspection',
  usedIntent: 'usedIntent',
};
const kindSchema = z.enum(KINDS);
const idSchema = z.string().min(1).max(256);
const MOST_KEYS = 200;
const keysSchema = z.union([idSchema.transform((key) => [key]), z.array(idSchema).min(1).max(MOST_KEYS)]);

export function ledgerRoutes({ ledger, activity, health }: LedgerRoutesOptions): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json(health());
  });
  router.post('/commands', async (request, response) => {
    const { commands, as } = commandsRequestSchema.parse(request.body);
    const answer: CommandsAnswer = { outcomes: await ledger.agree(commands, { as }) };
    response.json(answer);
  });
  router.post('/own', async (request, response) => {
    const { commands, as } = commandsRequestSchema.parse(request.body);
    const answer: CommandsAnswer = { outcomes: await ledger.own(commands, { as }) };
    response.json(answer);
  });
  router.post('/try', async (request, response) => {
    const { commands } = tryRequestSchema.parse(request.body);
    const answer: TryAnswer = { results: await ledger.tryOwn(commands) };
    response.json(answer);
  });
  router.post('/questions', async (request, response) => {
    const answer: QuestionAnswer = { answer: await ledger.privately(questionSchema.parse(request.body)) };
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
