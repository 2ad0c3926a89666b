// SDK and protocol in a real browser give byte for byte what they give in Node.js, and each accepts the other's work.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import { isSigned } from '../../chaincode/signatures/intent-signatures.js';
import { makeSealingKeyPair, open, seal, sealingContext } from '../../gateway/protocol/sealed-code.js';
import { acceptParcel } from '../../gateway/sdk/commands/shipments.js';
import { newId } from '../../gateway/sdk/ids.js';
import { makeKeyPair, signerOf } from '../../gateway/sdk/keys.js';
import { intentBody, isGenuine, signIntent } from '../../gateway/sdk/sign.js';
import { workedOfferTerms } from '../chaincode/protocol/worked-example.js';
import { altered, makePerson } from '../support/people.js';
import { openChromium, type RunningBrowser } from './chromium.js';
import { FUNCTIONS, type Functions } from './page.js';
import { bundledPage, servePage, type ServedPage } from './served-page.js';

const START_LIMIT_MS = 120_000;

const context = { channel: 'escrow', person: 'person_00000001', now: 1_000 };
const body = intentBody(context, acceptParcel({ deal: 'deal_00000001' }));

const VALUES: readonly Json[] = [
  null,
  true,
  '',
  0,
  -1,
  Number.MAX_SAFE_INTEGER,
  1.5,
  2 ** 60,
  'Приёмка «насосов» № 7\u2028\u0000\u001f"\\/\u007f',
  '\u{1f600} е\u0301 \ufb33',
  { b: 1, a: [2, { d: null, c: 'x' }], '': 0, '10': 1, '9': 2 },
  { '\u{1f600}': 1, '\ufb33': 2, '\u20ac': 3, ö: 4, '\r': 5 },
  '\ud800',
  { list: Array.from({ length: 500 }, (_, index) => `item ${String(index)}`) },
];

