// The web door of one organisation as an Express application: frame, limits, API, documents, pages, problems, in this
// order.
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import type { Logger } from 'pino';
import { Refused } from '../../refused.js';
import { anyOrigin } from './any-origin.js';
import type { BoundEndpoint } from './binding.js';
import { documentRoutes } from './document-routes.js';
import { endpointRoutes, type EndpointRoutesOptions } from './endpoint-routes.js';
import { frameOf, framing } from './request-frame.js';
import { observing, type WebMetrics } from './observation.js';
import { type OpenApiSubject, openApiDocument } from './openapi.js';
import { pageRoutes } from './page-routes.js';
import { type Readiness, statusRoutes } from './status-routes.js';
import { securityHeaders } from './security-headers.js';
import { problemOf, sendProblem } from './web-problems.js';

/** Routes that a declaration cannot describe, such as streams and files. */
export type WebRoutes = Router;

export interface WebAppOptions extends EndpointRoutesOptions {
  readonly endpoints: readonly BoundEndpoint[];
  readonly extraRoutes?: readonly WebRoutes[];
  readonly subject: OpenApiSubject;
  /** As browsers address it, without a path. */
  readonly origin: string;
  /** Origins of the members' gateways, which pages may ask. */
  readonly memberOrigins: readonly string[];
  /** Hosts under which it may be asked beside its origin's, each with its port. */
  readonly hosts: () => readonly string[];
  /** Addresses of proxies whose `X-Forwarded-*` are believed. */
  readonly proxies: readonly string[];
  /** Folder of the built pages; null: none. */
  readonly pages: string | null;
  /** File of the consortium's settings, served beside the pages; null: none. */
  readonly settings: string | null;
  readonly readiness: Readiness;
  readonly metrics: WebMetrics;
  /** Null: metrics are for the machine itself only. */
  readonly metricsToken: string | null;
  readonly log: Logger;
}

export function webApp(options: WebAppOptions): Express {
  const { log, metrics, limits } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', options.proxies.length === 0 ? false : [...options.proxies]);
  app.use(framing(log), observing(metrics), securityHeaders(options), ownHostOnly(options));
  app.use(anyOrigin(options.endpoints));
  app.use(statusRoutes(options));
  app.use(pace(limits));
  app.use('/api', noStore);
  app.use('/ledger/v1', noStore);
  app.use(endpointRoutes(options.endpoints, options));
  for (const routes of options.extraRoutes ?? []) app.use(routes);
  app.use(documentRoutes(openApiDocument(options.subject, options.endpoints)));
  app.use(noPage);
  if (options.pages !== null) app.use(pageRoutes(options.pages, options.settings));
  app.use(noRoute);
  app.use(problemHandler(metrics));
  return app;
}

function noRoute(): never {
  throw new Refused('NO_ROUTE');
}

const DOORS = /^\/(api|ledger\/v[0-9]+|partner|core|docs)(\/|$)/;

/** An address of a door is never a page's. */
function noPage(request: Request, _response: Response, next: NextFunction): void {
  if (DOORS.test(request.path)) throw new Refused('NO_ROUTE');
  next();
}

function noStore(_request: Request, response: Response, next: NextFunction): void {
  response.set('cache-control', 'no-store');
  next();
}

/** A name that was made to point here by somebody else's name server is refused. */
function ownHostOnly({ origin, hosts }: Pick<WebAppOptions, 'origin' | 'hosts'>) {
  const own = new URL(origin).host;
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = request.host as string | undefined; // Express's type forgets that the header may be absent
    if (host === undefined || (host !== own && !hosts().includes(host))) throw new Refused('WRONG_HOST');
    next();
  };
}

function pace(limits: WebAppOptions['limits']) {
  return async (_request: Request, response: Response, next: NextFunction): Promise<void> => {
    const retryAfterMs = await limits.count('address', frameOf(response).client.address);
    if (retryAfterMs !== null) throw new Refused('TOO_MANY_REQUESTS', {}, { retryAfterMs });
    next();
  };
}

/** Express's error handler: last in the chain. */
function problemHandler(metrics: WebMetrics) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const { language, requestId, log } = frameOf(response);
    const problem = problemOf(error, language);
    if (problem.code === 'INTERNAL') log.error({ err: error, method: request.method }, 'a request failed');
    metrics.problems.inc({ code: problem.code });
    if (response.headersSent) {
      next(error);
      return;
    }
    // What is left of a body that was refused is not read.
    if (!request.complete) response.set('connection', 'close');
    sendProblem(response, problem, { language, requestId });
  };
}
