// Pictures through the web door: who may upload, who sees what, and that a slow or full upload harms nobody.
import { expect } from 'chai';
import sharp from 'sharp';
import { systemClock } from '../../../../gateway/clock.js';
import { pictureRoutes } from '../../../../gateway/http/web/picture-routes.js';
import { PictureUploads } from '../../../../gateway/http/web/picture-uploads.js';
import { profilePictureRoutes } from '../../../../gateway/http/web/profile-picture-routes.js';
import type { Viewer } from '../../../../gateway/people/viewer.js';
import { offerContentHash } from '../../../../gateway/protocol/offer-content.js';
import type { Database } from '../../../../gateway/store/postgres/database.js';
import { PostgresOffers } from '../../../../gateway/store/postgres/offer-reads.js';
import { PostgresPictures } from '../../../../gateway/store/postgres/picture-records.js';
import { PersonTable } from '../../../../gateway/store/postgres/person-table.js';
import { maskedBy } from '../../../../gateway/views/viewer.js';
import { ProfilePictureTable } from '../../../../gateway/store/postgres/profile-picture-table.js';
import { PostgresProjectionTables } from '../../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../../support/database.js';
import { buy } from '../../../support/deal-play.js';
import { BANK_A } from '../../../support/member-access.js';
import { openConsortium } from '../../../support/test-consortium.js';
import { openTestWeb, problemOf, type TestWeb, testViewer } from '../../support/web.js';
import { blocksOf, project } from '../../projection/chain.js';

const CLIENT = testViewer(['client']);
const VIEWERS = {
  client: CLIENT,
  other: testViewer(['client'], { id: 'person_other0000001' }),
  fresh: testViewer(['client'], { id: 'person_fresh0000001', mustSetPassword: true }),
  moderator: testViewer(['moderator']),
};
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const PATH = '/api/v1/pictures';

async function onWeb(
  run: (web: TestWeb, database: Database) => Promise<void>,
  viewers: { readonly [token: string]: Viewer } = VIEWERS,
): Promise<void> {
  await inDatabase(async (database) => {
    const entrance = {
      viewer: (token: string) => {
        const viewer = viewers[token];
        return viewer === undefined
          ? Promise.reject(new Error('of this test alone'))
          : Promise.resolve(viewer);
      },
    };
    const uploads = new PictureUploads({ count: () => Promise.resolve(null) });
    const parts = { entrance, uploads, clock: systemClock };
    const extraRoutes = [
      pictureRoutes({ ...parts, pictures: new PostgresPictures(database.query) }),
      profilePictureRoutes({ ...parts, pictures: new ProfilePictureTable(database.query) }),
    ];
    const web = await openTestWeb({ endpoints: [], viewers, extraRoutes });
    try {
      await run(web, database);
    } finally {
      await web.close();
    }
  });
}

const bytesOf = (color: string): Promise<Buffer> =>
  sharp({ create: { width: 30, height: 20, channels: 3, background: color } })
    .jpeg()
    .toBuffer();

async function put(
  web: TestWeb,
  body: Buffer,
  headers: { readonly [name: string]: string },
  path = PATH,
): Promise<Response> {
  return fetch(web.url + path, { method: 'PUT', headers, body: new Uint8Array(body) });
}

