// A web door for tests on a free port, with the parts that a test gives and harmless ones in place of the others.
import { Refused } from '../../../gateway/refused.js';
import type { Role } from '../../../chaincode/protocol/forms.js';
import type { BoundEndpoint } from '../../../gateway/http/web/binding.js';
import { webMetrics } from '../../../gateway/http/web/observation.js';
import { webApp, type WebAppOptions } from '../../../gateway/http/web/web-app.js';
import { serveWeb, USUAL_TIMES, type WebTimes } from '../../../gateway/http/web/web-server.js';
import type { Person, Viewer } from '../../../gateway/people/viewer.js';
import type { ProblemDocument } from '../../../gateway/protocol/problem.js';
import { silentLog } from './silent-log.js';

export interface TestWeb {
  readonly url: string;
  readonly port: number;
  get(path: string, headers?: { readonly [name: string]: string }): Promise<Response>;
  send(
    method: string,
    path: string,
    body: unknown,
    headers?: { readonly [name: string]: string },
  ): Promise<Response>;
  close(): Promise<void>;
}

export function testViewer(roles: readonly Role[], change: Partial<Person> = {}): Viewer {
  const id = `person_${roles.join('')}00000000`;
  return {
    person: {
      id,
      login: 'alice',
      name: 'Alice',
      language: 'ru',
      intendedRoles: roles,
      mustSetPassword: false,
      hasVault: true,
      waitingClaim: null,
      isSelfRegistered: false,
      createdAt: 0,
      picture: null,
      ...change,
    },
    roles,
    row: null,
    session: { id: 'session_00000001' },
  };
}

export interface TestWebOptions extends Partial<WebAppOptions> {
  readonly endpoints: readonly BoundEndpoint[];
  /** By bearer token. */
  readonly viewers?: { readonly [token: string]: Viewer };
  readonly times?: Partial<WebTimes>;
}

export async function openTestWeb({
  endpoints,
  viewers = {},
  times,
  ...options
}: TestWebOptions): Promise<TestWeb> {
  let port = 0;
  const app = webApp({
    endpoints,
    entrance: {
      viewer: (token) => {
        const viewer = Object.hasOwn(viewers, token) ? viewers[token] : undefined;
        return viewer === undefined ? Promise.reject(new Refused('SESSION_OVER')) : Promise.resolve(viewer);
      },
    },
    limits: { count: () => Promise.resolve(null) },
    repeatedWrites: { once: (_write, act) => act() },
    checksAnswers: true,
    subject: { organisation: 'Marketplace', kind: 'marketplace', origin: 'http://marketplace.localhost' },
    origin: 'http://marketplace.localhost',
    memberOrigins: ['http://bank-a.localhost:7023'],
    hosts: () => [`127.0.0.1:${String(port)}`],
    proxies: [],
    pages: null,
    settings: null,
    readiness: { checks: {} },
    metrics: webMetrics(),
    metricsToken: null,
    log: silentLog,
    ...options,
  });
  const running = await serveWeb(
    app,
    { host: '127.0.0.1', port: 0, tls: null },
    { ...USUAL_TIMES, ...times },
  );
  port = running.port;
  const url = `http://127.0.0.1:${String(port)}`;
  return {
    url,
    port,
    get: (path, headers = {}) => fetch(url + path, { headers }),
    send: (method, path, body, headers = {}) =>
      fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: () => running.close(),
  };
}

export async function problemOf(response: Response): Promise<ProblemDocument> {
  return (await response.json()) as ProblemDocument;
}
