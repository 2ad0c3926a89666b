// People at the web door of a marketplace, from the first password to a signed command, on a real ledger.
import { expect } from 'chai';
import sharp from 'sharp';
import { confirmPerson, registerPerson } from '../../../gateway/sdk/commands/people.js';
import { VaultClosed } from '../../../gateway/sdk/errors.js';
import { memoryKeyStore } from '../../../gateway/sdk/key-store.js';
import type { ClientSession } from '../../../gateway/sdk/session.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { inDatabase } from '../../support/database.js';
import { MARKETPLACE } from '../../support/member-access.js';
import { WireGround } from '../../support/wire-ground.js';
import { openWebOrganisation, type WebOrganisation } from '../support/web-organisation.js';
import { codeOf, firstAdministrator, newPerson, PASSWORD, until } from '../support/web-people.js';

const START_LIMIT_MS = 120_000;

describe('people at the web door', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(3_000));
  });
  after(() => consortium.close());

  async function atMarketplace(run: (web: WebOrganisation) => Promise<void>): Promise<void> {
    await inDatabase(async (database) => {
      const config = consortium.ground.config(MARKETPLACE);
      const web = await openWebOrganisation({ config, ledger: consortium.ledger(MARKETPLACE), database });
      try {
        await run(web);
      } finally {
        await web.close();
      }
    });
  }

  const administrator = (web: WebOrganisation) => firstAdministrator(consortium, web);

  async function newClient(admin: ClientSession, login: string): Promise<string> {
    const made = await admin.api.call('createPerson', newPerson(login, ['client']), {
      idempotencyKey: `key-of-${login}`,
    });
    return made.password;
  }

  it('a client gets a first password, sets another, makes a key, and is on the ledger as a client', () =>
    atMarketplace(async (web) => {
      const admin = await administrator(web);
      const first = await newClient(admin, 'alice');
      expect(await newClient(admin, 'alice')).to.equal(first);
      const other = newPerson('alice', ['administrator']);
      const again = admin.api.call('createPerson', other, { idempotencyKey: 'key-of-alice' });
      expect(await codeOf(again)).to.equal('IDEMPOTENCY_KEY_USED');
      expect(await codeOf(admin.api.call('createPerson', other))).to.equal('IDEMPOTENCY_KEY_NEEDED');
      const taken = admin.api.call('createPerson', other, { idempotencyKey: 'another-key' });
      expect(await codeOf(taken)).to.equal('LOG_IN_TAKEN');

      const keyStore = memoryKeyStore();
      const alice = web.session({ keyStore });
      expect((await alice.signIn('alice', first)).next).to.equal('setPassword');
      expect(await codeOf(alice.api.call('searchOffers'))).to.equal('PASSWORD_NEEDED');
      expect(await codeOf(web.session().signIn('alice', first))).to.equal('LOG_IN_REFUSED');
      expect((await alice.setFirstPassword(first, PASSWORD)).next).to.equal('makeKey');
      const { recoveryCode, operation } = await alice.makeVault(PASSWORD);
      expect(operation).to.include({ status: 'done', code: null });
      const id = alice.me?.id ?? '';
      const row = await consortium.row('person', id);
      expect(row).to.deep.include({ owner: MARKETPLACE, status: 'active', roles: ['client'] });
      expect(row?.key).to.equal(alice.signer?.publicKey);
      await until(async () => (await alice.api.call('getMe')).roles.includes('client'));
      expect((await alice.api.call('searchOffers')).items).to.deep.equal([]);
      expect(await codeOf(alice.api.call('listPeople'))).to.equal('FORBIDDEN');

      const second = web.session();
      expect((await second.signIn('alice', PASSWORD)).next).to.equal('ready');
      expect(await second.recipientCode('deal_1')).to.equal(await alice.recipientCode('deal_1'));
      await second.changePassword(PASSWORD, `${PASSWORD} 2`);
      expect(await codeOf(alice.api.call('getMe'))).to.equal('SESSION_OVER');
      expect(await codeOf(web.session().signIn('alice', PASSWORD))).to.equal('LOG_IN_REFUSED');
      const third = web.session();
      expect((await third.signIn('alice', `${PASSWORD} 2`)).next).to.equal('ready');

      const reset = await admin.api.call(
        'resetPerson',
        { path: { person: id } },
        { idempotencyKey: 'reset-alice' },
      );
      const fourth = web.session();
      expect((await fourth.signIn('alice', reset.password)).next).to.equal('setPassword');
      expect((await fourth.setFirstPassword(reset.password, `${PASSWORD} 3`)).next).to.equal(
        'openByRecovery',
      );
      expect(fourth.signer).to.equal(null);
      const wrong = fourth.openVaultByRecovery('0'.repeat(26));
      expect(await wrong.catch((error: unknown) => error)).to.be.instanceOf(VaultClosed);
      await fourth.openVaultByRecovery(recoveryCode.toLowerCase().replace(/(.{5})/g, '$1-'));
      expect(fourth.signer?.publicKey).to.equal(row?.key);
      expect((await web.session().signIn('alice', `${PASSWORD} 3`)).next).to.equal('ready');
    }));

  it('an administrator registers and confirms an operator whose key waits, by signed commands', () =>
    atMarketplace(async (web) => {
      const admin = await administrator(web);
      const { password } = await admin.api.call('createPerson', newPerson('mia', ['moderator']), {
        idempotencyKey: 'key-of-mia',
      });
      const mia = web.session();
      await mia.signIn('mia', password);
      await mia.setFirstPassword(password, PASSWORD);
      await mia.makeVault(PASSWORD);
      const { items } = await admin.api.call('listPeople', { query: { words: 'mia' } });
      const [{ id = '', waitingKey = null } = {}] = items;
      expect(waitingKey).to.equal(mia.signer?.publicKey);
      const path = { person: id };
      const registration = registerPerson({ person: id });
      const confirmation = confirmPerson({ person: id, key: waitingKey ?? '', roles: ['moderator'] });
      const purposes = { first: 'register mia', second: 'confirm mia' };
      const registered = await admin.command('confirmPerson', {
        path,
        request: registration,
        purpose: purposes.first,
      });
      expect(registered.status).to.equal('done');
      const request = { path, request: confirmation, purpose: purposes.second };
      expect((await admin.command('confirmPerson', request)).status).to.equal('done');
      await until(async () => (await mia.api.call('getMe')).roles.includes('moderator'));
      expect((await admin.api.call('listPeople', { query: { words: 'mia' } })).items[0]?.waitingKey).to.equal(
        null,
      );
      await findsPeopleMasked(admin, mia);
      await putsUpAPicture(mia, admin);
      const transaction = registered.txId ?? '';
      const read = await admin.api.call('getTransaction', { path: { transaction } });
      expect(read.items.map(({ action, signer }) => [action, signer?.id])).to.deep.equal([
        ['registerPerson', admin.me?.id],
      ]);
      const block = await admin.api.call('getBlock', { path: { block: String(read.block) } });
      expect([block.hash, block.newest]).to.deep.equal([read.blockHash, await newest(admin)]);
      expect((await fetch(`${web.url}/ledger/v1/blocks`)).status).to.equal(401);
    }));

  const newest = async (session: ClientSession): Promise<number> =>
    (await session.api.call('listBlocks', { query: { limit: 1 } })).items[0]?.number ?? -1;

  it('a session goes on by its refresh cookie and ends for good when a used one comes back', () =>
    atMarketplace(async (web) => {
      const seen: { readonly path: string; readonly cookie: string | null }[] = [];
      const session = web.session({
        fetch: async (input, init) => {
          const { pathname: path } = new URL(input instanceof Request ? input.url : input);
          seen.push({ path, cookie: new Headers(init?.headers).get('cookie') });
          return fetch(input, init);
        },
      });
      await session.signIn('administrator', web.firstPassword);
      expect((await session.restore())?.login).to.equal('administrator');
      expect((await session.restore())?.login).to.equal('administrator');
      expect((await session.restore())?.login).to.equal('administrator');
      const cookies = seen.flatMap(({ cookie }) => /refresh=([^;]+)/.exec(cookie ?? '')?.[1] ?? []);
      const isElsewhere = seen.some(
        ({ path, cookie }) => /refresh=/.test(cookie ?? '') && !path.endsWith('/refresh'),
      );
      expect([new Set(cookies).size, isElsewhere]).to.deep.equal([3, false]);
      const refresh = async (cookie: string) =>
        fetch(`${web.url}/api/v1/session/refresh`, {
          method: 'POST',
          headers: { cookie: `refresh=${cookie}`, 'content-type': 'application/json', origin: web.url },
          body: '{}',
        });
      const [oldest = '', , newest = ''] = cookies;
      // The one before the newest has a while; it was used by the third restore.
      expect((await refresh(newest)).status).to.equal(200);
      expect((await refresh(newest)).status).to.equal(200);
      expect((await refresh(oldest)).status).to.equal(401);
      expect((await refresh(newest)).status).to.equal(401);
      expect(await session.restore()).to.equal(null);
    }));
});

