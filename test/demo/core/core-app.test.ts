// The simulated core over HTTP: nothing without its key, phones and switches behind secret links alone, and what it has
// decided stays decided.
import { expect } from 'chai';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { coreApp, phoneLinks, switchesLink } from '../../../demo/core/core-app.js';
import { Phones } from '../../../demo/core/phones.js';
import { SimulatedCore } from '../../../demo/core/simulated-core.js';
import { CORE_PATHS } from '../../../gateway/protocol/core.js';
import { SIMULATOR_PATHS } from '../../../gateway/protocol/simulator.js';
import { inTemporaryFolder } from '../../gateway/support/temporary-folder.js';

const KEY = 'key-of-the-core';
const ORIGIN = 'http://core.localhost:1';
const REQUEST = {
  ...{ deal: 'deal_00000001', payment: 'payment_00000001', account: '10011111111111100', holder: 'holder_1' },
  ...{ total: '507500', currency: 'RUB', admittedAt: 1, answerBy: 2 },
};
const MESSAGE = {
  holder: 'holder_1',
  message: {
    ...{ about: { kind: 'link', link: 'link_00000001' }, text: 'Code 123456', code: '123456' },
    validUntil: 4_102_444_800_000,
  },
};

interface Served {
  readonly core: SimulatedCore;
  readonly phones: Phones;
  /** Path of a phone's page. */
  readonly phone: (holder: string) => string;
  readonly switches: string;
  /** Status and text; with the core's key unless `key` says otherwise. */
  readonly ask: (
    method: string,
    path: string,
    of?: { readonly body?: unknown; readonly key?: string | null; readonly signal?: AbortSignal },
  ) => Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>;
}

