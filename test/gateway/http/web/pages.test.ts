// Built pages at the web door: each address of a page gives the page, nothing gives a file from elsewhere.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { openTestWeb, type TestWeb } from '../../support/web.js';
import { inTemporaryFolder } from '../../support/temporary-folder.js';

const HTML = { accept: 'text/html' };

async function withPages(run: (web: TestWeb) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const pages = join(folder, 'ui');
    await mkdir(join(pages, 'assets'), { recursive: true });
    await writeFile(join(pages, 'index.html'), '<!doctype html><title>Forescrow</title>');
    await writeFile(join(pages, 'assets', 'index-a1b2c3.js'), 'export {};');
    await writeFile(join(pages, '.env'), 'secret');
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await symlink(join(folder, 'secret.txt'), join(pages, 'assets', 'link.txt')).catch(() => undefined);
    const web = await openTestWeb({ endpoints: [], pages });
    try {
      await run(web);
    } finally {
      await web.close();
    }
  });
}

/** As it stands, without what `fetch` does to an address. */
function rawGet(web: TestWeb, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(web.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('close', () => {
      resolve(answer);
    });
    socket.on('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${String(web.port)}\r\nConnection: close\r\n\r\n`);
  });
}

describe('pages', () => {
  it('gives the page for each of its addresses, and hashed files for ever', () =>
    withPages(async (web) => {
      for (const path of ['/', '/offers/offer_00000001', '/pay', '/ledger', '/ledger/blocks/7']) {
        const page = await web.get(path, HTML);
        expect([page.status, page.headers.get('cache-control')], path).to.deep.equal([200, 'no-cache']);
        expect(await page.text()).to.include('Forescrow');
      }
      const asset = await web.get('/assets/index-a1b2c3.js');
      expect(asset.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
      expect(asset.headers.get('x-content-type-options')).to.equal('nosniff');
    }));

  it('answers 404 to unknown files and addresses of the API', () =>
    withPages(async (web) => {
      for (const path of [
        '/assets/old.js',
        '/favicon.ico',
        '/.env',
        '/api/v1/none',
        '/ledger/v1',
        '/ledger/v1/none',
        '/partner/v1',
      ]) {
        expect((await web.get(path, HTML)).status, path).to.equal(404);
      }
      expect((await web.send('POST', '/offers', {}, HTML)).status).to.equal(404);
    }));

  it('gives nothing from outside its folder, however the way there is written', () =>
    withPages(async (web) => {
      const ways = [
        '/../secret.txt',
        '/assets/../../secret.txt',
        '/%2e%2e/secret.txt',
        '/assets/..%2f..%2fsecret.txt',
        '/assets/..%5c..%5csecret.txt',
        '//secret.txt',
        '/assets/%00/../../secret.txt',
        '/assets/.env',
      ];
      for (const way of ways) {
        const answer = await rawGet(web, way);
        expect(answer, way).not.to.match(/\r\n\r\nsecret/);
        expect(answer, way).to.match(/^HTTP\/1\.1 (400|403|404)/);
      }
    }));
});
