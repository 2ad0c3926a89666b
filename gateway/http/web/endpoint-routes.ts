// Makes routes of bound endpoints: who may come, what is read, what is answered, all from the declaration.
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import type { z } from 'zod';
import { jsonFault, textFault } from '../../json-faults.js';
import type { Viewer } from '../../people/viewer.js';
import type { EndpointDeclaration, ParsedInput } from '../../protocol/api/endpoint.js';
import { Refused } from '../../refused.js';
import { Answer, type BoundEndpoint, type WebContext } from './binding.js';
import { type Entrance, requireSameOrigin, type RequestLimits, viewerFor } from './entry.js';
import { frameOf } from './request-frame.js';
import { BadInput } from './web-problems.js';

/** Does a keyed write once: the same key of the same person and route gets the answer that was given before. */
export interface RepeatedWrites {
  /** Rejects: Refused IDEMPOTENCY_KEY_USED, IDEMPOTENCY_KEY_BUSY. */
  once(
    write: {
      readonly person: string;
      readonly route: string;
      readonly key: string;
      /** The content: another one under the same key is refused. */
      readonly body: unknown;
    },
    act: () => Promise<unknown>,
  ): Promise<unknown>;
}

export interface EndpointRoutesOptions {
  readonly entrance: Entrance;
  readonly limits: RequestLimits;
  readonly repeatedWrites: RepeatedWrites;
  /** In tests: an answer that is not of its declared form is a failure. */
  readonly checksAnswers: boolean;
}

const BODY_LIMIT_BYTES = 1_048_576;
const USUAL_WAIT_S = 5;
const LONGEST_WAIT_S = 30;
const PATH_VALUE = /^[0-9A-Za-z_.-]{1,128}$/;
const JSON_TYPE = /^application\/json *(; *charset="?utf-8"? *)?$/i;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,128}$/;

/** Set for the log and the counters once a request has found its endpoint. */
export const endpointNames = new WeakMap<Response, string>();

export function endpointRoutes(endpoints: readonly BoundEndpoint[], options: EndpointRoutesOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const [path, bound] of byPath(endpoints)) {
    const route = router.route(path.replace(/\{([^}]+)\}/g, ':$1'));
    for (const endpoint of bound) {
      const method = endpoint.declaration.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
      const serve = serving(endpoint, options);
      route[method](serve);
    }
    const allowed = bound.map(({ declaration: { method } }) => method);
    const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', ');
    route.all((_request: Request, response: Response) => {
      response.set('allow', allow);
      throw new Refused('WRONG_METHOD', { needed: allowed });
    });
  }
  return router;
}

function byPath(endpoints: readonly BoundEndpoint[]): ReadonlyMap<string, readonly BoundEndpoint[]> {
  const found = new Map<string, BoundEndpoint[]>();
  for (const endpoint of endpoints) {
    const { path } = endpoint.declaration;
    found.set(path, [...(found.get(path) ?? []), endpoint]);
  }
  return found;
}

function serving(endpoint: BoundEndpoint, options: EndpointRoutesOptions) {
  const { declaration } = endpoint;
  const limit = declaration.mostBytes ?? BODY_LIMIT_BYTES;
  const readJson = express.json({ limit, inflate: false, type: 'application/json' });
  return async (request: Request, response: Response): Promise<void> => {
    endpointNames.set(response, endpoint.name);
    if (declaration.sameOrigin === true) requireSameOrigin(request);
    const viewer = await viewerFor(declaration, request, options.entrance);
    await requirePace(options.limits, viewer);
    const body = declaration.body === undefined ? undefined : await bodyOf(request, response, readJson);
    const input = inputOf(declaration, request, body);
    const context = { ...frameOf(response), viewer, waitS: waitOf(declaration, request) };
    const answer = await answered(endpoint, options, { input, context, request });
    if (options.checksAnswers) requireDeclared(endpoint, answer);
    send(declaration, answer, response);
  };
}

