// Log-ins over HTTP: from whose page they are taken, what guessing costs, and what a stranger learns.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openWebOrganisation, type WebOrganisation } from '../support/web-organisation.js';
import { makeOrganisation } from '../../support/identities.js';
import { inDatabase } from '../../support/database.js';
import { gatewayConfigSchema } from '../../../gateway/protocol/gateway-config.js';
import { passwordKeys, type PasswordSalt } from '../../../gateway/protocol/password-keys.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { problemOf } from '../support/web.js';
import type { LedgerClient } from '../../../gateway/ledger/ledger-client.js';

const MARKET = { mspId: 'MarketplaceMSP', name: 'Marketplace', kind: 'marketplace' } as const;
const FILES = { certPath: '/none', keyPath: '/none' };
const LOGIN = 'administrator';
const WRONG = 'A'.repeat(43);
/** Thirty are free for one address, and some come after its first short pauses. */
const MOST_JUDGED = 36;

function config(url: string) {
  return gatewayConfigSchema.parse({
    ...{ organisation: MARKET, channel: 'escrow', chaincode: 'escrow', members: [MARKET] },
    ledger: { address: '127.0.0.1:1', tlsRootCertPath: '/none' },
    identities: { gateway: FILES, worker: FILES, admin: FILES, registrar: FILES },
    admin: { host: '127.0.0.1', port: 0, tokenPath: '/none' },
    web: { host: '127.0.0.1', port: 0, origin: 'http://marketplace.localhost:7053' },
    world: 'demo',
    database: { url },
    dataDir: '/none',
    timing: { windowMs: 3_000, slackMs: 1_000 },
  });
}

/** A ledger on which nobody is. */
const EMPTY: Partial<LedgerClient> = {
  rows: () => Promise.resolve({}),
  list: () => Promise.resolve([]),
  blocks: async function* (_from, signal) {
    // The door may close before its projection has asked.
    if (signal?.aborted !== true) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    yield* [];
  },
};

