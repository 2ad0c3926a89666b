// What a bank's operators do on their pages before the fake gateway, as tests of the suite that opens the browser.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { NUMBER } from './fake/bank.js';
import type { FakeKind } from './fake/world.js';

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** How that suite opens pages and judges them. */
export interface PageTools {
  readonly open: (kind: FakeKind, viewport?: Viewport) => Promise<Page>;
  readonly signIn: (page: Page, login: string) => Promise<void>;
  readonly visit: (page: Page, address: string) => Promise<void>;
  readonly seriousFaults: (page: Page) => Promise<string[]>;
  readonly isWiderThanScreen: (page: Page) => Promise<boolean>;
}

/** Called within `describe`. */
export function operatorsDo(tools: PageTools, phone: Viewport): void {
  itPaysIn(tools);
  itOpensAnAccount(tools, phone);
  itKeepsKeys(tools);
  itPublishesATariff(tools, phone);
  itShowsWhatWaits(tools, phone);
}

function itPaysIn({ open, signIn, visit, seriousFaults }: PageTools): void {
  it('a bank’s operator pays money into an account by the keyboard, once, and sees it in the statement', async () => {
    const page = await open('bank');
    await signIn(page, 'boris');
    await visit(page, `/customers/account#number=${NUMBER}`);
    const toDeposit = page.getByRole('button', { name: 'Внести деньги' });
    await toDeposit.focus();
    await page.keyboard.press('Enter');
    const amount = page.getByLabel('Сумма', { exact: true });
    await amount.fill('нет');
    await page.keyboard.press('Enter');
    await page.getByText('Введите сумму больше нуля').waitFor();
    expect(await page.evaluate<string>('document.activeElement.name')).to.equal('amount');
    await amount.fill('1 500,50');
    await page.keyboard.press('Enter');
    await page.getByText('Вы подписываете ровно это').waitFor();
    await page.getByText(/16.425,50/).waitFor();
    const sign = page.getByRole('button', { name: /Подписать и внести 1.500,50/ });
    await sign.dblclick();
    await page.getByText('Проведено').waitFor();
    expect(await seriousFaults(page), 'the panel').to.deep.equal([]);
    await page.keyboard.press('Escape');
    await page.getByRole('cell', { name: /\+1.500,50/ }).waitFor();
    expect(await page.getByRole('cell', { name: /\+1.500,50/ }).count(), 'booked once').to.equal(1);
    await page.reload();
    await page.getByText(/16.425,50/).waitFor();
    expect(new URL(page.url()).pathname, 'no number in what a server sees').to.equal('/customers/account');
    await page.context().close();
  });
}

function itOpensAnAccount(tools: PageTools, phone: Viewport): void {
  const { open, signIn, visit, seriousFaults, isWiderThanScreen } = tools;
  it('an account is opened for a customer who was looked for, and more than it holds is not paid out', async () => {
    const page = await open('bank', phone);
    await signIn(page, 'boris');
    await visit(page, '/customers');
    await page.getByRole('searchbox').fill('белозер');
    await page.getByRole('link', { name: /Марина/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /Василиса/ }).click();
    await page.getByRole('heading', { name: /Василиса/ }).waitFor();
    await page.getByText('Счетов ещё нет').waitFor();
    await page.getByRole('button', { name: 'Открыть счёт' }).click();
    await page.getByRole('button', { name: 'Подписать и открыть' }).click();
    await page.getByText('Счёт открыт').waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    await page.locator('dialog a').click();
    await page.getByRole('heading', { name: /Счёт 10/ }).waitFor();
    await page.getByRole('button', { name: 'Выдать деньги' }).click();
    await page.getByLabel('Сумма', { exact: true }).fill('1');
    await page.getByRole('button', { name: 'Проверить' }).click();
    await page.getByText(/На счёте доступно только 0,00/).waitFor();
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.context().close();
  });
}