async function requirePace(limits: RequestLimits, viewer: Viewer | null): Promise<void> {
  if (viewer === null) return; // counted by address already
  const retryAfterMs = await limits.count('person', viewer.person.id);
  if (retryAfterMs !== null) throw new Refused('TOO_MANY_REQUESTS', {}, { retryAfterMs });
}

async function bodyOf(request: Request, response: Response, readJson: RequestHandler): Promise<unknown> {
  if (!JSON_TYPE.test(request.get('content-type') ?? '')) throw new Refused('WRONG_MEDIA_TYPE');
  await new Promise<void>((resolve, reject) => {
    void readJson(request, response, ((error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body cannot be read', { cause: error }));
    }) as NextFunction);
  });
  const body: unknown = request.body;
  const fault = jsonFault(body) ?? textFault(body);
  if (fault !== null) throw BadInput.at(fault.where === '' ? 'body' : `body.${fault.where}`, fault.needed);
  return body;
}

function inputOf(
  declaration: EndpointDeclaration,
  request: Request,
  body: unknown,
): ParsedInput<EndpointDeclaration> {
  const path = request.params as { readonly [name: string]: string }; // no wildcards in declared paths
  const odd = Object.entries(path).find(([, value]) => !PATH_VALUE.test(value));
  if (odd !== undefined) throw BadInput.at(`path.${odd[0]}`, 'letters, digits, dots, hyphens, underscores');
  const fault = textFault({ ...request.query });
  if (fault !== null) throw BadInput.at(`query.${fault.where}`, fault.needed);
  return {
    path,
    query: parsed('query', declaration.query, { ...request.query }),
    body: parsed('body', declaration.body, body),
  } as ParsedInput<EndpointDeclaration>; // as the declaration's schemas gave it
}

function parsed(root: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw BadInput.of(root, result.error);
}

/** RFC 7240: `wait=<seconds>` among the preferences. A question is answered at once unless it says so. */
function waitOf({ method }: EndpointDeclaration, request: Request): number {
  const found = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/i.exec(request.get('prefer') ?? '')?.[1];
  if (found !== undefined) return Math.min(Number(found), LONGEST_WAIT_S);
  return method === 'GET' ? 0 : USUAL_WAIT_S;
}

function answered(
  { name, declaration, handler }: BoundEndpoint,
  { repeatedWrites }: EndpointRoutesOptions,
  of: {
    readonly input: ParsedInput<EndpointDeclaration>;
    readonly context: WebContext;
    readonly request: Request;
  },
): Promise<unknown> {
  const act = () => handler(of.input, of.context);
  if (declaration.idempotent !== 'key') return act();
  const key = of.request.get('idempotency-key') ?? '';
  if (!IDEMPOTENCY_KEY.test(key)) throw new Refused('IDEMPOTENCY_KEY_NEEDED');
  const person = of.context.viewer?.person.id ?? '';
  return repeatedWrites.once({ person, route: name, key, body: of.input }, act);
}

function requireDeclared({ name, declaration }: BoundEndpoint, answer: unknown): void {
  const body = answer instanceof Answer ? (answer.body as unknown) : answer;
  if (declaration.answer === undefined) {
    if (body !== undefined) throw new Error(`the endpoint ${name} answers and must not`);
    return;
  }
  const result = declaration.answer.safeParse(body);
  if (result.success) return;
  const issue = result.error.issues[0];
  throw new Error(`the answer of ${name} at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function send(declaration: EndpointDeclaration, answer: unknown, response: Response): void {
  const { body, more } = answer instanceof Answer ? (answer as Answer<unknown>) : new Answer(answer);
  for (const [name, value] of Object.entries(more.headers ?? {})) response.set(name, [value].flat());
  if (declaration.answer === undefined) response.status(204).end();
  else response.status(more.status ?? declaration.status ?? 200).json(body);
}
