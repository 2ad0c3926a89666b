// The door that needs no session, at a bank, for the marketplace's clients: who comes in with which signature, what is
// taken, and that nothing else is.
import { expect } from 'chai';
import { systemClock } from '../../../gateway/clock.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { askLink, deposit } from '../../../gateway/sdk/commands/accounts.js';
import { acceptParcel } from '../../../gateway/sdk/commands/shipments.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { migratedDatabase, openAt } from '../../support/database.js';
import { buy, preparePurchase } from '../../support/deal-play.js';
import { BANK_A, BANK_B, MARKETPLACE, type Step } from '../../support/member-access.js';
import { altered, makePerson, type Person, resigned, signedBy } from '../../support/people.js';
import { WireGround } from '../../support/wire-ground.js';
import { openWebOrganisation, type WebOrganisation } from '../support/web-organisation.js';
import { problemOf } from '../support/web.js';

const START_LIMIT_MS = 120_000;
const PATH = '/ledger/v1/intents';
/** A page of somebody else. */
const ORIGIN = 'http://marketplace.localhost:7003';
const A_MINUTE = 60;

describe('the door for signed commands of any member’s people', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  let offer: string;
  let database: Database;
  let web: WebOrganisation;
  let close: () => Promise<void>;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(30_000));
    offer = await consortium.listOffer({ stock: 100 });
    ({ database, web, close } = await openDoor(BANK_A));
  });
  after(async () => {
    await close();
    await consortium.close();
  });

  async function openDoor(msp: string) {
    const database = await openAt(await migratedDatabase());
    const config = consortium.ground.config(msp);
    const web = await openWebOrganisation({ config, ledger: consortium.ledger(msp), database });
    const close = async (): Promise<void> => {
      await web.close();
      await database.close();
    };
    return { web, database, close };
  }

  async function dealsOf({ id }: Person): Promise<number> {
    const party = database.query.selectFrom('ledger.party').select('deal');
    return (await party.where('person', '=', id).execute()).length;
  }

  const linkAsked = (by: Person = consortium.alice.person): Intent =>
    intentOf(consortium.asked(by, askLink({ bank: '10', currency: 'RUB', publicKey: by.key })));

  it('carries a command once: equal ones get the same answer, other content under its id is refused', async () => {
    const intent = linkAsked();
    const { person, id } = intent.body;
    const first = await post(web, intent);
    expect(first.status).to.equal(200);
    const done = (await first.json()) as Operation;
    expect(done).to.include({ id, action: 'askLink', status: 'done', code: null });
    expect(await consortium.row('link', id)).to.deep.include({ person, status: 'asked' });
    const again = await Promise.all(Array.from({ length: 20 }, () => post(web, intent)));
    for (const answer of again) expect(await answer.json()).to.deep.equal(done);
    const found = await fetch(`${web.url}${PATH}/${person}/${id}`);
    expect(await found.json()).to.deep.equal(done);
    const otherBody = { ...intent.body, params: { ...intent.body.params, currency: 'EUR' } };
    const other = await post(web, signedBy(consortium.alice.person, otherBody));
    expect([other.status, (await problemOf(other)).code]).to.deep.equal([409, 'OTHER_CONTENT']);
  });

  it('answers 202 with the address of the outcome to who will not wait', async () => {
    const intent = linkAsked();
    const first = await post(web, intent, { prefer: 'wait=0' });
    expect(first.status).to.equal(202);
    expect(await first.json()).to.include({ id: intent.body.id, status: 'pending' });
    const location = first.headers.get('location') ?? '';
    expect(location).to.equal(`${PATH}/${intent.body.person}/${intent.body.id}`);
    const found = await fetch(web.url + location, { headers: { prefer: 'wait=10' } });
    expect(await found.json()).to.include({ id: intent.body.id, status: 'done' });
  });

  it('a payment through two members’ doors at once is one payment, with a receipt from each', async () => {
    const other = await openDoor(MARKETPLACE);
    try {
      const deal = await buy(consortium, { offer });
      const step = await deal.submission(BANK_B, '740000');
      const intent = intentOf(step.command);
      const both = Array.from({ length: 20 }, (_none, index) =>
        post(index % 2 === 0 ? web : other.web, intent),
      );
      const answers = (await Promise.all(both)).map((answer) => answer.json() as Promise<Operation>);
      const receipts = new Set<string | undefined>();
      for (const answer of await Promise.all(answers)) {
        expect(answer, JSON.stringify(answer)).to.include({ status: 'done', action: 'submitPayment' });
        expect(answer.receipt?.body).to.include({ person: intent.body.person });
        receipts.add(answer.receipt?.body.mspId);
      }
      expect([...receipts]).to.have.members([BANK_A, MARKETPLACE]);
      expect((await consortium.deal(deal.id)).payments).to.have.length(1);
    } finally {
      await other.close();
    }
  });

  it('refuses a foreign signature, a forged one, and all whom the ledger does not let act', async () => {
    const intent = linkAsked();
    const mallory = makePerson('mallory');
    expect(await refusal(post(web, resigned(intent, mallory)))).to.equal('403 KEY_DIFFERS');
    expect(await refusal(post(web, linkAsked(mallory)))).to.equal('403 KEY_DIFFERS');
    expect(await refusal(post(web, altered(intent, { currency: 'EUR' })))).to.equal('401 BAD_SIGNATURE');
    const expired = { ...intent.body, expiresAt: Date.now() - 3_600_000 };
    expect(await refusal(post(web, signedBy(consortium.alice.person, expired)))).to.equal(
      '422 INTENT_EXPIRED',
    );
    expect(await consortium.row('link', intent.body.id)).to.equal(null);
    const unknown = fetch(`${web.url}${PATH}/${intent.body.person}/${intent.body.id}`);
    expect(await refusal(unknown)).to.equal('404 NOT_FOUND');
  });

  it('refuses a person whose organisation no longer stands behind the row', async () => {
    const eve = (await consortium.newClient('eve', {})).person;
    expect(await refusal(post(web, linkAsked(eve)))).to.equal('200');
    await database.query
      .updateTable('ledger.row')
      .set({ is_attested: false })
      .where('key', '=', rowKey('person', eve.id))
      .execute();
    await forgotten();
    expect(await refusal(post(web, linkAsked(eve)))).to.equal('403 KEY_DIFFERS');
  });

  it('takes no command of an organisation’s own affairs, no machine’s and no question to a bank', async () => {
    const { operators, administrators } = consortium.staff;
    const olga = operators[BANK_A] ?? makePerson('nobody');
    const account = consortium.alice.accounts[BANK_A]?.account ?? '';
    const paidIn = deposit({ bank: '10', account, amount: '1', currency: 'RUB' });
    expect(await refusal(post(web, intentOf(consortium.asked(olga, paidIn))))).to.equal('400 WRONG_LANE');
    const parcel = acceptParcel({ deal: 'deal_1' });
    expect(await refusal(post(web, intentOf(consortium.asked(consortium.staff.dan, parcel))))).to.equal(
      '400 WRONG_LANE',
    );
    const admin = administrators[BANK_A] ?? makePerson('nobody');
    for (const action of ['markPaid', 'setParameters', 'answerPayment', 'authorise', 'claimPerson', 'x']) {
      const body = { ...linkAsked(admin).body, action };
      expect(await refusal(post(web, signedBy(admin, body))), action).to.equal('422 WRONG_ACTION');
    }
  });

  it('takes no more than 16 kB, and nothing that is not an intent', async () => {
    const intent = linkAsked();
    const filled = { ...intent.body, params: { ...intent.body.params, filling: 'x'.repeat(16_384) } };
    expect(await refusal(post(web, signedBy(consortium.alice.person, filled)))).to.equal(
      '413 BODY_TOO_LARGE',
    );
    expect(await refusal(send(web, { intent, more: 1 }))).to.equal('400 BAD_INPUT');
    expect(await refusal(send(web, { intent: { ...intent, key: 1 } }))).to.equal('400 BAD_INPUT');
  });

  it('counts a person’s commands, and nobody uses up another’s', async () => {
    const { bob } = consortium;
    const flora = (await consortium.newClient('flora', {})).person;
    const forged = Array.from({ length: A_MINUTE + 5 }, () =>
      post(web, resigned(linkAsked(bob.person), makePerson('mallory'))),
    );
    for (const answer of await Promise.all(forged)) expect(answer.status).to.equal(403);
    const intent = linkAsked(flora);
    const flood = await Promise.all(Array.from({ length: A_MINUTE + 5 }, () => post(web, intent)));
    const refused = flood.filter(({ status }) => status === 429);
    expect(refused.length).to.be.within(5, A_MINUTE);
    expect(Number(refused[0]?.headers.get('retry-after'))).to.be.within(1, 60);
    expect(refused[0]?.headers.get('access-control-allow-origin')).to.equal('*');
    expect(await refusal(post(web, linkAsked(bob.person)))).to.equal('200');
  });

  it('counts unpaid deals as the marketplace does, whichever door they come through', async () => {
    const carl = await consortium.newClient('carl', { [BANK_A]: '0' });
    const answers: string[] = [];
    const purchase = async () =>
      intentOf((await preparePurchase(consortium, { offer, buyer: carl })).purchase.command);
    const bought = [await purchase(), await purchase(), await purchase(), await purchase(), await purchase()];
    for (const intent of bought) answers.push(await refusal(post(web, intent)));
    expect(answers).to.deep.equal(['200', '200', '200', '200', '200']);
    await until(async () => (await dealsOf(carl.person)) === bought.length);
    expect(await refusal(post(web, await purchase()))).to.equal('429 TOO_MANY_UNPAID');
    // An equal one gets its own answer all the same.
    expect(await refusal(post(web, bought[4] ?? linkAsked()))).to.equal('200');
  });

  it('is open to every origin without credentials, and the rest of the door is not', async () => {
    const asks = (method: string, headers: string) => ({
      origin: ORIGIN,
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    });
    const preflight = await fetch(web.url + PATH, {
      method: 'OPTIONS',
      headers: asks('POST', 'content-type'),
    });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get('access-control-allow-origin')).to.equal('*');
    const allowed = preflight.headers.get('access-control-allow-headers') ?? '';
    expect(allowed).to.include('content-type').and.include('prefer').and.not.include('authorization');
    const withCookie = await post(web, linkAsked(), { origin: ORIGIN, cookie: 'refresh=stolen' });
    expect(withCookie.headers.get('access-control-allow-origin')).to.equal('*');
    expect(withCookie.headers.get('access-control-allow-credentials')).to.equal(null);
    expect(withCookie.headers.get('set-cookie')).to.equal(null);
    for (const path of [
      '/api/v1/me',
      '/api/v1/session/refresh',
      '/api/v1/operations/x',
      '/ledger/v1/other',
    ]) {
      const other = await fetch(web.url + path, { method: 'OPTIONS', headers: asks('GET', 'authorization') });
      expect(other.headers.get('access-control-allow-origin'), path).to.equal(null);
    }
  });
});

function intentOf(command: Step['command']): Intent {
  if (command.intent === undefined) throw new Error('a person signs it');
  return command.intent;
}

function post(web: WebOrganisation, intent: Intent, headers: Record<string, string> = {}): Promise<Response> {
  return send(web, { intent }, headers);
}

function send(web: WebOrganisation, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(web.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Status and code; the status alone where it was taken. */
async function refusal(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  if (response.ok) return String(response.status);
  return `${String(response.status)} ${(await problemOf(response)).code}`;
}

/** Rows of people are remembered for a second. */
function forgotten(): Promise<void> {
  return new Promise((resolve) => systemClock.at(systemClock.now() + 1_100, resolve));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tried = 0; tried < 200; tried += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come to be');
}
