// Deals that a party ends by its word alone, before the fake gateway, as tests of the suite that opens the browser.
import { expect } from 'chai';
import type { PageTools, Viewport } from './bank-pages.js';

/** Called within `describe`. */
export function partiesEndDeals(
  { open, signIn, visit, seriousFaults, isWiderThanScreen }: PageTools,
  phone: Viewport,
): void {
  it('a deal that is not paid is cancelled after a question, by the keyboard too', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'marina');
    await page.getByRole('link', { name: /Велосипед/ }).click();
    await page.getByRole('button', { name: /Купить за/ }).click();
    await page.getByRole('button', { name: /Купить за/ }).click();
    await page.getByRole('heading', { name: 'Оплата' }).waitFor();
    await page.goto(page.url().replace(/\/pay$/, ''));
    const cancel = page.getByRole('button', { name: 'Отменить сделку' });
    await cancel.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Отменить сделку?' }).waitFor();
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.keyboard.press('Escape');
    await cancel.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Отменить сделку' }).click();
    await page.getByText('отменена').first().waitFor();
    expect(await cancel.count()).to.equal(0);
    await page.context().close();
  });

  it('the seller of a paid deal gives the money back after a question, in both languages', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'marina');
    await visit(page, '/deals/deal_toship000001');
    await page.getByRole('button', { name: 'Вернуть деньги' }).press('Enter');
    await page.getByRole('heading', { name: 'Вернуть деньги?' }).waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Give the money back' }).click();
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.getByRole('dialog').getByRole('button', { name: 'Give the money back' }).click();
    await page.getByText('money returned').first().waitFor();
    expect(await page.getByRole('button', { name: 'Give the money back' }).count()).to.equal(0);
    await page.context().close();
  });
}
