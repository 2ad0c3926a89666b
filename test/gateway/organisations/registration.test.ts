// Strangers who register themselves at a marketplace's web door, and what they may not: be anything but clients, come
// while it is closed, come in crowds, take what belongs to others.
import { expect } from 'chai';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import type { ClientSession } from '../../../gateway/sdk/session.js';
import type { GatewayConfig } from '../../../gateway/protocol/gateway-config.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { inDatabase } from '../../support/database.js';
import { MARKETPLACE } from '../../support/member-access.js';
import { claimOf, makePerson, resigned } from '../../support/people.js';
import { present } from '../../support/test-consortium.js';
import { WireGround } from '../../support/wire-ground.js';
import { openWebOrganisation, type WebOrganisation } from '../support/web-organisation.js';
import { codeOf, enrolled, firstAdministrator, newPerson, PASSWORD, until } from '../support/web-people.js';

const START_LIMIT_MS = 180_000;
const SALT = { salt: 'A'.repeat(22), rounds: 600_000 };
const SECRET = 'B'.repeat(43);

describe('registration at the web door', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(3_000));
  });
  after(() => consortium.close());

  async function atMarketplace(
    run: (web: WebOrganisation) => Promise<void>,
    change: Partial<NonNullable<GatewayConfig['web']>> = { canRegister: true },
  ): Promise<void> {
    await inDatabase(async (database) => {
      const config = consortium.ground.config(MARKETPLACE);
      const ledger = consortium.ledger(MARKETPLACE);
      const web = await openWebOrganisation({ config, ledger, database, web: change });
      try {
        await run(web);
      } finally {
        await web.close();
      }
    });
  }

  async function registered(web: WebOrganisation, login: string): Promise<ClientSession> {
    const session = web.session();
    const of = { login, name: 'Ева Новая', language: 'ru' as const, password: PASSWORD };
    expect((await session.register(of)).next).to.equal('makeKey');
    return session;
  }

  /** As a program that does not care for the SDK sends it; the code, or `ok`. */
  async function post(
    web: WebOrganisation,
    change: object,
    headers: { readonly [name: string]: string } = { origin: web.url },
  ): Promise<string> {
    const body = { login: 'eve', name: 'Eve', language: 'en', salt: SALT, secret: SECRET, ...change };
    const response = await fetch(`${web.url}/api/v1/registrations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (response.status === 201) return 'ok';
    return ((await response.json()) as { readonly code: string }).code;
  }

  it('is closed until an administrator opens it, and who did so is kept', () =>
    atMarketplace(async (web) => {
      const canRegister = async () => (await web.session().api.call('getConsortium')).canRegister;
      expect([await canRegister(), await post(web, {})]).to.deep.equal([false, 'REGISTRATION_CLOSED']);
      const admin = await firstAdministrator(consortium, web);
      expect(await admin.api.call('getRegistration')).to.deep.include({ isOpen: false, changes: [] });
      const opened = await admin.api.call('setRegistration', { body: { isOpen: true } });
      expect(opened.changes.map(({ by, isOpen }) => [by, isOpen])).to.deep.equal([['Administrator', true]]);
      expect([await canRegister(), await post(web, {})]).to.deep.equal([true, 'ok']);
      await admin.api.call('setRegistration', { body: { isOpen: false } });
      expect(await post(web, { login: 'eve2' })).to.equal('REGISTRATION_CLOSED');
      const { items } = await admin.api.call('listPeople', { query: { words: 'eve' } });
      expect(
        items.map(({ login, intendedRoles, isSelfRegistered }) => [login, intendedRoles, isSelfRegistered]),
      ).to.deep.equal([['eve', ['client'], true]]);
      const mia = await enrolled(web, admin, 'mia', 'moderator');
      const open = mia.api.call('setRegistration', { body: { isOpen: true } });
      expect(await codeOf(open)).to.equal('FORBIDDEN');
    }, {}));

  it('a stranger registers, makes a key in his browser, and is a client on the ledger and nothing else', () =>
    atMarketplace(async (web) => {
      const eve = await registered(web, 'eve');
      expect(eve.me).to.deep.include({ login: 'eve', intendedRoles: ['client'], roles: [] });
      expect(await codeOf(eve.api.call('listMyAccounts'))).to.equal('FORBIDDEN');
      const { operation, recoveryCode } = await eve.makeVault(PASSWORD);
      expect([operation.status, recoveryCode.length]).to.deep.equal(['done', 26]);
      const row = await consortium.row('person', eve.me?.id ?? '');
      expect(row).to.deep.include({ owner: MARKETPLACE, status: 'active', roles: ['client'] });
      await until(async () => (await eve.api.call('getMe')).roles.includes('client'));
      expect((await eve.api.call('searchOffers')).items).to.deep.equal([]);
      expect(await codeOf(eve.api.call('listPeople'))).to.equal('FORBIDDEN');
      const again = web.session();
      expect((await again.signIn('eve', PASSWORD)).next).to.equal('ready');
    }));

  it('gives no other role, whatever is asked for, and takes no name that misleads', () =>
    atMarketplace(async (web) => {
      expect(await post(web, { roles: ['administrator'] })).to.equal('BAD_INPUT');
      expect(await post(web, { intendedRoles: ['administrator'] })).to.equal('BAD_INPUT');
      expect(await post(web, { login: 'Eve!' })).to.equal('BAD_INPUT');
      expect(await post(web, { salt: { ...SALT, rounds: 1 } })).to.equal('BAD_INPUT');
      for (const name of ['Eve\u202e', 'Ivаn', '   ', 'a\u0007b']) {
        expect(await post(web, { name }), JSON.stringify(name)).to.equal('NAME_UNREADABLE');
      }
      const elsewhere = { origin: 'http://elsewhere.example', 'sec-fetch-site': 'cross-site' };
      expect(await post(web, {}, elsewhere)).to.equal('NOT_SAME_ORIGIN');
      expect(await post(web, {}, {})).to.equal('NOT_SAME_ORIGIN');
    }));

  it('publishes one key of the person alone: no second one, none of another, none for another organisation', () =>
    atMarketplace(async (web) => {
      const eve = await registered(web, 'eve');
      const person = eve.me?.id ?? '';
      const own = makePerson('own', person);
      const other = makePerson('other', person);
      const fits = { organisation: MARKETPLACE, channel: consortium.channel, expiresAt: Date.now() + 60_000 };
      const publish = (intent: Intent) => codeOf(eve.api.call('publishKey', { body: { intent } }));
      const { id: alice } = consortium.alice.person;
      expect(await publish(claimOf(own, { ...fits, person: alice }))).to.equal('NOT_YOUR_INTENT');
      expect(await publish(claimOf(own, { ...fits, organisation: 'BankAMSP' }))).to.equal('BAD_SIGNATURE');
      expect(await publish(claimOf(own, { ...fits, channel: 'another' }))).to.equal('BAD_SIGNATURE');
      expect(await publish(resigned(claimOf(own, fits), other))).to.equal('BAD_SIGNATURE');
      expect(await publish({ ...claimOf(own, fits), key: other.key })).to.equal('BAD_SIGNATURE');
      expect(await publish(claimOf(own, fits)), 'without a vault').to.equal('VAULT_NEEDED');
      expect(await consortium.row('person', person)).to.equal(null);

      await eve.makeVault(PASSWORD);
      expect(await publish(claimOf(other, fits))).to.equal('KEY_PUBLISHED');
      const row = present(await consortium.row('person', person));
      expect([row.key, row.roles]).to.deep.equal([eve.signer?.publicKey, ['client']]);
    }));

  it('a taken log-in stays with its person, and asking for log-ins is bounded like registering', () =>
    atMarketplace(async (web) => {
      const admin = await firstAdministrator(consortium, web);
      const made = await admin.api.call('createPerson', newPerson('alice', ['client']), {
        idempotencyKey: 'key-of-alice',
      });
      const salt = await web.session().api.call('getSalt', { body: { login: 'alice' } });
      expect(await post(web, { login: 'alice' })).to.equal('LOG_IN_TAKEN');
      expect(await web.session().api.call('getSalt', { body: { login: 'alice' } })).to.deep.equal(salt);
      expect((await web.session().signIn('alice', made.password)).next).to.equal('setPassword');
      const codes: string[] = [];
      for (let tried = 0; tried < 10; tried += 1) codes.push(await post(web, { login: 'alice' }));
      expect(new Set(codes.slice(0, 9))).to.deep.equal(new Set(['LOG_IN_TAKEN']));
      expect(codes[9]).to.equal('TOO_MANY_REGISTRATIONS');
      expect(await post(web, { login: 'nobody-yet' })).to.equal('TOO_MANY_REGISTRATIONS');
    }));

  it('a flood ends at half of the registrar’s bound, and whom an administrator made gets his key all the same', () =>
    atMarketplace(
      async (web) => {
        const admin = await firstAdministrator(consortium, web);
        const state = await admin.api.call('getRegistration');
        expect([state.mostAnHour, state.thisHour]).to.deep.equal([2, 0]);
        const eves = [await registered(web, 'eve1'), await registered(web, 'eve2')];
        expect(await post(web, { login: 'eve3' })).to.equal('TOO_MANY_REGISTRATIONS');
        expect((await admin.api.call('getRegistration')).thisHour).to.equal(2);
        for (const eve of eves) expect((await eve.makeVault(PASSWORD)).operation.status).to.equal('done');
        const clara = await enrolled(web, admin, 'clara', 'client');
        expect(clara.me?.login).to.equal('clara');
      },
      { canRegister: true, registrationsPerHour: 4 },
    ));
});
