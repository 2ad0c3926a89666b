// What people do with delivery addresses on the pages before the fake gateway, as tests of the suite that opens the
// browser.
import { expect } from 'chai';
import type { PageTools, Viewport } from './bank-pages.js';

/** Called within `describe`. */
export function addressesAreUsed(tools: PageTools, phone: Viewport): void {
  itKeepsAddresses(tools, phone);
  itIsChosenWhenBuying(tools, phone);
  itIsSeenByTheAgent(tools, phone);
}

function itKeepsAddresses(tools: PageTools, phone: Viewport): void {
  const { open, signIn, visit, seriousFaults, isWiderThanScreen } = tools;
  it('a client adds an address on the profile page, changes it and removes it', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'marina');
    await visit(page, '/profile');
    await page.getByText(/Варшавское шоссе/).waitFor();
    await page.getByRole('button', { name: 'Добавить адрес' }).click();
    const save = page.getByRole('dialog').getByRole('button', { name: 'Сохранить' });
    await page.getByLabel('Телефон, если нужен курьеру').fill('домашний');
    await save.click();
    await page.getByText('Введите адрес', { exact: true }).waitFor();
    await page.getByText('Только цифры, пробелы').waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.getByLabel('Телефон, если нужен курьеру').fill('');
    await page.getByLabel('Адрес', { exact: true }).fill('Псков, Гоголя, 4\nво двор');
    await save.dblclick();
    await page.getByText('Псков, Гоголя, 4').waitFor();
    expect(await page.getByText('Псков, Гоголя, 4').count(), 'kept once').to.equal(1);
    await page
      .getByRole('button', { name: /^Изменить/ })
      .last()
      .click();
    await page.getByLabel('Адрес', { exact: true }).fill('Псков, Гоголя, 5');
    await save.click();
    await page.getByText('Псков, Гоголя, 5').waitFor();
    await page
      .getByRole('button', { name: /^Удалить/ })
      .last()
      .click();
    await page.getByText('Псков, Гоголя, 5').waitFor({ state: 'detached' });
    await page.context().close();
  });
}

function itIsChosenWhenBuying(tools: PageTools, phone: Viewport): void {
  const { open, signIn, visit, seriousFaults, isWiderThanScreen } = tools;
  it('the buyer types another address when buying, sees it at the deal, and changes it, in English too', async () => {
    const page = await open('marketplace', phone);
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await signIn(page, 'marina');
    await visit(page, '/offers/offer_bicycle01');
    await page.getByRole('button', { name: 'English' }).click();
    const buy = page.getByRole('button', { name: /Buy for/ });
    await buy.click();
    await page.getByText('Another address').click();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await buy.click();
    await page.getByText('Type the address').waitFor();
    await page.getByLabel('Who takes the parcel').fill('Grandmother');
    await page.getByLabel('Address', { exact: true }).fill('Pskov, Gogol street, 4');
    await page.getByText('Keep it in my profile').click();
    await buy.click();
    await page.getByRole('heading', { name: 'Payment' }).waitFor();
    const deal = /deals\/(\w+)\/pay/.exec(page.url())?.[1] ?? '';
    await visit(page, `/deals/${deal}`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('address', { hasText: 'Pskov, Gogol street, 4' }).waitFor();
    await page.getByRole('button', { name: 'Change the address' }).click();
    await page.getByRole('dialog').getByText('Склад «Ромашка»', { exact: false }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.locator('address', { hasText: 'Варшавское шоссе' }).waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    expect(
      addresses.filter((url) => /Pskov|Gogol|%D0/.test(url)),
      'in no address',
    ).to.deep.equal([]);
    await visit(page, '/profile');
    expect(await page.getByText('Grandmother').count(), 'not kept').to.equal(0);
    await page.context().close();
  });

  it('a deal without an address says so, and an address that came too late as well', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'marina');
    await visit(page, '/deals/deal_asking000001');
    await page.getByText(/Адрес ещё не указан/).waitFor();
    await page.getByRole('button', { name: 'Указать адрес' }).waitFor();
    await visit(page, '/deals/deal_transit00001');
    await page.getByText(/Курьер уже принял посылку/).waitFor();
    expect(await page.getByRole('button', { name: 'Изменить адрес' }).count()).to.equal(0);
    await page.context().close();
  });
}

function itIsSeenByTheAgent({ open, signIn, visit }: PageTools, phone: Viewport): void {
  it('the courier’s agent sees where a parcel goes and from whom, or that it was not announced yet', async () => {
    const page = await open('courier', phone);
    await signIn(page, 'oleg');
    await visit(page, '/parcels/deal_c0ffee0000a41b');
    await page.getByText(/улица Родионова/).waitFor();
    await page.getByText('Тимофей Чернов').waitFor();
    await visit(page, '/parcels/deal_c0ffee00007d02');
    await page.getByText('Площадка ещё не передала адрес.').waitFor();
    await page.context().close();
  });
}