async function serve(folder: string, run: (served: Served) => Promise<void>): Promise<void> {
  const core = SimulatedCore.open({ path: join(folder, 'core.jsonl'), answerAfterMs: 0 });
  const phones = Phones.open(join(folder, 'phones.jsonl'));
  const app = coreApp({
    core,
    phones,
    bank: 'Bank <A>',
    key: KEY,
    origin: ORIGIN,
    onCustomer: () => undefined,
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo; // TCP
  const pathOf = (address: string): string => address.slice(ORIGIN.length);
  try {
    await run({
      core,
      phones,
      phone: (holder) =>
        pathOf(
          phoneLinks({ core, phones, origin: ORIGIN }).find((link) => link.holder === holder)?.phone ?? '',
        ),
      switches: pathOf(switchesLink({ core, origin: ORIGIN })),
      ask: async (method, path, { body, key = KEY, signal } = {}) => {
        const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
          method,
          headers: {
            'content-type': 'application/json',
            ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
          ...(signal === undefined ? {} : { signal }),
        });
        return { status: response.status, text: await response.text(), headers: response.headers };
      },
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const withCore = (run: (served: Served) => Promise<void>): Promise<void> =>
  inTemporaryFolder((folder) => serve(folder, run));

describe('the simulated core over HTTP', () => {
  it('answers nothing without its key, whatever the route', () =>
    withCore(async ({ ask, core }) => {
      const routes: readonly (readonly [string, string])[] = [
        ...[CORE_PATHS.decide, CORE_PATHS.enquire, CORE_PATHS.messages].map(
          (path) => ['POST', path] as const,
        ),
        ['GET', CORE_PATHS.customers],
        ...[SIMULATOR_PATHS.customers, SIMULATOR_PATHS.phone].map((path) => ['POST', path] as const),
        ['GET', SIMULATOR_PATHS.phoneLinks],
        ['GET', SIMULATOR_PATHS.switchesLink],
        ['PUT', SIMULATOR_PATHS.behaviour],
        ['GET', '/'],
      ];
      for (const [method, path] of routes) {
        for (const key of [null, '', 'another', KEY.slice(0, -1), `${KEY}x`]) {
          const { status, text } = await ask(method, path, { key });
          expect([status, text], `${method} ${path}`).to.deep.equal([401, '{"code":"API_KEY_REFUSED"}']);
        }
      }
      expect(core.allCustomers()).to.deep.equal([]);
    }));

  it('a wrong secret finds no phone and no switches, and looks like an address that does not exist', () =>
    withCore(async ({ ask, core, phones, phone, switches }) => {
      core.addCustomer({ holder: 'holder_1', name: 'Marina', phone: '+70000000001' });
      await phones.send(MESSAGE.holder, MESSAGE.message as never);
      const right = phone('holder_1');
      expect((await ask('GET', right, { key: null })).text).to.include('Marina');
      expect((await ask('GET', `${right}/messages`, { key: null })).text).to.include('123456');
      const nothing = await ask('GET', '/phone', { key: null });
      const wrong = [
        `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`,
        right.slice(0, -1),
        right.toLowerCase() === right ? right.toUpperCase() : right.toLowerCase(),
        '/phone/holder_1',
        '/phone/__proto__',
        '/phone/%00',
        `/switches/${right.slice('/phone/'.length)}`,
        `/phone/${switches.slice('/switches/'.length)}`,
        `${switches.slice(0, -1)}/behaviour`,
      ];
      for (const path of wrong.flatMap((address) => [address, `${address}/messages`])) {
        // Nor does the core's key open what a link alone opens.
        for (const key of [null, KEY]) {
          const { status, text } = await ask('GET', path, { key });
          expect([status, text], path).to.deep.equal([404, nothing.text]);
        }
      }
      const { status } = await ask('PUT', '/switches/guess/behaviour', { body: { answer: 'no' }, key: null });
      expect(status).to.equal(404);
      expect(core.behaviourOfAll().answer).to.equal('yes');
    }));

  it('a phone shows its own holder’s messages under his own name, although references resemble each other', () =>
    withCore(async ({ ask, core, phone }) => {
      core.addCustomer({ holder: 'holder_10', name: 'Timofey', phone: '+70000000010' });
      core.addCustomer({ holder: 'holder_1', name: '<b>Marina</b>', phone: '+70000000001' });
      await ask('POST', CORE_PATHS.messages, { body: MESSAGE });
      const page = await ask('GET', phone('holder_1'), { key: null });
      expect(page.text).to.include('&lt;b&gt;Marina').and.not.include('Timofey').and.not.include('<b>Marina');
      expect(page.headers.get('content-security-policy')).to.include("default-src 'self'");
      expect(page.headers.get('cache-control')).to.equal('no-store');
      expect(page.headers.get('referrer-policy'), 'the address is a secret').to.equal('no-referrer');
      expect((await ask('GET', `${phone('holder_10')}/messages`, { key: null })).text).to.equal(
        '{"messages":[]}',
      );
    }));

  it('the switches make it unwilling, and what it decided before stays, also after a restart', () =>
    inTemporaryFolder(async (folder) => {
      const second = { ...REQUEST, payment: 'payment_00000002' };
      await serve(folder, async ({ ask, switches }) => {
        const yes = await ask('POST', CORE_PATHS.decide, { body: REQUEST });
        expect(JSON.parse(yes.text)).to.deep.equal({ verdict: 'yes' });
        const no = { answer: 'no', afterMs: 0, silent: false };
        expect((await ask('PUT', `${switches}/behaviour`, { body: no, key: null })).status).to.equal(204);
        const [again, enquired] = [CORE_PATHS.decide, CORE_PATHS.enquire].map((path) =>
          ask('POST', path, { body: REQUEST }),
        );
        expect(JSON.parse((await again)?.text ?? '')).to.deep.equal({ verdict: 'yes' });
        expect(JSON.parse((await enquired)?.text ?? '')).to.deep.equal({ verdict: 'yes' });
        const refused = await ask('POST', CORE_PATHS.decide, { body: second });
        expect(JSON.parse(refused.text)).to.deep.equal({ verdict: 'no', reason: 'CUST' });
      });
      await serve(folder, async ({ ask, core, switches }) => {
        core.behave({ answer: 'yes', afterMs: 0, silent: false });
        const asked = [REQUEST, second, REQUEST, second].map((body) =>
          ask('POST', CORE_PATHS.decide, { body }),
        );
        const verdicts = (await Promise.all(asked)).map(
          ({ text }) => JSON.parse(text) as { verdict: string },
        );
        expect(verdicts.map(({ verdict }) => verdict)).to.deep.equal(['yes', 'no', 'yes', 'no']);
        const shown = JSON.parse((await ask('GET', `${switches}/behaviour`, { key: null })).text) as {
          readonly decisions: readonly unknown[];
        };
        expect(shown.decisions).to.have.length(2);
      });
    }));

  it('a silent core answers an enquiry alone, and gives a request up whose asker has gone', () =>
    withCore(async ({ ask, switches, core }) => {
      const silent = { answer: 'yes', afterMs: 0, silent: true };
      await ask('PUT', `${switches}/behaviour`, { body: silent, key: null });
      const gone = new AbortController();
      const waiting = ask('POST', CORE_PATHS.decide, { body: REQUEST, signal: gone.signal }).catch(
        (error: unknown) => (error as Error).name,
      );
      const enquired = await ask('POST', CORE_PATHS.enquire, { body: REQUEST });
      expect(JSON.parse(enquired.text)).to.deep.equal({ verdict: 'yes' });
      gone.abort();
      expect(await waiting).to.equal('AbortError');
      expect(core.newestDecisions(5)).to.have.length(1);
    }));

  it('what has another form is refused and changes nothing', () =>
    withCore(async ({ ask, core, switches }) => {
      const bad: readonly (readonly [string, string, unknown])[] = [
        ['POST', CORE_PATHS.decide, {}],
        ['POST', CORE_PATHS.decide, { ...REQUEST, total: '-1' }],
        ['POST', CORE_PATHS.decide, '{'],
        ['POST', CORE_PATHS.messages, { holder: 'holder_1', message: { ...MESSAGE.message, code: '12' } }],
        ['PUT', `${switches}/behaviour`, { answer: 'maybe' }],
        ['POST', SIMULATOR_PATHS.customers, { holder: 'holder_1' }],
        ['GET', `${CORE_PATHS.customers}?limit=101`, undefined],
        ['POST', CORE_PATHS.decide, 'x'.repeat(70_000)],
      ];
      for (const [method, path, body] of bad) {
        const { status, text } = await ask(method, path, { body });
        expect([status, text], `${path} ${JSON.stringify(body)?.slice(0, 80) ?? ''}`).to.deep.equal([
          400,
          '{"code":"BAD_INPUT"}',
        ]);
      }
      expect(core.newestDecisions(5)).to.deep.equal([]);
      expect(core.allCustomers()).to.deep.equal([]);
    }));
});
