// The web door by itself: what it takes, what it refuses and in which words, whatever the endpoint.
import { connect } from 'node:net';
import { expect } from 'chai';
import { boundEndpoints } from '../../../../gateway/http/web/binding.js';
import { consortiumHandlers } from '../../../../gateway/http/web/handlers/consortium.js';
import { ENDPOINTS, type EndpointName } from '../../../../gateway/protocol/api/endpoints.js';
import { systemClock } from '../../../../gateway/clock.js';
import { openTestWeb, problemOf, type TestWeb, testViewer } from '../../support/web.js';

const CONSORTIUM = {
  channel: 'escrow',
  mspId: 'MarketplaceMSP',
  members: [],
  isDemo: false,
  windowMs: 3_000,
  slackMs: 1_000,
};

const MADE = {
  ...consortiumHandlers({
    consortium: CONSORTIUM,
    canRegister: () => Promise.resolve(false),
    ledger: { list: () => Promise.resolve([]) },
    clock: systemClock,
  }),
};
const NAMES = Object.keys(ENDPOINTS) as EndpointName[]; // the table's own

function endpoints(handlers: object = {}) {
  const made = { ...MADE, ...handlers };
  const notYet = NAMES.filter((name) => !Object.hasOwn(made, name));
  return boundEndpoints('marketplace', made, notYet);
}

/** The bytes that come back to these, until the other side ends. */
function raw(port: number, bytes: string, after: string | null = null): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('close', () => {
      resolve(answer);
    });
    socket.on('error', reject);
    socket.write(bytes);
    if (after !== null) socket.end(after);
  });
}

