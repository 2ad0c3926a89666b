// Addresses at a marketplace's web door on a consortium's blocks: whose they are, who sees a deal's and when, and that
// they go in time.
import { expect } from 'chai';
import { boundEndpoints } from '../../../../gateway/http/web/binding.js';
import { addressHandlers } from '../../../../gateway/http/web/handlers/addresses.js';
import { addressEndpoints, type DealAddress } from '../../../../gateway/protocol/api/addresses.js';
import { ENDPOINTS, type EndpointName } from '../../../../gateway/protocol/api/endpoints.js';
import { DealAddressTable } from '../../../../gateway/store/postgres/deal-address-table.js';
import { ParcelAddressTable } from '../../../../gateway/store/postgres/parcel-address-table.js';
import type { Database } from '../../../../gateway/store/postgres/database.js';
import { PostgresDeals } from '../../../../gateway/store/postgres/deal-reads.js';
import { KeptAddressTable } from '../../../../gateway/store/postgres/kept-address-table.js';
import { PostgresProjectionTables } from '../../../../gateway/store/postgres/projection-tables.js';
import { namesOf } from '../../../../gateway/views/viewer.js';
import { migratedDatabase, openAt } from '../../../support/database.js';
import { buy, type DealPlay } from '../../../support/deal-play.js';
import { BANK_A, COURIER } from '../../../support/member-access.js';
import { type EngineConsortium, openConsortium, present } from '../../../support/test-consortium.js';
import { blocksOf, project } from '../../projection/chain.js';
import { viewerOf } from '../../support/ledger-web.js';
import { openTestWeb, problemOf, type TestWeb } from '../../support/web.js';

const OTHERS = (Object.keys(ENDPOINTS) as EndpointName[]).filter(
  (name) => !Object.hasOwn(addressEndpoints, name),
);
const HOME = { recipient: 'Alice', text: 'Pskov,\nGogol street, 4', phone: '+7 900 000-00-01' };
const WORK = { recipient: 'Alice at work', text: 'Pskov, Lenin street, 1', phone: null };
const DAY_MS = 86_400_000;
const FAR = 4_102_444_800_000;

