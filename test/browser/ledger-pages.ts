// The ledger's pages and receipts before the fake gateway, as tests of the suite that opens the browser.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { PageTools, Viewport } from './bank-pages.js';

/** Called within `describe`. */
export function readersOfTheLedgerDo(tools: PageTools, phone: Viewport): void {
  itWalksTheLedger(tools, phone);
  itChecksReceipts(tools, phone);
}

function itWalksTheLedger({ open, signIn }: PageTools, phone: Viewport): void {
  it('a member’s people walk from the newest block to a transaction, and find others by their numbers', async () => {
    const page = await open('bank', phone);
    await signIn(page, 'boris');
    await page.getByRole('link', { name: 'Реестр' }).last().click();
    await page.getByRole('link', { name: /^1.990$/ }).click();
    await page.getByRole('heading', { name: /^Блок 1.990$/ }).waitFor();
    await page.getByRole('link', { name: 'Предыдущий блок' }).click();
    await page.getByRole('heading', { name: /^Блок 1.989$/ }).waitFor();
    await page.locator('table a').first().click();
    await page.getByRole('heading', { name: 'Транзакция' }).waitFor();
    await page.getByText('отказ: TOO_LATE').waitFor();
    await page.getByText('Содержание видел только узел владельца').waitFor();
    await page.getByRole('link', { name: 'Реестр' }).last().click();
    await page.fill('[name=words]', 'нет такого');
    await page.getByRole('button', { name: 'Найти' }).click();
    await page.getByText('Введите номер блока').waitFor();
    await page.fill('[name=words]', 'deal_complete0001');
    await page.getByRole('button', { name: 'Найти' }).click();
    await page.getByText('Сделка завершена').first().waitFor();
    await page.context().close();
  });
}

function itChecksReceipts(
  { open, signIn, visit, seriousFaults, isWiderThanScreen }: PageTools,
  phone: Viewport,
): void {
  it('a receipt is saved as a file, and anybody asks the members about it, altered or not', async () => {
    const page = await open('marketplace');
    await signIn(page, 'marina');
    await visit(page, '/deals/deal_partpaid0001/receipt');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Сохранить файлом' }).click(),
    ]);
    const text = readFileSync(await download.path(), 'utf8');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'Напечатать' }).isVisible()).to.equal(false);
    expect(await page.locator('header').isVisible()).to.equal(false);
    await page.context().close();

    const stranger = await open('courier', phone);
    await stranger.getByRole('link', { name: 'Проверить квитанцию' }).click();
    await stranger.fill('[name=receipt]', 'это не квитанция');
    await stranger.getByRole('button', { name: 'Проверить' }).click();
    await stranger.getByText('Это не текст квитанции').waitFor();
    const file = { name: 'receipt.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await stranger.setInputFiles('[name=file]', file);
    await stranger.getByRole('button', { name: 'Проверить' }).click();
    const answers = stranger.locator('section', { hasText: 'Что говорят участники' });
    // Three members answer, the fourth has no address.
    await answers.getByText('Адрес неизвестен').waitFor();
    expect(await answers.locator('li > div .badge', { hasText: 'сходится' }).allTextContents()).to.deep.equal(
      ['сходится', 'сходится', 'сходится'],
    );
    await stranger.getByText('Это доказывает, что так говорят эти участники').waitFor();
    expect(await seriousFaults(stranger)).to.deep.equal([]);
    expect(await isWiderThanScreen(stranger)).to.equal(false);
    await stranger.fill('[name=receipt]', text.replace('"amount": "500000"', '"amount": "900000"'));
    await stranger.getByRole('button', { name: 'Проверить' }).click();
    await answers.locator('li > div .badge-trouble').first().waitFor();
    expect(await answers.locator('li > div .badge-trouble').count()).to.equal(3);
    await stranger.context().close();
  });
}