describe('the SDK in Chromium', function () {
  this.timeout(START_LIMIT_MS);
  let running: RunningBrowser | undefined;
  let served: ServedPage | undefined;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    served = await servePage(await bundledPage());
    running = await openChromium();
    page = await running.browser.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(served.url);
    await page.waitForFunction('"forescrow" in globalThis');
  });

  after(async () => {
    await running?.close();
    await served?.close();
  });

  /** What the page's function of that name says. */
  async function inBrowser<N extends keyof Functions>(
    name: N,
    ...args: Parameters<Functions[N]>
  ): Promise<Awaited<ReturnType<Functions[N]>>> {
    const answer: unknown = await page.evaluate(`forescrow.${name}(...${JSON.stringify(args)})`);
    return answer as Awaited<ReturnType<Functions[N]>>; // the page runs that very function
  }

  it('loads without complaint in a secure context', async () => {
    expect(await inBrowser('isSecureContext')).to.equal(true);
    expect(complaints).to.deep.equal([]);
  });

  it('prints the same canonical JSON, refuses the same values, and hashes alike', async () => {
    for (const value of VALUES) {
      expect(await inBrowser('canonical', value), JSON.stringify(value).slice(0, 80)).to.deep.equal(
        FUNCTIONS.canonical(value),
      );
    }
    expect(VALUES.map(FUNCTIONS.canonical).filter((printed) => printed === null)).to.have.lengthOf(3);
  });

  it('makes the same hashes, ids, keys and policies', async () => {
    const { key } = makePerson('alice');
    expect(await inBrowser('hashes', key, body)).to.deep.equal(FUNCTIONS.hashes(key, body));
    const bytes = [0, 1, 127, 128, 255];
    expect(await inBrowser('accounts', '10', bytes)).to.deep.equal(FUNCTIONS.accounts('10', bytes));
  });

  it('reads the life-cycle table, which drives its buttons', async () => {
    expect(await inBrowser('lifeCycle')).to.deep.equal(FUNCTIONS.lifeCycle());
  });

  it('builds the same requests in the forms that the ledger reads', async () => {
    const purchase = {
      offerTerms: { ...workedOfferTerms(), offer: newId('offer'), sellerLink: newId('link') },
      buyer: newId('person'),
      link: newId('link'),
      recipientCode: await inBrowser('makeRecipientCode'),
      boughtAt: 5_000,
      deal: newId('deal'),
    };
    const { key } = makePerson('alice');
    const requests = await inBrowser('requests', purchase, key);
    expect(requests).to.have.lengthOf(9);
    expect(requests).to.deep.equal(FUNCTIONS.requests(purchase, key));
  });

  it('signs what the ledger takes, with keys of either side', async () => {
    for (const pair of [await inBrowser('makeKeyPair'), await makeKeyPair()]) {
      for (let count = 0; count < 20; count += 1) {
        const intent = await inBrowser('sign', pair, { ...body, expiresAt: count });
        expect(intent.body).to.deep.equal({ ...body, expiresAt: count });
        expect(isSigned(intent)).to.equal(true);
        expect(await isGenuine(intent)).to.equal(true);
      }
    }
  });

  it('takes what Node.js signed, and nothing altered', async () => {
    const pairs = [await inBrowser('makeKeyPair'), await makeKeyPair()];
    const intents = await Promise.all(pairs.map(async (pair) => signIntent(await signerOf(pair), body)));
    for (const intent of [
      ...intents,
      makePerson('alice').sign('acceptParcel', { deal: 'deal_1' }, context),
    ]) {
      expect(await inBrowser('isGenuine', intent)).to.equal(true);
      expect(await inBrowser('isGenuine', altered(intent, { deal: 'deal_2' }))).to.equal(false);
    }
  });

  it('never lets an imported signing key out again', async () => {
    expect(await inBrowser('exportsKey', await makeKeyPair())).to.equal(false);
  });

  it('seals codes that the bank opens in Node.js, and the reverse, each in its context alone', async () => {
    const subject = sealingContext('code', '10', 'payment_00000001');
    const other = sealingContext('code', '20', 'payment_00000001');
    const text = '123456 Шесть цифр';
    for (const keys of [await makeSealingKeyPair(), await inBrowser('makeSealingKeyPair')]) {
      const there = await inBrowser('seal', keys.publicKey, subject, text);
      expect(await open(keys.privateKey, subject, there)).to.equal(text);
      const here = await seal(keys.publicKey, subject, text);
      expect(await inBrowser('open', keys.privateKey, subject, here)).to.equal(text);
      expect(await inBrowser('open', keys.privateKey, other, here)).to.equal('SealBroken');
      expect(await inBrowser('open', keys.privateKey, subject, `${here}=`)).to.equal('SealBroken');
    }
  });

  it("makes the same recipient's codes from a deal secret, with the same hashes", async () => {
    const secret = Array.from({ length: 32 }, (_, index) => index * 7);
    const [there, here] = [
      await inBrowser('recipientCodes', secret, 'deal_00000001'),
      await FUNCTIONS.recipientCodes(secret, 'deal_00000001'),
    ];
    expect(there).to.deep.equal(here);
    expect(there.code).to.match(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });

  it('makes the same of a password, and opens with it a vault that the other has made', async () => {
    const owner = { organisation: 'MarketplaceMSP', login: 'alice', person: 'person_alice000' };
    const salt = { salt: 'AAECAwQFBgcICQoLDA0ODw', rounds: 600_000 };
    const password = 'Пароль ﬁné 12345';
    const secret = await inBrowser('loginSecret', password, owner, salt);
    expect(secret).to.equal(await FUNCTIONS.loginSecret(password, owner, salt));
    expect(secret).to.equal(await FUNCTIONS.loginSecret(password.normalize('NFKC'), owner, salt));
    expect(secret).not.to.equal(await FUNCTIONS.loginSecret(password, { ...owner, login: 'bob' }, salt));
    const here = await FUNCTIONS.newVault(password, owner, salt);
    const there = await inBrowser('newVault', password, owner, salt);
    const opened = (code: string) => ({ code, isSame: true, extractable: false });
    expect(await inBrowser('openedVault', here, password, owner, salt)).to.deep.equal(opened(here.code));
    expect(await FUNCTIONS.openedVault(there, password, owner, salt)).to.deep.equal(opened(there.code));
    const closed = 'the vault does not open: key';
    expect(await FUNCTIONS.openedVault(there, `${password}!`, owner, salt)).to.equal(closed);
    const elsewhere = { ...owner, person: 'person_mallory0' };
    expect(await FUNCTIONS.openedVault(there, password, elsewhere, salt)).to.equal(closed);
    const older = { ...there, record: { ...there.record, version: 0 } };
    expect(await FUNCTIONS.openedVault(older, password, owner, salt)).to.equal(
      'the vault does not open: old',
    );
  });
});