function itPublishesATariff(
  { open, signIn, visit, seriousFaults, isWiderThanScreen }: PageTools,
  phone: Viewport,
): void {
  it('an operator publishes the tariff of his bank; what is no percentage is said beside its field', async () => {
    const page = await open('bank', phone);
    await signIn(page, 'boris');
    await visit(page, '/tariffs');
    await page.getByRole('button', { name: 'Опубликовать тариф' }).click();
    expect(await page.getByLabel('В Банк Восток').inputValue()).to.equal('1,5');
    await page.fill('dialog [name=usual]', 'много');
    await page.fill('dialog [name=to20]', '101');
    await page.fill('dialog [name=capRUB]', 'всё');
    await page.getByRole('button', { name: 'Подписать и опубликовать' }).click();
    await page.getByText('Введите процент, например 1,5').nth(1).waitFor();
    await page.getByText('Введите сумму, например 1000000').waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.fill('dialog [name=usual]', '2,25');
    await page.fill('dialog [name=to20]', '');
    await page.fill('dialog [name=capRUB]', '2500000,5');
    await page.selectOption('dialog [name=otherCurrency]', 'KWD');
    await page.fill('dialog [name=otherCap]', '1,5');
    await page.getByRole('button', { name: 'Подписать и опубликовать' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    const own = page.locator('tr').filter({ hasText: 'Северный банк' });
    const tariff = own.filter({ hasText: /2,25\s%/ });
    await tariff.waitFor();
    expect(await tariff.innerText()).not.to.match(/1,5\s%/);
    for (const cap of [/2\s500\s000,50/, /1,500\sKWD/]) await own.filter({ hasText: cap }).waitFor();
    await page.context().close();
  });
}

function itShowsWhatWaits(
  { open, signIn, visit, seriousFaults, isWiderThanScreen }: PageTools,
  phone: Viewport,
): void {
  it('an operator sees what is credited on another bank’s word, and what waits with its place', async () => {
    const page = await open('bank', phone);
    await signIn(page, 'boris');
    await visit(page, '/books');
    const row = page.getByRole('row').filter({ hasText: 'ждёт 1 зачисление' });
    expect(await row.innerText())
      .to.match(/999\s000,00/)
      .and.to.match(/1\s000\s000,00/);
    const waits = page.getByRole('row').filter({ hasText: 'deal_partpaid0001' });
    expect(await waits.innerText())
      .to.match(/7\s400,00/)
      .and.to.match(/Банк Восток/);
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.context().close();
  });
}

function itKeepsKeys({ open, signIn, visit, seriousFaults }: PageTools): void {
  it('an API key is issued, shown once, replaced and revoked; an administrator makes none', async () => {
    const page = await open('bank');
    await signIn(page, 'boris');
    await visit(page, '/api-keys');
    await page.getByRole('button', { name: 'Выпустить ключ' }).click();
    await page.getByRole('button', { name: 'Выпустить', exact: true }).click();
    await page.getByText('Назовите ключ').waitFor();
    await page.fill('[name=label]', 'Новый шлюз');
    await page.getByRole('button', { name: 'Выпустить', exact: true }).click();
    const key = page.locator('dialog output');
    expect(await key.textContent()).to.match(/^fsk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(await seriousFaults(page)).to.deep.equal([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Заменить: Новый шлюз' }).click();
    await page.getByRole('button', { name: 'Выпустить замену' }).click();
    await key.waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('заменён').waitFor();
    await page.getByRole('button', { name: 'Отозвать: Новый шлюз' }).first().click();
    await page.getByRole('button', { name: 'Отозвать ключ' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(await page.getByText('отозван').count()).to.equal(2);
    await page.context().close();

    const other = await open('bank');
    await signIn(other, 'anton');
    await visit(other, '/api-keys');
    await other
      .getByRole('button', { name: /Отозвать/ })
      .first()
      .waitFor();
    expect(await other.getByRole('button', { name: /Выпустить|Заменить/ }).count()).to.equal(0);
    const sections = await other.locator('header nav a').allTextContents();
    expect(sections).to.deep.equal(['Ключи', 'Тарифы', 'Люди', 'Реестр', 'Управление']);
    await other.context().close();
  });
}
