// What people and networks do while a payment is being sent: it is made once.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { browserSystem } from './browser-system.js';
import type { BrowserPeople, Visitor } from './browser-people.js';
import { buyBicycle, type Part, reviewPart, WORDS } from './whole-path.js';

const LIMIT_MS = 180_000;
/** Afterwards the page has gone on without it. */
const PRESS_MS = 15_000;
const words = WORDS.ru;
const FIRST: Part = { bank: '10', label: 'Bank A', amount: '5 000' };

/** In the page: the first answer to a payment is taken from the network and thrown away. */
const LOSE_FIRST_ANSWER = `{
  const real = globalThis.fetch;
  globalThis.fetch = async (...asked) => {
    const answer = await real(...asked);
    if (!String(asked[0]?.url ?? asked[0]).endsWith('/payments')) return answer;
    globalThis.fetch = real;
    throw new TypeError('the connection is gone');
  };
}`;

describe('in browsers, one payment is made', () => {
  const system = browserSystem();

  interface Paying {
    readonly people: BrowserPeople;
    readonly buyer: Visitor;
    readonly page: Page;
    readonly deal: string;
  }

  async function reviewed(): Promise<Paying> {
    const people = system.people('ru-RU');
    const buyer = await people.signIn('buyer');
    const { page } = buyer;
    const deal = await buyBicycle(page, words);
    await reviewPart(page, words, FIRST);
    return { people, buyer, page, deal };
  }

  const payButton = (page: Page) => page.getByRole('button', { name: words.pay });
  const codeField = (page: Page) => page.getByLabel(words.code);

  /** The code that comes opens the only payment of the deal. */
  async function isPaidOnce({ people, page, deal }: Paying, code: string): Promise<void> {
    await codeField(page).fill(code);
    await page.getByRole('button', { name: words.confirm }).click();
    await codeField(page).waitFor({ state: 'detached' });
    await page.goto(new URL(`/deals/${deal}`, page.url()).href);
    await page.getByText(words.held).first().waitFor();
    const { api } = await people.session('buyer');
    const { payments } = await api.call('getDeal', { path: { deal } });
    expect(payments.map(({ place }) => place)).to.deep.equal(['held']);
  }

  it('by a double click, a reload at once and the way back', async function () {
    this.timeout(LIMIT_MS);
    const paying = await reviewed();
    const { page, people } = paying;
    const phone = await people.phone('buyer', FIRST.bank);
    const onItsWay = page.waitForRequest((request) => request.url().endsWith('/payments'));
    await payButton(page).dblclick();
    await onItsWay;
    await page.reload();
    await codeField(page).waitFor();
    await page.goBack();
    await page.goForward();
    await codeField(page).waitFor();
    await isPaidOnce(paying, await phone.nextCode());
  });

  it('by two tabs that sign at the same moment', async function () {
    this.timeout(LIMIT_MS);
    const paying = await reviewed();
    const { page, people, buyer } = paying;
    const tab = await buyer.context.newPage();
    await tab.goto(page.url());
    await reviewPart(tab, words, FIRST);
    const phone = await people.phone('buyer', FIRST.bank);
    await Promise.all([payButton(page).click(), payButton(tab).click()]);
    const code = await phone.nextCode();
    await codeField(page).waitFor();
    await codeField(tab).waitFor();
    await isPaidOnce(paying, code);
  });

  it('when its answer is lost on the way', async function () {
    this.timeout(LIMIT_MS);
    const paying = await reviewed();
    const { page, people } = paying;
    // The gateway has the command; of its answer nothing comes through.
    const sent: string[] = [];
    // The code may come before the page has sent the command once more.
    const sentAgain = new Promise<void>((resolve) => {
      page.on('request', (request) => {
        if (request.method() !== 'POST' || !request.url().endsWith('/payments')) return;
        if (sent.push(request.postData() ?? '') === 2) resolve();
      });
    });
    await page.evaluate(LOSE_FIRST_ANSWER);
    const phone = await people.phone('buyer', FIRST.bank);
    await payButton(page).click();
    const code = await phone.nextCode();
    await codeField(page).waitFor();
    await sentAgain;
    expect(sent[1]).to.equal(sent[0]);
    await isPaidOnce(paying, code);
  });

  it('when the connection is gone, and the person tries again once it is back', async function () {
    this.timeout(LIMIT_MS);
    const paying = await reviewed();
    const { page, people, buyer } = paying;
    const phone = await people.phone('buyer', FIRST.bank);
    await buyer.context.setOffline(true);
    await payButton(page).click();
    await page.getByRole('alert').first().waitFor();
    await buyer.context.setOffline(false);
    // Either the page has sent it again by itself, or the person presses once more.
    await codeField(page).or(payButton(page)).first().waitFor();
    if (await payButton(page).isVisible())
      await payButton(page)
        .click({ timeout: PRESS_MS })
        .catch(() => null);
    const code = await phone.nextCode();
    await codeField(page).waitFor();
    await isPaidOnce(paying, code);
  });
});
