// A friend who takes an invitation by its link in a browser of his own and pays from another bank; a deal that its
// buyer cancels, and one whose time runs out before it is paid. In Russian.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type BrowserPeople, PHONE } from './browser-people.js';
import { payPart, WORDS } from './whole-path.js';

const words = WORDS.ru;

export interface NamedOffer {
  readonly id: string;
  readonly title: string;
}

/** The buyer's page of the deal's payments, opened by buying. */
export async function buyNamed(page: Page, { id }: NamedOffer): Promise<string> {
  await page.goto(new URL(`/offers/${id}`, page.url()).href);
  await page.getByRole('button', { name: words.buy }).click();
  await page.getByRole('button', { name: words.buy }).last().click();
  await page.getByRole('heading', { name: words.payment }).waitFor();
  return /deals\/(deal_[0-9a-z]+)/.exec(page.url())?.[1] ?? '';
}

/** 12 400.00: the buyer pays 5 000.00 at Bank B, the friend the rest at Bank A, by a link. */
export async function playInvitation(people: BrowserPeople, offer: NamedOffer): Promise<void> {
  const buyer = await people.signIn('buyer');
  const { page } = buyer;
  const deal = await buyNamed(page, offer);
  await page.getByText('Пусть часть заплатит кто-то другой').click();
  await page.fill('[name=most]', '7 400');
  await page.getByRole('button', { name: 'Создать ссылку' }).click();
  await page.getByText('Ссылка готова').waitFor();
  const link = (await page.locator('main output').textContent()) ?? '';
  const seed = link.split('.').at(-1) ?? '';
  expect(seed).to.have.length(43);

  const friend = await people.visit(link, PHONE);
  const sent: string[] = [];
  friend.page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  await friend.page.getByText('Вас приглашают заплатить часть').first().waitFor();
  await friend.page.getByText(offer.title).first().waitFor();
  expect(friend.page.url()).to.match(new RegExp(`/deals/${deal}/pay$`));
  await people.signInHere(friend.page, 'friend');
  await friend.page.getByRole('button', { name: 'Принять приглашение' }).click();
  await friend.page.getByRole('heading', { name: words.payment }).waitFor();
  await payPart(people, friend.page, words, {
    ...{ login: 'friend', bank: '10', label: 'Bank A' },
    ...{ amount: null, total: /7.511,00/ },
  });
  expect(sent.filter((text) => text.includes(seed))).to.deep.equal([]);
  expect(await friend.page.content()).not.to.include('Bank B ·');

  await page.reload();
  await page.getByText('Принято').waitFor();
  await payPart(people, page, words, {
    ...{ login: 'buyer', bank: '20', label: 'Bank B' },
    ...{ amount: null, total: /5.000,00/ },
  });
  await page.goto(new URL(`/deals/${deal}`, page.url()).href);
  await page.getByText(words.paid).first().waitFor();
  await friend.page.goto(new URL(`/deals/${deal}`, friend.page.url()).href);
  await friend.page.getByText(words.paid).first().waitFor();
  expect([...buyer.complaints, ...friend.complaints]).to.deep.equal([]);
}

/** The buyer pays a part and cancels: the part is back long before the time to pay is over. */
export async function playCancellation(people: BrowserPeople, offer: NamedOffer): Promise<void> {
  const { page, complaints } = await people.signIn('buyer');
  const deal = await buyNamed(page, offer);
  await payPart(people, page, words, {
    ...{ login: 'buyer', bank: '20', label: 'Bank B' },
    ...{ amount: '1 000', total: /1.000,00/ },
  });
  await page.goto(new URL(`/deals/${deal}`, page.url()).href);
  await page.getByText(words.held).first().waitFor();
  await page.getByRole('button', { name: 'Отменить сделку' }).click();
  await page.getByText('вы ничего не должны').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Отменить сделку' }).click();
  await page.getByRole('heading', { name: 'Сделка отменена, деньги возвращены' }).waitFor();
  const row = page.locator('tbody tr').filter({ hasText: 'Bank B' });
  await row.getByText('деньги возвращены').waitFor();
  expect(await page.getByRole('button', { name: 'Отменить сделку' }).count()).to.equal(0);

  const seller = await people.signIn('seller');
  await seller.page.goto(new URL(`/deals/${deal}`, seller.page.url()).href);
  await seller.page.getByText('Сделка отменена').first().waitFor();
  expect([...complaints, ...seller.complaints]).to.deep.equal([]);
}

/** The buyer pays a part and nothing more: when the time is over, the part comes back and the page says so. */
export async function playExpiry(people: BrowserPeople, offer: NamedOffer): Promise<void> {
  const { page, complaints } = await people.signIn('buyer');
  const deal = await buyNamed(page, offer);
  await payPart(people, page, words, {
    ...{ login: 'buyer', bank: '20', label: 'Bank B' },
    ...{ amount: '1 000', total: /1.000,00/ },
  });
  await page.goto(new URL(`/deals/${deal}`, page.url()).href);
  await page.getByText(words.held).first().waitFor();
  await page
    .getByText(/срок оплаты истёк/i)
    .first()
    .waitFor({ timeout: 240_000 });
  const row = page.locator('tbody tr').filter({ hasText: 'Bank B' });
  await row.getByText('деньги возвращены').waitFor();
  await page.goto(new URL(`/deals/${deal}/pay`, page.url()).href);
  await page.getByText('Всё, что было удержано, возвращается само').waitFor();
  expect(complaints).to.deep.equal([]);
}