/** Administrators find by name, log-in and id; moderators by masked names and ids, and learn nothing else. */
async function findsPeopleMasked(admin: ClientSession, moderator: ClientSession): Promise<void> {
  const everybody = (await admin.api.call('listPeople')).items;
  const { id = '', login = '' } = moderator.me ?? {};
  for (const words of [id, id.slice(0, 14), login.toUpperCase()]) {
    const { items } = await admin.api.call('listPeople', { query: { words } });
    expect(
      items.map((found) => found.id),
      words,
    ).to.deep.equal([id]);
  }
  const search = async (words: string) => {
    const { items } = await moderator.api.call('searchMaskedPeople', { query: { words } });
    return items.map((found) => found.id);
  };
  const { items } = await moderator.api.call('searchMaskedPeople');
  expect(items.map((found) => found.id).sort()).to.deep.equal(everybody.map((found) => found.id).sort());
  const fields = ['completedDeals', 'createdAt', 'id', 'maskedName', 'offers', 'roles'];
  expect(items.map((found) => Object.keys(found).sort())).to.deep.equal(items.map(() => fields));
  expect(JSON.stringify(items)).not.to.contain(login);
  const mask = items.find((found) => found.id === id)?.maskedName ?? '';
  expect(await search(mask.slice(0, 5).toLowerCase())).to.deep.equal([id]);
  expect(await search(id.slice(0, 14))).to.deep.equal([id]);
  for (const words of [login, 'Administrator', '%', '_'])
    expect(await search(words), words).to.deep.equal([]);
}

/** It is there for its owner and an administrator until it is removed. */
async function putsUpAPicture(owner: ClientSession, admin: ClientSession): Promise<void> {
  const create = { width: 4, height: 4, channels: 3, background: 'teal' } as const;
  const file = new Blob([new Uint8Array(await sharp({ create }).png().toBuffer())], { type: 'image/png' });
  const { picture } = await owner.api.put<{ readonly picture: string }>('/api/v1/me/picture', file);
  expect((await owner.readMe()).picture).to.equal(picture);
  const { id = '', login = '' } = owner.me ?? {};
  const listed = async () =>
    (await admin.api.call('listPeople', { query: { words: login } })).items[0]?.picture;
  const status = async () => (await admin.api.read(`/api/v1/people/${id}/picture`)).status;
  expect([await listed(), await status()]).to.deep.equal([picture, 200]);
  expect((await owner.api.call('changeMe', { body: { picture: null } })).picture).to.equal(null);
  expect([await listed(), await status()]).to.deep.equal([null, 404]);
}
