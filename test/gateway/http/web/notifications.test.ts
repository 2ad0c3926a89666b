// A person's notifications at the web door, from the blocks of a real deal: his own and nobody else's, page by page,
// read up to where he says, also after the tables were rebuilt; nothing in them that he may not know.
import { expect } from 'chai';
import { boundEndpoints } from '../../../../gateway/http/web/binding.js';
import {
  notificationHandlers,
  NOTIFICATIONS_KEPT_MS,
} from '../../../../gateway/http/web/handlers/notifications.js';
import { ENDPOINTS, type EndpointName } from '../../../../gateway/protocol/api/endpoints.js';
import type { NotificationInfo } from '../../../../gateway/protocol/api/notifications.js';
import { offerContentHash } from '../../../../gateway/protocol/offer-content.js';
import { withdrawInvitation } from '../../../../gateway/sdk/commands/deals.js';
import type { Database } from '../../../../gateway/store/postgres/database.js';
import { NotificationTables } from '../../../../gateway/store/postgres/notification-tables.js';
import { PostgresOffers } from '../../../../gateway/store/postgres/offer-reads.js';
import { PostgresProjectionTables } from '../../../../gateway/store/postgres/projection-tables.js';
import { migratedDatabase, openAt } from '../../../support/database.js';
import { buy, type DealPlay } from '../../../support/deal-play.js';
import { agreed, BANK_A, BANK_B } from '../../../support/member-access.js';
import { type EngineConsortium, openConsortium } from '../../../support/test-consortium.js';
import { blocksOf, project } from '../../projection/chain.js';
import { viewerOf } from '../../support/ledger-web.js';
import { openTestWeb, problemOf, type TestWeb } from '../../support/web.js';

const PATH = '/api/v1/me/notifications';
const OTHERS = (Object.keys(ENDPOINTS) as EndpointName[]).filter(
  (name) => name !== 'listNotifications' && name !== 'markNotificationsRead',
);
const A_WHILE_MS = 60_000;
const TITLE = 'Велосипед городской';
/** What the seller and the marketplace get of the price; quoted, since ids and times hold any digits. */
const SHARES = /"(?:1178000|62000)"/;

interface Listed {
  readonly items: readonly NotificationInfo[];
  readonly next: string | null;
  readonly unread: number;
}

