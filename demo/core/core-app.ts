// The simulated core over HTTP: what a bank's gateway asks, behind the core's key; the phones and the switches, each
// behind a link with a random secret.
import express, { type Express, type NextFunction, type Request, type Response, Router } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import {
  behaviourSchema,
  customerSchema,
  LONGEST_WAIT_MS,
  phoneRequestSchema,
} from '../../gateway/protocol/admin.js';
import {
  CORE_PATHS,
  holderSchema,
  messageRequestSchema,
  paymentRequestSchema,
} from '../../gateway/protocol/core.js';
import { SIMULATOR_PATHS } from '../../gateway/protocol/simulator.js';
import { PAGE_FILES, phonePage, switchesPage } from './pages.js';
import type { Phones } from './phones.js';
import type { SimulatedCore } from './simulated-core.js';

export interface CoreAppOptions {
  readonly core: SimulatedCore;
  readonly phones: Phones;
  /** Name of the bank, for the pages. */
  readonly bank: string;
  readonly key: string;
  /** Where browsers find it, without a path. */
  readonly origin: string;
  /** Called when a customer was added, so that his link is written down. */
  readonly onCustomer: () => void;
}

const MOST_CUSTOMERS = 100;
const SHOWN_DECISIONS = 20;
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export function coreApp(options: CoreAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set(HEADERS);
    next();
  });
  app.use(express.json({ limit: '64kb' }));
  app.use(pageRoutes(options));
  app.use(['/files', '/phone', '/switches'], nothing);
  app.use(requireKey(options.key), coreRoutes(options), simulatorRoutes(options));
  app.use(nothing);
  app.use(refuse);
  return app;
}

/** Every customer's phone, as it is printed and kept for the demonstration. */
export function phoneLinks({ core, phones, origin }: Pick<CoreAppOptions, 'core' | 'phones' | 'origin'>) {
  return core.allCustomers().map(({ holder, name }) => ({
    holder,
    name,
    phone: `${origin}/phone/${phones.secretOf(holder)}`,
  }));
}

/** The address of the page with the switches. */
export function switchesLink({ core, origin }: Pick<CoreAppOptions, 'core' | 'origin'>): string {
  return `${origin}/switches/${core.switchesSecret()}`;
}

function coreRoutes({ core, phones }: CoreAppOptions): Router {
  const router = Router();
  router.post(CORE_PATHS.decide, async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => {
      gone.abort(new Error('the asker has gone'));
    });
    response.json(await core.decide(paymentRequestSchema.parse(request.body), gone.signal));
  });
  router.post(CORE_PATHS.enquire, async (request, response) => {
    const answer = await core.enquire(paymentRequestSchema.parse(request.body));
    response.json(answer === 'unknown' ? { verdict: 'unknown' } : answer);
  });
  router.post(CORE_PATHS.messages, async (request, response) => {
    const { holder, message } = messageRequestSchema.parse(request.body);
    await phones.send(holder, message);
    response.status(204).end();
  });
  router.get(CORE_PATHS.customers, (request, response) => {
    const { holder, words, cursor = null, limit } = customersQuery.parse(request.query);
    if (holder === undefined) {
      response.json(core.findCustomers({ words, cursor, limit }));
      return;
    }
    const customer = core.customer(holder);
    response.json({ items: customer === null ? [] : [customer], next: null });
  });
  return router;
}

const customersQuery = z.object({
  holder: holderSchema.optional(),
  cursor: holderSchema.optional(),
  words: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(MOST_CUSTOMERS).default(MOST_CUSTOMERS),
});

function simulatorRoutes(options: CoreAppOptions): Router {
  const { core, phones, onCustomer } = options;
  const router = Router();
  router.post(SIMULATOR_PATHS.customers, (request, response) => {
    core.addCustomer(customerSchema.parse(request.body));
    onCustomer();
    response.status(204).end();
  });
  router.post(SIMULATOR_PATHS.phone, async (request, response) => {
    const { holder, after, waitMs } = phoneRequestSchema.parse(request.body);
    response.json({ messages: await phones.messages(holder, after, waitMs) });
  });
  router.get(SIMULATOR_PATHS.phoneLinks, (_request, response) => {
    response.json({ items: phoneLinks(options) });
  });
  router.get(SIMULATOR_PATHS.switchesLink, (_request, response) => {
    response.json({ switches: switchesLink(options) });
  });
  router.put(SIMULATOR_PATHS.behaviour, (request, response) => {
    core.behave(behaviourSchema.parse(request.body));
    response.status(204).end();
  });
  return router;
}

const waitQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  waitMs: z.coerce.number().int().min(0).max(LONGEST_WAIT_MS).default(0),
});

function pageRoutes({ core, phones, bank }: CoreAppOptions): Router {
  const router = Router();
  router.get('/files/:name', (request, response, next) => {
    const { name } = request.params;
    const file = Object.hasOwn(PAGE_FILES, name) ? PAGE_FILES[name] : undefined;
    if (file === undefined) next();
    else response.type(file.type).send(file.text);
  });
  router.get('/phone/:secret', (request, response, next) => {
    const holder = phones.holderOf(request.params.secret);
    if (holder === null) next();
    else response.type('text/html').send(phonePage(bank, core.customer(holder)?.name ?? ''));
  });
  router.get('/phone/:secret/messages', async (request, response, next) => {
    const holder = phones.holderOf(request.params.secret);
    if (holder === null) {
      next();
      return;
    }
    const { after, waitMs } = waitQuery.parse(request.query);
    response.json({ messages: await phones.messages(holder, after, waitMs) });
  });
  router.use('/switches/:secret', (request, _response, next) => {
    // As if there were no such address.
    next(isSame(request.params.secret, core.switchesSecret()) ? undefined : 'router');
  });
  router.get('/switches/:secret', (_request, response) => {
    response.type('text/html').send(switchesPage(bank));
  });
  router.get('/switches/:secret/behaviour', (_request, response) => {
    response.json({ behaviour: core.behaviourOfAll(), decisions: core.newestDecisions(SHOWN_DECISIONS) });
  });
  router.put('/switches/:secret/behaviour', (request, response) => {
    core.behave(behaviourSchema.parse(request.body));
    response.status(204).end();
  });
  return router;
}

function nothing(_request: Request, response: Response): void {
  response.status(404).json({ code: 'NOT_FOUND' });
}

function requireKey(key: string) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const given = /^bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (isSame(given, key)) next();
    else response.status(401).json({ code: 'API_KEY_REFUSED' });
  };
}

function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Whatever went wrong was the input, or nothing that a caller can mend. */
function refuse(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) {
    next(error);
    return;
  }
  const isInput = error instanceof z.ZodError || (error instanceof Error && 'type' in error);
  response.status(isInput ? 400 : 500).json({ code: isInput ? 'BAD_INPUT' : 'INTERNAL' });
}
