// Serves the partner door's declared endpoints: the caller is the member of the client certificate, who also shows
// an API key that was issued to it, with the endpoint's scope.
import express, { type Express, type Request, type Response } from 'express';
import { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Alarms } from '../../alarms.js';
import type { ApiKeys } from '../../api-keys/api-keys.js';
import { jsonFault } from '../../json-faults.js';
import type { PartnerAnswer, PartnerDeclaration, PartnerInput } from '../../protocol/partner/endpoint.js';
import {
  PARTNER_ENDPOINTS,
  type PartnerEndpointName,
  type PartnerEndpoints,
} from '../../protocol/partner/endpoints.js';
import { Refused } from '../../refused.js';
import type { Callers } from './callers.js';
import { partnerProblems, requestIdOf } from './partner-problems.js';

/** From the member that asks and what it gives to the declared answer. */
export type PartnerHandlers<Names extends PartnerEndpointName> = {
  readonly [N in Names]: (
    partner: string,
    input: PartnerInput<PartnerEndpoints[N]>,
  ) => Promise<PartnerAnswer<PartnerEndpoints[N]>>;
};

export interface PartnerAppOptions {
  /** Of the endpoints that this member serves. */
  readonly handlers: Partial<PartnerHandlers<PartnerEndpointName>>;
  readonly callers: Callers;
  readonly apiKeys: ApiKeys;
  readonly alarms: Alarms;
  readonly log: Logger;
}

/** A sealed text of the largest size and its intent. */
const BODY_LIMIT = '64kb';
const BEARER = /^bearer +([^ ]+) *$/i;
const PATH_VALUE = /^[0-9a-z_]{1,128}$/;

type AnyHandler = (partner: string, input: PartnerInput<PartnerDeclaration>) => Promise<unknown>;

export function partnerApp(options: PartnerAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    response.set({ 'x-request-id': requestIdOf(request), 'cache-control': 'no-store' });
    next();
  });
  app.use(express.json({ limit: BODY_LIMIT, type: () => true }));
  for (const [name, declaration] of Object.entries<PartnerDeclaration>(PARTNER_ENDPOINTS)) {
    // A handler's own types fit its declaration; here they are forgotten.
    const handler = options.handlers[name as PartnerEndpointName] as unknown as AnyHandler | undefined;
    if (handler === undefined) continue;
    const path = declaration.path.replace(/\{(\w+)\}/g, ':$1');
    const route = async (request: Request, response: Response): Promise<void> => {
      const partner = await partnerOf(request, declaration, options);
      const answer = await handler(partner, inputOf(request, declaration));
      if (declaration.answer === undefined) response.status(204).end();
      else response.json(answer);
    };
    app[METHODS[declaration.method]](path, route);
  }
  app.use(() => {
    throw new Refused('NO_ROUTE');
  });
  app.use(partnerProblems(options.log));
  return app;
}

const METHODS = { GET: 'get', POST: 'post', PUT: 'put' } as const;

/** Throws Refused: API_KEY_REFUSED, API_KEY_OF_ANOTHER, SCOPE_MISSING. */
async function partnerOf(
  request: Request,
  { scope }: PartnerDeclaration,
  { callers, apiKeys, alarms }: PartnerAppOptions,
): Promise<string> {
  const member = request.socket instanceof TLSSocket ? callers.memberAt(request.socket) : null;
  if (member === null) throw new Refused('API_KEY_REFUSED');
  const record = await apiKeys.check(BEARER.exec(request.get('authorization') ?? '')?.[1] ?? '');
  if (record === null) throw new Refused('API_KEY_REFUSED');
  if (record.member !== member) {
    alarms.raise('API_KEY_OF_ANOTHER', { key: record.id, member });
    throw new Refused('API_KEY_OF_ANOTHER');
  }
  if (!record.scopes.includes(scope)) throw new Refused('SCOPE_MISSING', { needed: scope });
  return member;
}

function inputOf(request: Request, declaration: PartnerDeclaration): PartnerInput<PartnerDeclaration> {
  const path = request.params as { readonly [name: string]: string }; // Express's own, all present
  for (const [where, value] of Object.entries(path)) {
    if (!PATH_VALUE.test(value)) throw new Refused('BAD_INPUT', { where });
  }
  const query = parsed(declaration.query, request.query, 'query');
  const body = parsed(declaration.body, request.body ?? null, 'body');
  return { path, query, body } as PartnerInput<PartnerDeclaration>; // as the declaration's own schemas gave it
}

function parsed(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return null;
  const fault = jsonFault(value);
  if (fault !== null) throw new Refused('BAD_INPUT', { ...fault });
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = [where, ...(issue?.path ?? []).map(String)].join('.');
  throw new Refused('BAD_INPUT', { where: place, needed: issue?.message ?? 'the declared form' });
}