describe('pictures at the web door', () => {
  it('are taken from clients alone, who have a password of their own', () =>
    onWeb(async (web) => {
      const picture = await bytesOf('red');
      const code = async (headers: { readonly [name: string]: string }) => {
        const response = await put(web, picture, headers);
        return response.ok ? 'taken' : (await problemOf(response)).code;
      };
      expect(await code({})).to.equal('UNAUTHORISED');
      expect(await code(as('moderator'))).to.equal('FORBIDDEN');
      expect(await code(as('fresh'))).to.equal('PASSWORD_NEEDED');
      expect(await code(as('client'))).to.equal('taken');
      expect((await problemOf(await put(web, Buffer.from('<svg/>'), as('client')))).code).to.equal(
        'NOT_A_PICTURE',
      );
    }));

  it('are shown to who uploaded them and to moderators, to others as if there were none', () =>
    onWeb(async (web) => {
      const response = await put(web, await bytesOf('blue'), as('client'));
      const { picture } = (await response.json()) as { readonly picture: string };
      const status = async (headers: { readonly [name: string]: string }) =>
        (await web.get(`${PATH}/${picture}`, headers)).status;
      expect(await status(as('client'))).to.equal(200);
      expect(await status(as('moderator'))).to.equal(200);
      expect(await status(as('other'))).to.equal(404);
      expect(await status({})).to.equal(401);
      for (const odd of ['..%2f..%2fetc%2fpasswd', 'x', `${picture}%00`]) {
        expect((await web.get(`${PATH}/${odd}`, as('client'))).status, odd).to.equal(404);
      }
    }));

  it('of a listed offer are shown to anybody, as a picture and as nothing else', () =>
    onWeb(async (web, database) => {
      const uploaded = await put(web, await bytesOf('green'), as('client'));
      const { picture } = (await uploaded.json()) as { readonly picture: string };
      const content = { title: 'Bicycle', description: '', pictures: [picture] };
      const hash = offerContentHash(content);
      const offers = new PostgresOffers(database.query);
      await offers.save({ ...content, hash, author: CLIENT.person.id, at: 0 });
      const unused = { title: 'Nobody', description: '', pictures: [] };
      await offers.save({ ...unused, hash: offerContentHash(unused), author: CLIENT.person.id, at: 0 });
      const consortium = await openConsortium();
      await consortium.listOffer({ contentHash: hash });
      await project(await blocksOf(consortium), new PostgresProjectionTables(database.query));
      const shown = await web.get(`${PATH}/${picture}?size=small`);
      expect(shown.status).to.equal(200);
      expect(shown.headers.get('content-type')).to.equal('image/webp');
      expect(shown.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(shown.headers.get('content-security-policy')).to.contain('sandbox');
      // Of the contents only what no row names is removed; a picture goes with its content.
      const later = Date.now() + 1;
      expect(await offers.removeUnused(later, 10)).to.equal(1);
      expect(await new PostgresPictures(database.query).removeUnused(later, 10)).to.equal(0);
      expect((await web.get(`${PATH}/${picture}`)).status).to.equal(200);
    }));

  it('of one person have a limit, also for those that come together', () =>
    inDatabase(async ({ query }) => {
      const pictures = new PostgresPictures(query);
      const limits = { mostBytes: 25 };
      const saved = await Promise.all(
        ['a', 'b', 'c', 'd'].map((letter) => {
          const bytes = Buffer.alloc(5, letter);
          const picture = { hash: letter.repeat(64), owner: 'person_1', full: bytes, small: bytes, at: 0 };
          return pictures.save(picture, limits);
        }),
      );
      expect(saved.filter((isSaved) => isSaved)).to.have.length(2);
    }));
});

const OWN = '/api/v1/me/picture';
const pathOf = (person: string, size = '') => `/api/v1/people/${person}/picture${size}`;
/** What somebody needs to have before he has a picture. */
const NO_LOG_IN = { salt: { salt: 'A'.repeat(22), rounds: 600_000 }, secretHash: '', isFirst: false };

describe('pictures of people at the web door', () => {
  it('are put up by people with a password of their own, made anew, and replaced and removed for good', () =>
    onWeb(async (web, { query }) => {
      await new PersonTable(query, maskedBy(Buffer.from('secret'))).create(CLIENT.person, NO_LOG_IN);
      expect((await put(web, await bytesOf('red'), {}, OWN)).status).to.equal(401);
      const code = async (body: Buffer, token: string) =>
        (await problemOf(await put(web, body, as(token), OWN))).code;
      expect(await code(await bytesOf('red'), 'fresh')).to.equal('PASSWORD_NEEDED');
      expect(await code(Buffer.from('<svg/>'), 'client')).to.equal('NOT_A_PICTURE');
      const hashes: string[] = [];
      for (const color of ['red', 'blue']) {
        const stored = await put(web, await bytesOf(color), as('client'), OWN);
        hashes.push(((await stored.json()) as { readonly picture: string }).picture);
        const persons = new PersonTable(query, maskedBy(Buffer.from('secret')));
        expect((await persons.find(CLIENT.person.id))?.picture).to.equal(hashes.at(-1));
      }
      const shown = await web.get(pathOf(CLIENT.person.id, '?size=small'), as('client'));
      expect(shown.status).to.equal(200);
      expect(shown.headers.get('content-type')).to.equal('image/webp');
      expect(shown.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(shown.headers.get('content-security-policy')).to.contain('sandbox');
      expect(shown.headers.get('cache-control')).to.equal('no-store');
      const { width, height, exif } = await sharp(Buffer.from(await shown.arrayBuffer())).metadata();
      expect({ width, height, exif }).to.deep.equal({ width: 128, height: 128, exif: undefined });
      expect(await query.selectFrom('person_picture').select('hash').execute()).to.deep.equal([
        { hash: hashes[1] },
      ]);
      for (const hash of hashes) {
        expect((await web.get(`${PATH}/${hash}`, as('client'))).status, 'no picture of an offer').to.equal(
          404,
        );
      }
      await new ProfilePictureTable(query).remove(CLIENT.person.id);
      expect((await web.get(pathOf(CLIENT.person.id), as('client'))).status).to.equal(404);
    }));

  it('say to no buyer, stranger or other seller who somebody is before a deal is paid', async () => {
    const consortium = await openConsortium();
    const { alice, bob } = consortium;
    const offer = await consortium.listOffer();
    const dora = await consortium.newClient('dora', { [BANK_A]: '2000000' });
    const eve = await consortium.newClient('eve', { [BANK_A]: '5' });
    const deal = await (await buy(consortium, { offer })).playTo('held');
    await buy(consortium, { offer, buyer: dora });
    const client = ({ person }: { readonly person: { readonly id: string } }) =>
      testViewer(['client'], { id: person.id });
    const viewers = {
      ...{ alice: client(alice), bob: client(bob), dora: client(dora), eve: client(eve) },
      ...{ moderator: testViewer(['moderator']), administrator: testViewer(['administrator']) },
    };
    await onWeb(async (web, { query }) => {
      for (const name of ['alice', 'bob'] as const) {
        await new PersonTable(query, maskedBy(Buffer.from('secret'))).create(
          { ...viewers[name].person, login: name },
          NO_LOG_IN,
        );
        expect(
          (await put(web, await bytesOf(name === 'bob' ? 'red' : 'blue'), as(name), OWN)).status,
        ).to.equal(200);
      }
      const status = async (person: string, headers: { readonly [name: string]: string }) =>
        (await web.get(pathOf(person), headers)).status;
      const seenBy = async (person: string): Promise<readonly string[]> => {
        const statuses = await Promise.all(
          Object.keys(viewers).map(async (name) => [name, await status(person, as(name))] as const),
        );
        expect(statuses.filter(([, found]) => found !== 200 && found !== 404)).to.deep.equal([]);
        return statuses.flatMap(([name, found]) => (found === 200 ? [name] : []));
      };
      const follow = async () => project(await blocksOf(consortium), new PostgresProjectionTables(query));
      await follow();
      expect(await seenBy(bob.person.id)).to.deep.equal(['bob', 'administrator']);
      expect(await seenBy(alice.person.id)).to.deep.equal(['alice', 'administrator']);
      expect(await seenBy(dora.person.id), 'has none').to.deep.equal([]);
      await deal.playTo('paid');
      await follow();
      expect(await seenBy(bob.person.id)).to.deep.equal(['alice', 'bob', 'administrator']);
      expect(await seenBy(alice.person.id)).to.deep.equal(['alice', 'bob', 'administrator']);
      expect(await status(bob.person.id, {})).to.equal(401);
      expect(await status('..%2f..%2fetc', as('administrator'))).to.equal(404);
    }, viewers);
  });
});
