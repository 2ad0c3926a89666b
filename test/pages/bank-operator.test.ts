// A bank's operator in a real browser on a whole system: sees a running deal's payment and its operations, opens an
// account, pays money in once, finds it in statement and books, issues and revokes an API key, publishes a tariff.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { readLogIns } from '../../demo/log-ins.js';
import { browserSystem } from './browser-system.js';
import { buyAndPayFirst, WORDS } from './whole-path.js';

const LIMIT_MS = 240_000;

const goTo = (page: Page, address: string) => page.goto(new URL(address, page.url()).href);

describe('a bank’s operator in a browser', () => {
  const system = browserSystem();

  it('sees what a payer’s deal asks of the bank, and does the bank’s daily work', async function () {
    this.timeout(LIMIT_MS);
    const people = system.people('ru-RU');
    const buyer = await people.signIn('buyer');
    const deal = await buyAndPayFirst(people, buyer.page, WORDS.ru);

    const { page, complaints } = await people.signIn('operator', 'bank');
    await page.getByRole('heading', { name: 'Запросы на оплату' }).waitFor();
    await page.getByRole('link', { name: 'С ответом' }).click();
    const request = page.locator('tbody tr').filter({ has: page.locator(`a[href="/payments/${deal}"]`) });
    await request.getByText('удержан').waitFor();
    await request.getByText(/5.075,00/).waitFor();
    await request.getByText('да', { exact: true }).waitFor();
    await request.locator(`a[href="/payments/${deal}"]`).click();
    await page.getByText('удержание').waitFor();
    expect(await page.locator('dd .code').allTextContents()).to.satisfy(
      ([shown, fingerprint]: readonly string[]) => shown === deal && /^[0-9a-f]{16}$/.test(fingerprint ?? ''),
    );

    await openAccount(page, nameOf(system.context()));
    await payIn(page);
    await goTo(page, '/books');
    await page.getByText('сумма равна нулю').waitFor();
    await issueAndRevoke(page);
    await publishTariff(page);
    expect([...complaints, ...buyer.complaints]).to.deep.equal([]);
  });
});

/** Of the holder whose account pays. */
function nameOf(context: Parameters<typeof readLogIns>[0]): string {
  return readLogIns(context)?.find(({ login }) => login === 'buyer')?.name.ru ?? '';
}

async function openAccount(page: Page, name: string): Promise<void> {
  await goTo(page, '/customers');
  await page.getByRole('searchbox').fill(name);
  await page.getByRole('link', { name }).first().click();
  await page.getByRole('heading', { name }).waitFor();
  await page.getByRole('button', { name: 'Открыть счёт' }).click();
  await page.getByRole('button', { name: 'Подписать и открыть' }).click();
  await page.getByText('Счёт открыт').waitFor();
  await page.locator('dialog a').click();
  await page.getByRole('heading', { name: /^Счёт 10/ }).waitFor();
}

async function payIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Внести деньги' }).click();
  await page.getByLabel('Сумма', { exact: true }).fill('1234,50');
  await page.getByRole('button', { name: 'Проверить' }).click();
  await page.getByRole('button', { name: /Подписать и внести 1.234,50/ }).dblclick();
  await page.getByText('Проведено').waitFor();
  await page.reload();
  const booked = page.getByRole('cell', { name: /\+1.234,50/ });
  await booked.first().waitFor();
  expect(await booked.count(), 'once').to.equal(1);
}

/** The usual fee alone: payments of the demonstration go by the one for the other bank. */
async function publishTariff(page: Page): Promise<void> {
  await goTo(page, '/tariffs');
  await page.getByRole('button', { name: 'Опубликовать тариф' }).click();
  await page.fill('dialog [name=usual]', '2,1');
  await page.getByRole('button', { name: 'Подписать и опубликовать' }).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  const own = page.locator('tbody tr').filter({ hasText: /^10/ });
  await own.filter({ hasText: /2,1\s%/ }).waitFor();
}

async function issueAndRevoke(page: Page): Promise<void> {
  await goTo(page, '/api-keys');
  await page.getByRole('button', { name: 'Выпустить ключ' }).click();
  await page.fill('[name=label]', 'На один день');
  await page.getByRole('button', { name: 'Выпустить', exact: true }).click();
  const key = await page.locator('dialog output').textContent();
  expect(key).to.match(/^fsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Отозвать: На один день' }).click();
  await page.getByRole('button', { name: 'Отозвать ключ' }).click();
  const row = page.locator('tbody tr').filter({ hasText: 'На один день' });
  await row.getByText('отозван').waitFor();
  expect(await page.content(), 'shown once').to.not.include(key ?? 'a key');
}