describe('delivery addresses', function () {
  this.timeout(120_000);
  let consortium: EngineConsortium;
  let database: Database;
  let ofDeals: DealAddressTable;
  let web: TestWeb;
  let announced = 0;

  before(async () => {
    consortium = await openConsortium();
    database = await openAt(await migratedDatabase());
    ofDeals = new DealAddressTable(database.query);
    const friend = await consortium.newClient('friend', { [BANK_A]: '2000000' });
    friends.push(friend);
    const { alice, bob, staff } = consortium;
    const handlers = addressHandlers({
      ofDeals,
      kept: new KeptAddressTable(database.query, { mostOfPerson: 3 }),
      deals: new PostgresDeals(database.query),
      names: () => Promise.resolve(namesOf({ names: new Map(), pictures: new Map() }, Buffer.from('secret'))),
      announce: () => void (announced += 1),
      clock: { now: () => Date.now(), at: () => () => undefined },
    });
    web = await openTestWeb({
      endpoints: boundEndpoints('marketplace', handlers, OTHERS.filter(isAtMarketplace)),
      viewers: {
        alice: viewerOf(alice.person.id, 'client'),
        bob: viewerOf(bob.person.id, 'client'),
        friend: viewerOf(friend.person.id, 'client'),
        eve: viewerOf('person_eve00000001', 'client'),
        mallory: viewerOf('person_mallory0001', 'client'),
        carol: viewerOf(staff.carol.id, 'client', 'moderator'),
        moderator: viewerOf('person_moderator01', 'moderator'),
        administrator: viewerOf('person_administr01', 'administrator'),
      },
    });
  });
  after(async () => {
    await web.close();
    await database.close();
  });

  const friends: Awaited<ReturnType<EngineConsortium['newClient']>>[] = [];
  const as = (token: string, key = 'a-key-of-the-test') => ({
    ...{ authorization: `Bearer ${token}`, 'idempotency-key': key },
  });
  const follow = async (): Promise<void> => {
    await project(await blocksOf(consortium), new PostgresProjectionTables(database.query));
  };
  const bought = async (): Promise<DealPlay> => buy(consortium, { offer: await consortium.listOffer() });
  const pathOf = ({ id }: DealPlay) => `/api/v1/deals/${id}/address`;
  const ask = (token: string, deal: DealPlay) => web.get(pathOf(deal), as(token));
  const seen = async (token: string, deal: DealPlay): Promise<DealAddress['address'] | string> => {
    const response = await ask(token, deal);
    if (response.status !== 200) return (await problemOf(response)).code;
    return ((await response.json()) as DealAddress).address;
  };
  const put = async (token: string, deal: DealPlay, address: object = HOME): Promise<string> => {
    const response = await web.send('PUT', pathOf(deal), address, as(token));
    return response.status === 200 ? 'ok' : (await problemOf(response)).code;
  };

  it('a client keeps addresses within a bound; another finds, changes and removes none of them', async () => {
    const path = '/api/v1/me/addresses';
    const add = (address: object) => web.send('POST', path, address, as('eve'));
    const made = (await (await add(HOME)).json()) as { readonly id: string };
    expect(made).to.include(HOME);
    expect((await web.send('PUT', `${path}/${made.id}`, WORK, as('mallory'))).status).to.equal(404);
    const removed = await fetch(`${web.url}${path}/${made.id}`, { method: 'DELETE', headers: as('mallory') });
    expect(removed.status).to.equal(404);
    expect(await (await web.get(path, as('mallory'))).json()).to.deep.equal({ items: [] });
    expect(await (await web.get(path, as('eve'))).json()).to.deep.equal({ items: [made] });
    expect((await web.send('PUT', `${path}/${made.id}`, WORK, as('eve'))).status).to.equal(200);
    const [, , last] = await Promise.all(
      [add(HOME), add(HOME), add(HOME)].map(async (one) => (await one).status),
    ).then((statuses) => statuses.sort());
    expect(last).to.equal(409);
    expect((await problemOf(await add(HOME))).code).to.equal('TOO_MANY_ADDRESSES');
    await fetch(`${web.url}${path}/${made.id}`, { method: 'DELETE', headers: as('eve') });
    expect((await add(WORK)).status).to.equal(201);
  });

  it('is the buyer’s until the deal is paid, then the seller’s too; no payer’s, stranger’s or staff’s', async () => {
    const deal = await bought();
    await deal.invite(present(friends[0]));
    await follow();
    const nobody = async (): Promise<void> => {
      for (const token of ['eve', 'friend', 'carol'])
        expect(await seen(token, deal), token).to.equal('NOT_FOUND');
      for (const token of ['moderator', 'administrator'])
        expect(await seen(token, deal), token).to.equal('FORBIDDEN');
    };
    expect(await seen('alice', deal)).to.equal(null);
    expect(await put('alice', deal)).to.equal('ok');
    expect(await seen('alice', deal)).to.deep.equal(HOME);
    expect(await seen('bob', deal)).to.equal(null);
    await nobody();
    await deal.playTo('held');
    await follow();
    expect(await seen('bob', deal), 'held, and not paid yet').to.equal(null);
    await consortium.run(deal.markPaid());
    await follow();
    expect(await seen('bob', deal)).to.deep.equal(HOME);
    await nobody();
  });

  it('is changed by the buyer alone, until the courier has accepted the parcel', async () => {
    const deal = await (await bought()).playTo('paid');
    await follow();
    for (const token of ['bob', 'eve', 'carol']) expect(await put(token, deal), token).to.equal('NOT_FOUND');
    for (const token of ['moderator', 'administrator']) expect(await put(token, deal)).to.equal('FORBIDDEN');
    const before = announced;
    expect(await put('alice', deal)).to.equal('ok');
    expect(await put('alice', deal, WORK)).to.equal('ok');
    expect(announced - before).to.equal(2);
    await consortium.run(deal.acceptParcel());
    await follow();
    expect(await put('alice', deal)).to.equal('ADDRESS_FIXED');
    expect(await seen('alice', deal)).to.deep.equal(WORK);
  });

  it('of an expired deal the seller sees none', async () => {
    const deal = await bought();
    await follow();
    expect(await put('alice', deal)).to.equal('ok');
    consortium.advance(deal.terms.offerTerms.payTimeMs + deal.terms.offerTerms.answerTimeMs + DAY_MS);
    await consortium.run(deal.closePayments(), deal.expire());
    await follow();
    expect(await seen('bob', deal)).to.equal(null);
    expect(await put('alice', deal)).to.equal('ADDRESS_FIXED');
  });

  it('of another form is refused, and the refusal does not repeat it', async () => {
    const deal = await bought();
    await follow();
    const bad: readonly object[] = [
      { ...HOME, recipient: '' },
      { ...HOME, recipient: 'Secret'.repeat(20) },
      { ...HOME, recipient: 'Secret\nsecond line' },
      { ...HOME, text: 'Secret'.repeat(90) },
      { ...HOME, text: 'Secret\u202e' },
      { ...HOME, text: 'Secret\u0007bell' },
      { ...HOME, phone: 'Secret' },
      { ...HOME, more: 'Secret' },
      { recipient: 'Secret', text: 'Secret' },
    ];
    for (const address of bad) {
      const response = await web.send('PUT', pathOf(deal), address, as('alice'));
      const problem = JSON.stringify(await problemOf(response));
      expect(problem).to.contain('BAD_INPUT').and.not.contain('Secret');
    }
    const large = await web.send('PUT', pathOf(deal), { ...HOME, text: 'x'.repeat(10_000) }, as('alice'));
    expect(large.status).to.equal(413);
  });

  it('given with a purchase stays as it is, and nobody puts another in its place under the deal’s id', async () => {
    const deal = await bought();
    await follow();
    const buyer = deal.buyer.person.id;
    await ofDeals.begin(deal.id, 'person_mallory0001', { address: WORK, at: 5 });
    await ofDeals.begin(deal.id, buyer, { address: HOME, at: 6 });
    await ofDeals.begin(deal.id, buyer, { address: WORK, at: 7 });
    expect(await seen('alice', deal)).to.deep.equal(HOME);
    await deal.playTo('paid');
    await follow();
    const waiting = (await ofDeals.waiting(FAR, 100)).filter((one) => one.deal === deal.id);
    expect(waiting).to.deep.equal([
      {
        ...{ deal: deal.id, buyer, seller: consortium.bob.person.id, courier: COURIER, address: HOME },
        ...{ changedAt: 6, failures: 0 },
      },
    ]);
  });

  it('waits for the courier from payment on until he has it; a change waits anew, the same does not', async () => {
    const deal = await (await bought()).playTo('held');
    const buyer = deal.buyer.person.id;
    const ofThis = async () => (await ofDeals.waiting(FAR, 100)).find((one) => one.deal === deal.id);
    await ofDeals.change(deal.id, buyer, { address: HOME, at: 1_000 });
    await follow();
    expect(await ofThis(), 'not paid').to.equal(undefined);
    await consortium.run(deal.markPaid());
    await follow();
    const first = present((await ofThis()) ?? null);
    await ofDeals.postpone(first, FAR + 1);
    expect(await ofThis(), 'postponed').to.equal(undefined);
    await ofDeals.settle(first, 'announced');
    await ofDeals.change(deal.id, buyer, { address: HOME, at: 2_000 });
    expect(await ofThis(), 'the same').to.equal(undefined);
    // A clock that went back: the change is later all the same.
    await ofDeals.change(deal.id, buyer, { address: WORK, at: 500 });
    expect(await ofThis()).to.deep.include({ address: WORK, changedAt: 1_001, failures: 0 });
    await ofDeals.settle(first, 'announced');
    expect(await ofThis(), 'an answer about the one before').not.to.equal(undefined);
  });

  it('goes thirty days after the deal’s end, at the courier too, and after a day where no deal came', async () => {
    const deal = await (await bought()).playTo('completed');
    const open = await bought();
    await follow();
    const { id, buyer } = deal;
    const parcels = new ParcelAddressTable(database.query);
    for (const one of [deal, open]) {
      await ofDeals.begin(one.id, buyer.person.id, { address: HOME, at: 1 });
      await parcels.save(one.id, { address: HOME, seller: 'Bob', changedAt: 1 });
    }
    await ofDeals.begin('deal_neverbought', buyer.person.id, { address: HOME, at: 1_000 });
    const { at } = present(await consortium.row('phase', id));
    const left = async () =>
      [
        await ofDeals.find(id, buyer.person.id),
        await parcels.find(id),
        await ofDeals.find(open.id, buyer.person.id),
        await parcels.find(open.id),
        await ofDeals.find('deal_neverbought', buyer.person.id),
      ].map((found) => found !== null);
    await ofDeals.removeOld({ endedBefore: at, unusedBefore: 1_000 });
    await parcels.removeOld(at);
    expect(await left()).to.deep.equal([true, true, true, true, true]);
    await ofDeals.removeOld({ endedBefore: at + 1, unusedBefore: 1_001 });
    await parcels.removeOld(at + 1);
    expect(await left()).to.deep.equal([false, false, true, true, false]);
  });
});

function isAtMarketplace(name: EndpointName): boolean {
  return (ENDPOINTS[name].at as readonly string[]).includes('marketplace');
}
