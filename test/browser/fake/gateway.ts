// A fake gateway for the pages' tests: it answers every endpoint of the web API from an invented world, holds its
// answers to the declared forms, and serves the built pages under the strictest content security policy.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { EndpointDeclaration } from '../../../gateway/protocol/api/endpoint.js';
import { ENDPOINTS, type EndpointName } from '../../../gateway/protocol/api/endpoints.js';
import { problemMeaning } from '../../../gateway/protocol/problem-codes.js';
import { type Answers, type Asked, FakeRefusal } from './asked.js';
import { fakeAnswers } from './answers.js';
import { FakeFaces } from './faces.js';
import type { FakeMembers } from './members.js';
import type { FakeKind } from './world.js';

/** Pages may ask the gateways of other members, as at the product's. */
const policyFor = (origins: readonly string[]): string =>
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
  `connect-src 'self' ${origins.join(' ')}; ` +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface FakeGateway {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** `pages`: the folder that they were built into. */
export async function startFakeGateway(
  kind: FakeKind,
  pages: string,
  members: FakeMembers,
): Promise<FakeGateway> {
  const faces = await FakeFaces.make();
  const answers = await fakeAnswers(kind, members, faces);
  const server = createServer((request, response) => {
    void answer({ answers, pages, members, faces }, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const url = `http://${kind}.localhost:${String(port)}`;
  members.webs.set(kind, url);
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

interface Served {
  readonly answers: Answers;
  readonly pages: string;
  readonly members: FakeMembers;
  readonly faces: FakeFaces;
}

async function answer(
  { answers, pages, members, faces }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = new URL(request.url ?? '/', 'http://fake');
  const found = endpointAt(request.method ?? 'GET', address.pathname);
  if (isPreflight(request, response, address.pathname)) return;
  if (await faces.answer(request, response, address.pathname)) return;
  if (found === null) {
    if (address.pathname.startsWith('/api/')) sendProblem(response, 'NO_ROUTE', request);
    else if (address.pathname === '/settings.json') response.end(JSON.stringify(members.settings()));
    else sendFile(response, { pages, policy: policyFor([...members.webs.values()]) }, address.pathname);
    return;
  }
  try {
    const { name, path } = found;
    const query = Object.fromEntries(address.searchParams);
    const content = await answers[name]({ path, query, body: await bodyOf(request), ...keysOf(request) });
    send(response, name, content);
  } catch (error) {
    if (!(error instanceof FakeRefusal)) throw error;
    sendProblem(response, error.code, request, error.values);
  }
}

/** What pages of other gateways may ask; a preflight is answered here. */
function isPreflight(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  address: string,
): boolean {
  const isAsking = method === 'OPTIONS';
  const found = endpointAt((isAsking ? headers['access-control-request-method'] : method) ?? 'GET', address);
  if (found?.endpoint.anyOrigin === true) response.setHeader('access-control-allow-origin', '*');
  if (isAsking) response.writeHead(204, { 'access-control-allow-headers': 'content-type, prefer' }).end();
  return isAsking;
}

function endpointAt(method: string, address: string) {
  for (const [name, endpoint] of Object.entries<EndpointDeclaration>(ENDPOINTS)) {
    const form = new RegExp(`^${endpoint.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = form.exec(address);
    if (endpoint.method === method && match !== null) {
      return { name: name as EndpointName, endpoint, path: { ...match.groups } }; // the table's own names
    }
  }
  return null;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer); // a stream of bytes
  const text = Buffer.concat(pieces).toString('utf8');
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

function keysOf({ headers }: IncomingMessage): Pick<Asked, 'token' | 'refresh'> {
  return {
    token: headers.authorization?.replace(/^Bearer /, '') ?? null,
    refresh: /refresh=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? null,
  };
}

const COOKIE_REST = '; HttpOnly; SameSite=Strict; Path=/api/v1/session/refresh';

/** Log-ins and refreshes set the cookie, log-outs take it. */
function cookieFor(name: EndpointName, content: unknown): { readonly [header: string]: string } {
  if (name.startsWith('logOut')) return { 'set-cookie': `refresh=; Max-Age=0${COOKIE_REST}` };
  if (name !== 'logIn' && name !== 'refreshSession') return {};
  const { me } = content as { readonly me: { readonly login: string } }; // what both answer with
  return { 'set-cookie': `refresh=${me.login}${COOKIE_REST}` };
}

/** The fake keeps to the contract: an answer of another form fails the test that asked for it. */
function send(response: ServerResponse, name: EndpointName, content: unknown): void {
  const { answer: form, status }: EndpointDeclaration = ENDPOINTS[name];
  if (form === undefined) {
    response.writeHead(204, cookieFor(name, content)).end();
    return;
  }
  const text = JSON.stringify(form.parse(content));
  response.writeHead(status ?? 200, {
    'content-type': 'application/json',
    ...cookieFor(name, content),
  });
  response.end(text);
}

function sendProblem(
  response: ServerResponse,
  code: string,
  request: IncomingMessage,
  values: FakeRefusal['values'] = {},
): void {
  const meaning = problemMeaning(code);
  const sentence = request.headers['accept-language']?.startsWith('en') === true ? meaning.en : meaning.ru;
  const requestId = 'req_7d1f0a2c';
  const document = { type: `/problems/${code}`, title: sentence, detail: sentence, status: meaning.http };
  const text = JSON.stringify({ ...document, code, values, requestId });
  response.writeHead(meaning.http, { 'content-type': 'application/problem+json' }).end(text);
}

function sendFile(
  response: ServerResponse,
  { pages, policy }: { readonly pages: string; readonly policy: string },
  address: string,
): void {
  const file = join(pages, normalize(address));
  const isAsset = extname(address) !== '';
  if (isAsset && !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  const named = isAsset ? file : join(pages, 'index.html');
  const type = TYPES[extname(named)] ?? 'application/octet-stream';
  response
    .writeHead(200, { 'content-type': type, 'content-security-policy': policy })
    .end(readFileSync(named));
}
