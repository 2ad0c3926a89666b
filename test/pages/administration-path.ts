// What administrators do in a browser, with what comes of it for others: the commission of offers to come, one that a
// moderator sets for an offer, a label on a deal, registration and a stranger who uses it.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type BrowserPeople, inLanguage, PHONE, type Visitor } from './browser-people.js';

export async function playAdministration(people: BrowserPeople): Promise<void> {
  const buyer = await people.signIn('buyer');
  const deal = await buyBicycle(buyer.page);
  const admin = await people.signIn('administrator');
  const { page } = admin;
  await inRussian(page);
  await changeCommission(page, '5', '4');
  await labelDeal(page, deal);
  expect(await buyer.page.content()).not.to.include('Разобрать');
  await open(page, '/administration/registration');
  await page.getByRole('button', { name: 'Открыть регистрацию' }).click();
  await page.getByRole('button', { name: 'Закрыть регистрацию' }).waitFor();

  const stranger = await people.stranger(PHONE);
  await register(stranger.page, 'ivan');

  const seller = await people.signIn('seller');
  await putUp(seller.page, 'Лодка деревянная');
  await putUp(seller.page, 'Весло дубовое');
  const moderator = await people.signIn('moderator');
  await approve(moderator.page, 'Лодка деревянная', '3,5');
  await approve(moderator.page, 'Весло дубовое', '');
  expect(await netOf(seller.page, 'Лодка деревянная')).to.match(/9.650,00/);
  expect(await netOf(seller.page, 'Весло дубовое')).to.match(/9.600,00/);
  expect(await seller.page.content()).not.to.match(/3,5|350,00|400,00/);

  await changeCommission(page, '4', '5');

  await list(seller.page, 'Весло дубовое');
  expect(await newestOffers(buyer.page)).to.include('Весло дубовое');
  await takeOffSale(moderator.page, 'Весло дубовое', 'Дуб оказался сосной');
  expect(await newestOffers(buyer.page)).not.to.include('Весло дубовое');
  await open(seller.page, '/selling');
  const own = seller.page.locator('main li').filter({ hasText: 'Весло дубовое' });
  await own.getByText('Дуб оказался сосной').waitFor();

  await open(page, '/figures?days=7');
  const bought = page.getByRole('table', { name: 'Как далеко доходят сделки' }).locator('tbody tr').first();
  await bought.waitFor();
  expect(await bought.innerText()).to.match(/Куплено\s+[1-9]/);
  await open(page, '/people?words=ivan');
  await page.getByText('регистрация самостоятельная').waitFor();
  const complaints = [buyer, admin, stranger, seller, moderator].flatMap((one: Visitor) => one.complaints);
  expect(complaints).to.deep.equal([]);
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href);
  await page.locator('main h1').first().waitFor();
}

/** Whom the gateway made at its first start speaks English. */
async function inRussian(page: Page): Promise<void> {
  await inLanguage(page, 'Русский');
  await page.getByRole('link', { name: 'Управление' }).first().waitFor({ state: 'attached' });
}

async function changeCommission(page: Page, before: string, after: string): Promise<void> {
  await open(page, '/administration');
  const shown = (rate: string) =>
    page
      .locator('dl > div')
      .filter({ hasText: 'Сейчас' })
      .filter({ hasText: new RegExp(`${rate}\\s%`) });
  await shown(before).waitFor();
  await page.getByRole('button', { name: 'Изменить комиссию' }).click();
  await page.fill('dialog [name=rate]', after);
  await page.getByRole('button', { name: 'Подписать и назначить' }).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await shown(after).waitFor();
}

async function buyBicycle(page: Page): Promise<string> {
  await page
    .getByRole('link', { name: /Велосипед городской/ })
    .first()
    .click();
  await page.getByRole('button', { name: /^Купить за/ }).click();
  await page
    .getByRole('button', { name: /^Купить за/ })
    .last()
    .click();
  await page.getByRole('heading', { name: 'Оплата' }).waitFor();
  const deal = /deals\/(deal_[0-9a-z]+)/.exec(page.url())?.[1] ?? '';
  expect(deal).to.match(/^deal_/);
  return deal;
}

