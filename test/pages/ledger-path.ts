// What the ledger's pages say of a deal that is paid out, at two members; and its receipt, checked by a stranger at a
// third. In Russian.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type BrowserPeople, type Kind, PHONE } from './browser-people.js';

const TXID = /\/ledger\/transactions\/([0-9a-f]{64})$/;

/** Both name the same transactions of the deal, and each opens with its commands. */
export async function walkLedger(people: BrowserPeople, deal: string): Promise<void> {
  const atMarketplace = await stepsOf(people, 'moderator', 'marketplace', deal);
  const atCourier = await stepsOf(people, 'agent', 'courier', deal);
  expect(atMarketplace.length).to.be.greaterThan(8);
  expect(atCourier).to.deep.equal(atMarketplace);
}

async function stepsOf(
  people: BrowserPeople,
  login: string,
  kind: Kind,
  deal: string,
): Promise<readonly string[]> {
  const { page, complaints } = await people.signIn(login, kind, PHONE);
  await open(page, '/ledger');
  await page.fill('[name=words]', deal);
  await page.getByRole('button', { name: 'Найти' }).click();
  await page.getByText('Сделка завершена').first().waitFor();
  const links = page.getByRole('table').locator('a[href^="/ledger/transactions/"]');
  const addresses = await Promise.all((await links.all()).map((link) => link.getAttribute('href')));
  const steps = addresses.map((address) => TXID.exec(address ?? '')?.[1] ?? '');
  await links.last().click();
  await page.getByRole('heading', { name: 'Транзакция' }).waitFor();
  await page
    .getByText(steps.at(-1) ?? '')
    .first()
    .waitFor();
  expect(complaints).to.deep.equal([]);
  return steps;
}

/** Saved by the buyer, checked at a bank without a log-in: it fits at all four members; altered, at none. */
export async function checkReceipt(people: BrowserPeople, deal: string): Promise<void> {
  const buyer = await people.signIn('buyer');
  await open(buyer.page, `/deals/${deal}/receipt`);
  const [download] = await Promise.all([
    buyer.page.waitForEvent('download'),
    buyer.page.getByRole('button', { name: 'Сохранить файлом' }).click(),
  ]);
  const text = readFileSync(await download.path(), 'utf8');
  expect(text).to.include(deal);

  const stranger = await people.stranger(PHONE, 'bank');
  await open(stranger.page, '/verify');
  expect(await verdicts(stranger.page, text)).to.deep.equal(Array(4).fill('сходится'));
  const altered = text.replace('"amount": "500000"', '"amount": "400000"');
  expect(altered).not.to.equal(text);
  expect(await verdicts(stranger.page, altered)).to.deep.equal(Array(4).fill('не сходится'));
  expect([...buyer.complaints, ...stranger.complaints]).to.deep.equal([]);
}

async function verdicts(page: Page, receipt: string): Promise<readonly string[]> {
  const file = { name: 'receipt.json', mimeType: 'application/json', buffer: Buffer.from(receipt) };
  await page.setInputFiles('[name=file]', file);
  await page.getByRole('button', { name: 'Проверить' }).click();
  const badges = page.locator('section', { hasText: 'Что говорят участники' }).locator('li > div .badge');
  await badges.nth(3).waitFor();
  return badges.allInnerTexts();
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href);
  await page.locator('main h1').first().waitFor();
}