describe('the web door', () => {
  let web: TestWeb;
  const asked: unknown[] = [];
  before(async () => {
    web = await openTestWeb({
      endpoints: endpoints({
        getSalt: ({ body }: { readonly body: unknown }) => {
          asked.push(body);
          return Promise.resolve({ salt: 'A'.repeat(22), rounds: 600_000 });
        },
        searchOffers: () => Promise.resolve({ items: [], next: null }),
        listModeration: () => Promise.reject(new Error('secret words of a peer')),
        getMe: () => Promise.resolve({ wrong: true }),
      }),
      viewers: {
        client: testViewer(['client']),
        moderator: testViewer(['moderator']),
        newcomer: testViewer(['client'], { mustSetPassword: true }),
      },
      times: { headersMs: 300, requestMs: 600 },
    });
  });
  after(() => web.close());

  it('answers without a session what is open to anybody, and never lets it be stored', async () => {
    const response = await web.get('/api/v1/consortium', { 'x-request-id': 'mine-1' });
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ ...CONSORTIUM, canRegister: false });
    expect(response.headers.get('cache-control')).to.equal('no-store');
    expect(response.headers.get('x-request-id')).to.equal('mine-1');
    expect(response.headers.get('x-powered-by')).to.equal(null);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy)
      .to.include("script-src 'self';")
      .and.include("connect-src 'self' http://bank-a.localhost:7023");
  });

  it('replaces a request id that is none', async () => {
    const response = await web.get('/api/v1/time', { 'x-request-id': 'a b' });
    expect(response.headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
  });

  it('asks for a session, a live one, the role and a password of one’s own, in this order', async () => {
    const bearer = (token: string) => ({ authorization: `bearer ${token}` });
    const cases: [string, { readonly [name: string]: string }, number, string][] = [
      ['/api/v1/offers', {}, 401, 'UNAUTHORISED'],
      ['/api/v1/offers', { authorization: 'Basic YTpi' }, 401, 'UNAUTHORISED'],
      ['/api/v1/offers', bearer('over'), 401, 'SESSION_OVER'],
      ['/api/v1/offers', bearer('newcomer'), 403, 'PASSWORD_NEEDED'],
      ['/api/v1/moderation', bearer('client'), 403, 'FORBIDDEN'],
    ];
    for (const [path, headers, status, code] of cases) {
      const response = await web.get(path, headers);
      expect([response.status, (await problemOf(response)).code], path).to.deep.equal([status, code]);
    }
    expect((await web.get('/api/v1/offers', bearer('client'))).status).to.equal(200);
  });

  it('says problems in the language asked for, by RFC 9457', async () => {
    const english = await web.get('/api/v1/nothing');
    expect(english.status).to.equal(404);
    expect(english.headers.get('content-type')).to.match(/^application\/problem\+json/);
    const problem = await problemOf(english);
    expect(problem).to.include({ type: '/problems/NO_ROUTE', status: 404, code: 'NO_ROUTE' });
    expect(problem.requestId).to.equal(english.headers.get('x-request-id'));
    const russian = await web.get('/api/v1/nothing', { 'accept-language': 'de, ru;q=0.9, en;q=0.1' });
    expect((await problemOf(russian)).title).to.equal('Такого адреса нет.');
    expect(russian.headers.get('content-language')).to.equal('ru');
  });

  it('names the field, what was found and what is needed, and repeats no value', async () => {
    const cases: [unknown, string, string][] = [
      [{}, 'body.login', 'body.login: found nothing; needed text.'],
      [{ login: 5 }, 'body.login', 'body.login: found a number; needed text.'],
      [{ login: 'Hunter2!' }, 'body.login', ''],
      [{ login: 'alice', secret: 'x' }, 'body.secret', ''],
      [[], 'body', 'body: found a list; needed an object.'],
    ];
    for (const [body, where, sentence] of cases) {
      const response = await web.send('POST', '/api/v1/session/salt', body);
      const problem = await problemOf(response);
      expect([response.status, problem.code, problem.values['where']]).to.deep.equal([
        400,
        'BAD_INPUT',
        where,
      ]);
      if (sentence !== '') expect(problem.detail).to.equal(sentence);
      expect(JSON.stringify(problem)).not.to.include('Hunter2');
    }
    const russian = await web.send('POST', '/api/v1/session/salt', {}, { 'accept-language': 'ru' });
    expect((await problemOf(russian)).detail).to.equal('Поле body.login: найдено — ничего; нужно — текст.');
    expect(asked).to.deep.equal([]);
  });

  it('refuses other methods, media types, encodings and sizes', async () => {
    const wrong = await web.get('/api/v1/session/salt');
    expect([wrong.status, wrong.headers.get('allow')]).to.deep.equal([405, 'POST']);
    const cases: [number, { readonly [name: string]: string }, string][] = [
      [415, { 'content-type': 'text/plain' }, '{}'],
      [415, { 'content-type': 'application/json', 'content-encoding': 'gzip' }, '{}'],
      [415, { 'content-type': 'application/json; charset=utf-7' }, '{}'],
      [413, {}, JSON.stringify({ login: 'x'.repeat(1_100_000) })],
      [400, {}, '{'],
      [400, {}, `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
      [400, {}, '{"__proto__":{"login":"a"}}'],
      [400, {}, '{"login":"\u0000"}'],
    ];
    for (const [status, headers, body] of cases) {
      const response = await web.send('POST', '/api/v1/session/salt', body, headers);
      expect(response.status, body.slice(0, 20)).to.equal(status);
    }
    expect((await web.get('/docs/%E0%A4%A')).status).to.equal(400);
  });

  it('cuts off headers and bodies that do not come', async () => {
    const line = 'POST /api/v1/session/salt HTTP/1.1\r\nHost: x\r\n';
    expect(await raw(web.port, line)).to.match(/^HTTP\/1\.1 408 /);
    const host = `Host: 127.0.0.1:${String(web.port)}`;
    const head = 'Content-Type: application/json\r\nContent-Length: 90';
    const begun = `POST /api/v1/session/salt HTTP/1.1\r\n${host}\r\n${head}\r\n\r\n{`;
    expect(await raw(web.port, begun)).to.match(/^HTTP\/1\.1 408 /);
    expect(await raw(web.port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).to.match(
      /^HTTP\/1\.1 431 /,
    );
    expect(await raw(web.port, 'NONSENSE\r\n\r\n')).to.match(/^HTTP\/1\.1 400 /);
  });

  it('answers under its own names only', async () => {
    const request = 'GET /api/v1/time HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    expect(await raw(web.port, request)).to.match(/^HTTP\/1\.1 421 /);
  });

  it('hides what failed inside, and notices an answer that is not of its form', async () => {
    const failed = await web.get('/api/v1/moderation', { authorization: 'bearer moderator' });
    expect(failed.status).to.equal(500);
    expect(await failed.text()).not.to.include('peer');
    expect((await web.get('/api/v1/me', { authorization: 'bearer client' })).status).to.equal(500);
  });

  it('describes what it serves, and shows it without asking anybody else', async () => {
    const document = (await (await web.get('/openapi.json')).json()) as {
      readonly openapi: string;
      readonly paths: { readonly [path: string]: object };
    };
    expect(document.openapi).to.equal('3.1.1');
    expect(Object.keys(document.paths)).to.have.members([
      '/api/v1/consortium',
      '/api/v1/time',
      '/api/v1/banks',
      '/api/v1/session/salt',
      '/api/v1/offers',
      '/api/v1/moderation',
      '/api/v1/me',
    ]);
    const page = await (await web.get('/docs')).text();
    expect(page).not.to.match(/https?:/);
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js']) {
      expect((await web.get(`/docs/${file}`)).status).to.equal(200);
    }
    expect((await web.get('/docs/..%2fpackage.json')).status).to.equal(404);
  });

  it('says that it lives and is ready, and counts for the machine itself', async () => {
    expect(await (await web.get('/healthz')).json()).to.deep.equal({ alive: true });
    expect(await (await web.get('/readyz')).json()).to.deep.equal({ ready: true, checks: {} });
    const metrics = await (await web.get('/metrics')).text();
    expect(metrics).to.match(
      /forescrow_http_request_seconds_count\{endpoint="getTime",method="GET",status="200"\}/,
    );
    expect((await web.get('/metrics', { 'x-forwarded-for': '203.0.113.5' })).status).to.equal(404);
  });

  it('binds each endpoint once, and says which one has no handler or is not declared', () => {
    expect(() => boundEndpoints('courier', MADE)).to.throw(/getSalt/);
    expect(() => boundEndpoints('courier', MADE, ['getTime'])).to.throw(/getConsortium|getTime|getSalt/);
    expect(() => endpoints({ getNothing: () => Promise.resolve() })).to.throw(/getNothing/);
  });
});
