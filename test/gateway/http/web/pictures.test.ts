// Pictures through the web door: who may upload, who sees what, and that a slow or full upload harms nobody.
import { expect } from 'chai';
import sharp from 'sharp';
import { systemClock } from '../../../../gateway/clock.js';
import { pictureRoutes } from '../../../../gateway/http/web/picture-routes.js';
import { offerContentHash } from '../../../../gateway/protocol/offer-content.js';
import type { Database } from '../../../../gateway/store/postgres/database.js';
import { PostgresOffers } from '../../../../gateway/store/postgres/offer-reads.js';
import { PostgresPictures } from '../../../../gateway/store/postgres/picture-records.js';
import { PostgresProjectionTables } from '../../../../gateway/store/postgres/projection-tables.js';
import { inDatabase } from '../../../support/database.js';
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
const as = (token: keyof typeof VIEWERS) => ({ authorization: `Bearer ${token}` });
const PATH = '/api/v1/pictures';

async function onWeb(run: (web: TestWeb, database: Database) => Promise<void>): Promise<void> {
  await inDatabase(async (database) => {
    const entrance = {
      viewer: (token: string) => Promise.resolve(VIEWERS[token as keyof typeof VIEWERS]), // of this test's own
    };
    const limits = { count: () => Promise.resolve(null) };
    const pictures = new PostgresPictures(database.query);
    const routes = pictureRoutes({ entrance, limits, pictures, clock: systemClock });
    const web = await openTestWeb({ endpoints: [], viewers: VIEWERS, extraRoutes: [routes] });
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
): Promise<Response> {
  return fetch(web.url + PATH, { method: 'PUT', headers, body: new Uint8Array(body) });
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
