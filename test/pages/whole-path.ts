// The whole path of a deal in browsers: bought, paid in two parts from two banks with codes from the phone, carried
// by the courier, accepted, paid out; three people in three windows. In the words of one language.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type BrowserPeople, PHONE } from './browser-people.js';

/** What people read and press, by language. */
export const WORDS = {
  ru: {
    bicycle: /Велосипед городской/,
    buy: /^Купить за/,
    payment: 'Оплата',
    review: 'Проверить',
    pay: /^Заплатить/,
    total: { first: /5.075,00/, second: /7.400,00/ },
    code: 'Код подтверждения',
    confirm: 'Подтвердить',
    held: /деньги удержаны/i,
    paid: /Сделка оплачена/,
    showCode: 'Показать код',
    takeParcel: 'Посылка у меня',
    handOver: 'Вручить посылку',
    handedOver: /Посылка вручена/,
    accept: 'Принять товар',
    completed: /Деньги у продавца/,
    net: /11.780,00/,
    bell: 'Уведомления',
    ship: /передайте товар курьеру/,
  },
  en: {
    bicycle: /Велосипед городской/,
    buy: /^Buy for/,
    payment: 'Payment',
    review: 'Review',
    pay: /^Pay /,
    total: { first: /5,075\.00/, second: /7,400\.00/ },
    code: 'One-time code',
    confirm: 'Confirm',
    held: /money is held|held/i,
    paid: /deal is paid/i,
    showCode: 'Show the code',
    takeParcel: 'I have the parcel',
    handOver: 'Deliver the parcel',
    handedOver: /Delivered, and recorded/,
    accept: 'Accept the goods',
    completed: /seller has the money/i,
    net: /11,780\.00/,
    bell: 'Notifications',
    ship: /hand the goods to the courier/,
  },
} as const;
export type Words = (typeof WORDS)[keyof typeof WORDS];

/** Called at pages that are worth a look, with a name for each. */
export type Look = (name: string, page: Page) => Promise<void>;
const NO_LOOK: Look = () => Promise.resolve();

/** The id of the deal, which is paid out. */
export async function playWholePath(
  people: BrowserPeople,
  words: Words,
  look: Look = NO_LOOK,
): Promise<string> {
  const buyer = await people.signIn('buyer');
  const { page } = buyer;
  const deal = await buyAndPayFirst(people, page, words, look);
  await look('deal', page);
  await page.goto(new URL(`/deals/${deal}/pay`, page.url()).href);
  await payPart(people, page, words, {
    bank: '20',
    label: 'Bank B',
    amount: null,
    total: words.total.second,
  });
  await page.goto(new URL(`/deals/${deal}`, page.url()).href);
  await page.getByRole('button', { name: words.showCode }).click();
  const recipientCode = await page.locator('main output').first().innerText();
  // Another device: log-in and password bring the same keys.
  const phone = await people.signIn('buyer', 'marketplace', PHONE);
  await phone.page.goto(new URL(`/deals/${deal}`, page.url()).href);
  await phone.page.getByRole('button', { name: words.showCode }).click();
  expect(await phone.page.locator('main output').first().innerText()).to.equal(recipientCode);

  const agent = await people.signIn('agent', 'courier', PHONE);
  await agent.page.goto(new URL(`/parcels/${deal}`, agent.page.url()).href);
  await agent.page.getByRole('button', { name: words.takeParcel }).waitFor();
  await look('parcel', agent.page);
  await agent.page.getByRole('button', { name: words.takeParcel }).click();
  await agent.page.locator('input[name=code]').fill(recipientCode);
  await agent.page.getByRole('button', { name: words.handOver }).click();
  await agent.page.getByText(words.handedOver).first().waitFor();

  await page.getByRole('button', { name: words.accept }).click();
  await page.getByText(words.completed).first().waitFor();

  const seller = await people.signIn('seller');
  await throughTheBell(seller.page, words, deal);
  await seller.page.getByText(words.net).first().waitFor();
  await look('paid-out', seller.page);
  const seen = await page.content();
  expect(seen).not.to.match(/11[\s,.]780|620[.,]00/);
  expect([...buyer.complaints, ...phone.complaints, ...agent.complaints, ...seller.complaints]).to.deep.equal(
    [],
  );
  return deal;
}

/** The seller's bell counts, and the payment of which he is notified leads to its deal. */
async function throughTheBell(page: Page, words: Words, deal: string): Promise<void> {
  const bell = page.locator('header').getByRole('link', { name: words.bell });
  await bell.getByText(/^[1-9]/).waitFor();
  await bell.click();
  const paid = page.locator('main li', { hasText: words.ship });
  await paid.locator(`a[href="/deals/${deal}"]`).click();
}

/** From the catalogue to the payment page; the new deal's id. */
export async function buyBicycle(page: Page, words: Words, look: Look = NO_LOOK): Promise<string> {
  await page.getByRole('link', { name: words.bicycle }).first().waitFor();
  await look('catalogue', page);
  await page.getByRole('link', { name: words.bicycle }).first().click();
  await page.getByRole('button', { name: words.buy }).waitFor();
  await look('offer', page);
  await page.getByRole('button', { name: words.buy }).click();
  await page.getByRole('button', { name: words.buy }).last().click();
  await page.getByRole('heading', { name: words.payment }).waitFor();
  const deal = /deals\/(deal_[0-9a-z]+)/.exec(page.url())?.[1] ?? '';
  expect(deal).to.match(/^deal_/);
  return deal;
}

export interface Part {
  readonly bank: string;
  readonly label: string;
  /** Null: all that is missing, as the page proposes. */
  readonly amount: string | null;
}

/** From the payment page to what will be signed. */
export async function reviewPart(page: Page, words: Words, { label, amount }: Part): Promise<void> {
  await page.locator('label').filter({ hasText: label }).first().click();
  if (amount !== null) await page.fill('[name=amount]', amount);
  await page.getByRole('button', { name: words.review }).click();
  await page.getByRole('button', { name: words.pay }).waitFor();
}

/** Buys the bicycle and pays 5 000.00 of it from Bank A, until the money is held; the deal's id. */
export async function buyAndPayFirst(
  people: BrowserPeople,
  page: Page,
  words: Words,
  look: Look = NO_LOOK,
): Promise<string> {
  const deal = await buyBicycle(page, words, look);
  await payPart(people, page, words, {
    ...{ bank: '10', label: 'Bank A', amount: '5 000', total: words.total.first, look },
  });
  await page.goto(new URL(`/deals/${deal}`, page.url()).href);
  await page.getByText(words.held).first().waitFor();
  return deal;
}

export async function payPart(
  people: BrowserPeople,
  page: Page,
  words: Words,
  /** `login`: whose phone the code comes to; default: the buyer's. */
  of: Part & { readonly total: RegExp; readonly look?: Look; readonly login?: string },
): Promise<void> {
  await reviewPart(page, words, of);
  await of.look?.('payment', page);
  const phone = await people.phone(of.login ?? 'buyer', of.bank);
  await page.getByRole('button', { name: words.pay }).filter({ hasText: of.total }).click();
  const input = page.getByLabel(words.code);
  await input.fill(await phone.nextCode());
  await page.getByRole('button', { name: words.confirm }).click();
  await input.waitFor({ state: 'detached' });
}
