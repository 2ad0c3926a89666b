// Whether the gateway lives and is ready, and its counters, for those who run it.
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { Refused } from '../../refused.js';
import type { WebMetrics } from './observation.js';

/** What must be well for requests to be served. Each says null when it is, else what is wrong, in a word or two. */
export interface Readiness {
  readonly checks: { readonly [name: string]: () => Promise<string | null> };
}

const CHECK_LIMIT_MS = 2_000;

export function statusRoutes(options: {
  readonly readiness: Readiness;
  readonly metrics: WebMetrics;
  readonly metricsToken: string | null;
}): Router {
  const router = Router();
  router.get('/healthz', (_request: Request, response: Response) => {
    response.set('cache-control', 'no-store').json({ alive: true });
  });
  router.get('/readyz', async (_request: Request, response: Response) => {
    const checks = await checked(options.readiness);
    const ready = Object.values(checks).every((found) => found === 'ok');
    response
      .set('cache-control', 'no-store')
      .status(ready ? 200 : 503)
      .json({ ready, checks });
  });
  router.get('/metrics', async (request: Request, response: Response) => {
    requireOperator(request, options.metricsToken);
    const { registry } = options.metrics;
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

async function checked({ checks }: Readiness): Promise<{ readonly [name: string]: string }> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, (await inTime(check)) ?? 'ok'] as const),
  );
  return Object.fromEntries(found);
}

async function inTime(check: () => Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_LIMIT_MS, 'no answer');
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}

/** With a token: its holder alone. Without: the machine itself, not somebody behind a proxy on it. */
function requireOperator(request: Request, token: string | null): void {
  if (token !== null) {
    const given = /^bearer +([^ ]+) *$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(given), digest(token))) throw new Refused('UNAUTHORISED');
    return;
  }
  const address = request.socket.remoteAddress ?? '';
  const isHere = /^(::ffff:)?127\.|^::1$/.test(address);
  const isForwarded = request.get('x-forwarded-for') !== undefined || request.get('forwarded') !== undefined;
  if (!isHere || isForwarded) throw new Refused('NO_ROUTE');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