async function labelDeal(page: Page, deal: string): Promise<void> {
  await open(page, '/administration/labels');
  await page.fill('[name=name]', 'Разобрать');
  await page.getByRole('button', { name: 'Добавить' }).click();
  await page.getByRole('cell', { name: 'Разобрать' }).first().waitFor();
  await open(page, `/deals/${deal}`);
  await page.getByRole('button', { name: 'Прикрепить' }).click();
  await page.getByRole('button', { name: 'Снять метку Разобрать' }).waitFor();
  await open(page, '/all-deals');
  await page.getByLabel('Метка').selectOption({ label: 'Разобрать' });
  await page.getByRole('cell', { name: 'Разобрать' }).waitFor();
  expect(await page.locator('tbody tr').count()).to.equal(1);
}

async function register(page: Page, login: string): Promise<void> {
  await page.getByRole('link', { name: 'Зарегистрироваться' }).click();
  await page.fill('[name=name]', 'Иван Новый');
  await page.fill('[name=login]', login);
  await page.fill('[name=fresh]', 'семь зелёных лодок');
  await page.fill('[name=again]', 'семь зелёных лодок');
  await page.getByRole('button', { name: 'Зарегистрироваться' }).click();
  await page.getByRole('button', { name: 'Создать ключ' }).click();
  const code = (await page.locator('output').textContent()) ?? '';
  await page.fill('[name=last]', code.slice(-4));
  await page.getByRole('button', { name: 'Я записал' }).click();
  await page.getByRole('heading', { name: 'Каталог' }).waitFor();
  await page
    .getByRole('link', { name: /Велосипед городской/ })
    .first()
    .waitFor();
}

/** For 10 000 roubles. */
async function putUp(page: Page, title: string): Promise<void> {
  await open(page, '/selling/new');
  await page.fill('[name=title]', title);
  await page.fill('[name=price]', '10 000');
  await page.getByRole('button', { name: 'Подписать и отправить на модерацию' }).click();
  await page.getByRole('link', { name: title }).waitFor();
}

/** `commission`: '' leaves the one of all offers. */
async function approve(page: Page, title: string, commission: string): Promise<void> {
  await open(page, '/moderation');
  await page.getByText(title).first().click();
  await page.fill('dialog [name=commission]', commission);
  await page.getByRole('button', { name: 'Подписать одобрение' }).click();
  await page.getByText(`Одобрено: ${title}`).waitFor();
}

/** Signs what stands on the page of the listing, which is open. */
async function list(page: Page, title: string): Promise<void> {
  await netOf(page, title);
  await page.getByRole('button', { name: 'Подписать и выставить' }).click();
  await page.locator('main li').filter({ hasText: title }).getByText('В каталоге').waitFor();
}

async function newestOffers(page: Page): Promise<string> {
  await open(page, '/catalogue');
  const offers = page.locator('main ul').filter({ hasText: 'Велосипед городской' });
  await offers.waitFor();
  return offers.innerText();
}

async function takeOffSale(page: Page, title: string, reason: string): Promise<void> {
  await open(page, '/moderation');
  await page.getByRole('link', { name: 'В продаже' }).click();
  await page.getByRole('searchbox').fill(title);
  await page.getByRole('button', { name: title }).click();
  await page.fill('dialog [name=reason]', reason);
  await page.getByRole('button', { name: 'Подписать и снять с продажи' }).click();
  await page.getByText(`Снято с продажи: ${title}`).waitFor();
  await page.getByText('По этим словам в продаже ничего нет').waitFor();
}

/** What the seller reads before he signs the listing. */
async function netOf(page: Page, title: string): Promise<string> {
  await open(page, '/selling');
  const row = page.locator('main li').filter({ hasText: title });
  await row.getByRole('link', { name: 'Выставить' }).click();
  const net = page.locator('dl > div').filter({ hasText: 'Вы получите' });
  await net.waitFor();
  return net.innerText();
}