describe('notifications at the web door', function () {
  this.timeout(120_000);
  let consortium: EngineConsortium;
  let deal: DealPlay;
  let withdrawn: DealPlay;
  let database: Database;
  let web: TestWeb;
  let later = 0;

  before(async () => {
    consortium = await openConsortium();
    const { alice, bob } = consortium;
    const content = { title: TITLE, description: 'семь передач', pictures: [] };
    const contentHash = offerContentHash(content);
    const offer = await consortium.listOffer({ contentHash });
    const frida = await consortium.newClient('frida', { [BANK_B]: '100000000' });
    consortium.advanceTo(consortium.now() + A_WHILE_MS);
    deal = await buy(consortium, { offer });
    await deal.invite(frida);
    await deal.pay(BANK_A, '500000');
    await deal.pay(BANK_B, '740000', { payer: frida });
    await deal.playTo('completed');
    consortium.advanceTo(consortium.now() + A_WHILE_MS);
    withdrawn = await (await buy(consortium, { offer })).playTo('held');
    const invitation = await withdrawn.invite(frida);
    await consortium.run(withdrawn.markPaid());
    await consortium.run(
      agreed(consortium.asked(alice.person, withdrawInvitation({ deal: withdrawn.id, invitation }))),
    );
    database = await openAt(await migratedDatabase());
    const { query } = database;
    await new PostgresOffers(query).save({ ...content, hash: contentHash, author: bob.person.id, at: 0 });
    await project(await blocksOf(consortium), new PostgresProjectionTables(query));
    const clock = { now: () => consortium.now() + later, at: () => () => undefined };
    const handlers = notificationHandlers({ notifications: new NotificationTables(query), clock });
    web = await openTestWeb({
      endpoints: boundEndpoints('marketplace', handlers, OTHERS),
      viewers: {
        alice: viewerOf(alice.person.id, 'client'),
        bob: viewerOf(bob.person.id, 'client'),
        frida: viewerOf(frida.person.id, 'client'),
        eve: viewerOf('person_eve00000001', 'client'),
        carol: viewerOf(consortium.staff.carol.id, 'moderator'),
      },
    });
  });
  after(async () => {
    await web.close();
    await database.close();
  });

  const as = (who: string) => ({ authorization: `Bearer ${who}` });
  const list = async (who: string, query = ''): Promise<Listed> =>
    (await (await web.get(PATH + query, as(who))).json()) as Listed;
  const mark = (who: string, upTo: unknown) => web.send('PUT', `${PATH}/read`, { upTo }, as(who));
  const linesOf = async (who: string, of: DealPlay) =>
    (await list(who, '?limit=100')).items
      .filter(({ about }) => about.id === of.id)
      .map(({ what, money }) => [what, money?.amount ?? null]);

  it('name what happened, newest first, with the title and the viewer’s own sums, and link to the deal', async () => {
    const { items, unread } = await list('bob');
    expect(items.map(({ at }) => at)).to.deep.equal(
      items.map(({ at }) => at).sort((left, right) => right - left),
    );
    expect(unread).to.equal(items.length);
    expect(items.at(-1)).to.deep.include({ what: 'OfferApproved', isRead: false, money: null });
    expect(items.map(({ about }) => about.title)).to.satisfy((titles: string[]) =>
      titles.every((title) => title === TITLE),
    );
    expect(await linesOf('bob', deal)).to.deep.equal([
      ['DealCompleted', '1178000'],
      ['GoodsAccepted', null],
      ['ParcelDelivered', null],
      ['ParcelAccepted', null],
      ['DealPaid', '1240000'],
    ]);
    expect((await linesOf('alice', deal))[0]).to.deep.equal(['DealCompleted', '1240000']);
  });

  it('are nobody else’s: a stranger has none, staff has no such list, and no share of the price shows', async () => {
    expect(await list('eve')).to.deep.equal({ items: [], next: null, unread: 0 });
    expect((await problemOf(await web.get(PATH, as('carol')))).code).to.equal('FORBIDDEN');
    for (const who of ['alice', 'frida']) {
      const text = JSON.stringify(await list(who, '?limit=100'));
      expect(text, who).not.to.match(SHARES);
      expect(text, who).not.to.contain(consortium.bob.person.id);
    }
    const bobs = JSON.stringify(await list('bob', '?limit=100'));
    expect(bobs).to.match(SHARES).and.not.to.contain('"62000"');
    expect(bobs).not.to.contain(consortium.alice.person.id);
  });

  it('a payer whose invitation is withdrawn keeps no more than that it is', async () => {
    expect(await linesOf('frida', withdrawn)).to.deep.equal([['InvitationWithdrawn', '1240000']]);
    expect((await linesOf('frida', deal)).map(([what]) => what)).to.deep.equal([
      'DealCompleted',
      'DealPaid',
      'PaymentHeld',
    ]);
    const { items, unread } = await list('frida');
    expect(unread, 'what is not shown is not counted').to.equal(items.length);
  });

  it('go on page by page without one twice; a cursor of somebody else’s making begins anew or ends', async () => {
    const all = await list('alice', '?limit=100');
    const ids: string[] = [];
    let next: string | null = null;
    do {
      const page: Listed = await list('alice', `?limit=3${next === null ? '' : `&cursor=${next}`}`);
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(ids).to.deep.equal(all.items.map(({ id }) => id));
    const made = (...content: unknown[]) => Buffer.from(JSON.stringify(content)).toString('base64url');
    for (const cursor of ['x', made(1e300, '0.0'), made(5, "0.0' or true"), made(5, '99999999999.0')]) {
      const answer = await web.get(`${PATH}?cursor=${cursor}`, as('alice'));
      expect(answer.status, cursor).to.equal(200);
    }
    expect((await list('alice', `?cursor=${made(0, '0.0')}`)).items).to.deep.equal([]);
  });

  it('are read up to one of the person’s own; the mark never goes back, and is nobody else’s', async () => {
    const { items } = await list('alice');
    const [newest, second] = items;
    expect((await mark('alice', second?.id)).status).to.equal(204);
    expect((await list('alice')).unread).to.equal(1);
    expect((await mark('alice', items.at(-1)?.id)).status).to.equal(204);
    expect((await list('alice')).items.filter(({ isRead }) => !isRead).map(({ id }) => id)).to.deep.equal([
      newest?.id,
    ]);
    const bobs = await list('bob');
    expect(bobs.unread).to.equal(bobs.items.length);
    expect((await problemOf(await mark('eve', newest?.id))).code).to.equal('NOT_FOUND');
    expect((await problemOf(await mark('alice', '999999999999999.0.0'))).code).to.equal('NOT_FOUND');
    for (const bad of ['', '1.2', '-1.0.0', '1.0.0; drop', 5, null]) {
      expect((await problemOf(await mark('alice', bad))).code, String(bad)).to.equal('BAD_INPUT');
    }
  });

  it('stay read when the tables are rebuilt from the first block', async () => {
    const before = await list('alice', '?limit=100');
    expect(before.unread).to.equal(1);
    const tables = new PostgresProjectionTables(database.query);
    await tables.clear();
    expect(await list('alice')).to.deep.equal({ items: [], next: null, unread: 0 });
    await project(await blocksOf(consortium), tables);
    expect(await list('alice', '?limit=100')).to.deep.equal(before);
  });

  it('are shown for ninety days and then removed, and of one person no more than the newest', async () => {
    const notifications = new NotificationTables(database.query);
    const { items } = await list('alice', '?limit=100');
    const oldest = items.at(-1)?.at ?? 0;
    later = oldest + NOTIFICATIONS_KEPT_MS - consortium.now();
    expect((await list('alice', '?limit=100')).items).to.have.length(items.length);
    later += 1;
    expect((await list('alice', '?limit=100')).items.every(({ at }) => at > oldest)).to.equal(true);
    later = 0;
    const counted = async () =>
      Promise.all(['alice', 'bob'].map(async (who) => (await list(who, '?limit=100')).items.length));
    const [alices, bobs] = await counted();
    expect(await notifications.removeOld({ before: oldest, mostEach: 100 })).to.equal(1); // bob's approved offer
    expect(await counted()).to.deep.equal([alices, (bobs ?? 0) - 1]);
    await notifications.removeOld({ before: 0, mostEach: 2 });
    expect(await counted()).to.deep.equal([2, 2]);
    expect((await list('alice')).items.map(({ id }) => id)).to.deep.equal(
      items.slice(0, 2).map(({ id }) => id),
    );
    expect(await notifications.removeOld({ before: Number.MAX_SAFE_INTEGER, mostEach: 2 })).to.equal(6);
  });
});
