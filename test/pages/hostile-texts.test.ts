// Texts of people that would be a program if a page took them for one: they are shown as they are, and nothing runs.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { browserSystem } from './browser-system.js';
import { listOfferAs } from './offers.js';
import { buyNamed } from './others-who-pay.js';

const LIMIT_MS = 180_000;
const PAY_TIME_MS = 900_000;
/** Each sets the same mark if it runs. */
const TITLE = '"><img src=x onerror="marked=1"><svg/onload=marked=1><script>marked=1</script>{{marked}}';
const DESCRIPTION =
  '<a href="javascript:marked=1">сюда</a> <iframe srcdoc="<script>parent.marked=1</script>">';

describe('texts that would be programs', () => {
  const system = browserSystem();

  it('stand on every page as they were written', async function () {
    this.timeout(LIMIT_MS);
    const offer = { title: TITLE, description: DESCRIPTION, price: '40000', payTimeMs: PAY_TIME_MS };
    const id = await listOfferAs(system.context(), offer);
    const people = system.people('ru-RU');
    const { page, complaints } = await people.signIn('buyer');
    const moderator = await people.signIn('moderator');
    await isPlain(page, '/catalogue', TITLE);
    await isPlain(page, `/offers/${id}`, TITLE);
    await isPlain(page, `/offers/${id}`, DESCRIPTION);
    const deal = await buyNamed(page, { id, title: TITLE });
    await isPlain(page, `/deals/${deal}`, TITLE);
    await isPlain(page, `/deals/${deal}/receipt`, TITLE);
    await isPlain(page, '/deals', TITLE);
    await isPlain(moderator.page, '/all-deals', TITLE);
    expect([...complaints, ...moderator.complaints]).to.deep.equal([]);
  });
});

async function isPlain(page: Page, address: string, text: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href);
  await page.getByText(text, { exact: false }).first().waitFor();
  expect(await page.evaluate('typeof marked'), address).to.equal('undefined');
  expect(await page.locator('iframe, main script, a[href^="javascript:"]').count(), address).to.equal(0);
}