async function onWeb(run: (web: WebOrganisation, send: Send) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'forescrow-log-in-'));
  const files = await signingFiles(folder);
  await inDatabase(async (database, url) => {
    const written = config(url);
    const signing = { ...written, identities: { ...written.identities, gateway: files } };
    const web = await openWebOrganisation({ config: signing, ledger: fakeLedger(EMPTY), database });
    const send: Send = (path, body, headers = { origin: web.url }) =>
      fetch(`${web.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    try {
      await run(web, send);
    } finally {
      await web.close();
    }
  }).finally(() => {
    rmSync(folder, { recursive: true, force: true });
  });
}

/** The gateway signs receipts with them. */
async function signingFiles(folder: string): Promise<{ certPath: string; keyPath: string }> {
  const organisation = await makeOrganisation(MARKET.mspId);
  const { certPem, keyPem } = await organisation.issue({ name: 'gateway', units: ['client'] });
  const files = { certPath: join(folder, 'cert.pem'), keyPath: join(folder, 'key.pem') };
  writeFileSync(files.certPath, certPem);
  writeFileSync(files.keyPath, keyPem);
  return files;
}

type Send = (path: string, body: object, headers?: { readonly [name: string]: string }) => Promise<Response>;

async function secretOf(web: WebOrganisation, send: Send): Promise<string> {
  const salt = (await (await send('/api/v1/session/salt', { login: LOGIN })).json()) as PasswordSalt;
  const owner = { organisation: MARKET.mspId, login: LOGIN };
  return (await passwordKeys(web.firstPassword, owner, salt)).secret;
}

describe('logging in', () => {
  it('is taken from a page of this gateway only', () =>
    onWeb(async (_web, send) => {
      const body = { login: LOGIN, secret: WRONG };
      const strange: { readonly [name: string]: string }[] = [
        {},
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site', origin: 'http://bank-a.localhost' },
      ];
      for (const headers of strange) {
        for (const path of ['/api/v1/session', '/api/v1/session/refresh']) {
          const response = await send(path, body, headers);
          expect([response.status, (await problemOf(response)).code]).to.deep.equal([403, 'NOT_SAME_ORIGIN']);
        }
      }
      const own = await send('/api/v1/session', body, { 'sec-fetch-site': 'same-origin' });
      expect((await problemOf(own)).code).to.equal('LOG_IN_REFUSED');
    }));

  it('is taken as JSON only, which no form of another site can send', () =>
    onWeb(async (web, send) => {
      for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
        const headers = { origin: web.url, 'content-type': type };
        const response = await send('/api/v1/session', { login: LOGIN, secret: WRONG }, headers);
        expect((await problemOf(response)).code, type).to.equal('WRONG_MEDIA_TYPE');
      }
    }));

  it('lets one guess at a hundred log-ins each be no more than a few: the address pauses', () =>
    onWeb(async (_web, send) => {
      const tried = await Promise.all(
        Array.from({ length: 100 }, (_, number) =>
          send('/api/v1/session', { login: `person-${String(number)}`, secret: WRONG }),
        ),
      );
      const judged = tried.filter(({ status }) => status === 401).length;
      expect(judged).to.be.within(1, MOST_JUDGED);
      expect(tried.filter(({ status }) => status === 429).length).to.equal(100 - judged);
      const [refused] = tried.filter(({ status }) => status === 429);
      expect(Number(refused?.headers.get('retry-after'))).to.be.greaterThan(0);
    }));

  it('gives every log-in a salt, the same each time, and refuses strangers as it refuses wrong passwords', () =>
    onWeb(async (_web, send) => {
      const salt = async (login: string) =>
        (await (await send('/api/v1/session/salt', { login })).json()) as PasswordSalt;
      expect(await salt('nobody')).to.deep.equal(await salt('nobody'));
      expect(await salt('nobody')).not.to.deep.equal(await salt('somebody'));
      expect((await salt('nobody')).rounds).to.equal((await salt(LOGIN)).rounds);
      const texts = await Promise.all(
        [LOGIN, 'nobody'].map(async (login) => {
          const problem = await problemOf(await send('/api/v1/session', { login, secret: WRONG }));
          return { ...problem, requestId: '' };
        }),
      );
      expect(texts[0]).to.deep.equal(texts[1]);
    }));

  it('lets a hundred guesses at once be no more than a few, and the person in on his own device', () =>
    onWeb(async (web, send) => {
      const secret = await secretOf(web, send);
      const first = await send('/api/v1/session', { login: LOGIN, secret });
      expect(first.status).to.equal(200);
      const cookies = first.headers.getSetCookie();
      expect(cookies.find((line) => line.startsWith('refresh='))).to.match(
        /^refresh=\S+; Path=\/api\/v1\/session\/refresh; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
      );
      const device =
        /^(device=[^;]+)/.exec(cookies.find((line) => line.startsWith('device=')) ?? '')?.[1] ?? '';
      const guesses = await Promise.all(
        Array.from({ length: 100 }, () => send('/api/v1/session', { login: LOGIN, secret: WRONG })),
      );
      const judged = guesses.filter(({ status }) => status === 401).length;
      expect(judged).to.be.within(1, 7);
      expect(guesses.filter(({ status }) => status === 429).length).to.equal(100 - judged);
      expect(
        Number(guesses.find(({ status }) => status === 429)?.headers.get('retry-after')),
      ).to.be.greaterThan(0);
      // The first password is used up, so even the right one is refused now: but it is judged, not paused.
      const own = await send(
        '/api/v1/session',
        { login: LOGIN, secret },
        { origin: web.url, cookie: device },
      );
      expect((await problemOf(own)).code).to.be.oneOf(['LOG_IN_REFUSED', 'TOO_MANY_TRIES']);
    }));
});
