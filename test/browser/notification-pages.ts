// The bell and the page behind it before the fake gateway, as tests of the suite that opens the browser.
import { expect } from 'chai';
import type { PageTools, Viewport } from './bank-pages.js';

/** Called within `describe`. */
export function clientsAreNotified(
  { open, signIn, visit, seriousFaults, isWiderThanScreen }: PageTools,
  phone: Viewport,
): void {
  it('the bell counts what is new; by keyboard alone it is read, and leads to its deal or offer', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'ignat');
    const bell = page.locator('header').getByRole('link', { name: 'Уведомления' });
    await bell.getByText('4', { exact: true }).waitFor();
    const [marking] = await Promise.all([
      page.waitForRequest((request) => request.method() === 'PUT'),
      bell.press('Enter'),
    ]);
    expect(marking.url()).to.match(/\/me\/notifications\/read$/);
    await page.getByRole('heading', { name: 'Уведомления' }).waitFor();
    await bell.getByText('4', { exact: true }).waitFor({ state: 'detached' });
    // What was new when the page was opened is marked until it is read again.
    expect(await page.getByText('Новое:').count()).to.equal(4);
    const first = page.locator('main li').first();
    expect(await first.innerText()).to.match(/передайте товар курьеру · 12.400,00.₽\s+Кресло-качалка/);
    expect(await page.locator('main h2').count()).to.be.greaterThan(2);
    expect(await page.locator('main li', { hasText: 'Приглашение отозвано' }).locator('a').count()).to.equal(
      0,
    );
    await page.getByRole('button', { name: 'Показать ещё' }).press('Enter');
    await page.getByText('Сделка закрыта без оплаты').waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);

    await page.locator('main li', { hasText: 'Предложение одобрено' }).locator('a').press('Enter');
    await page.waitForURL(/\/selling\/offer_own000002\/list$/);
    await visit(page, '/notifications');
    expect(await page.getByText('Новое:').count()).to.equal(0);
    await page.locator('main li').first().locator('a').press('Enter');
    await page.waitForURL(/\/deals\/deal_payout000001$/);
    await page.context().close();
  });

  it('who has no notifications is shown what will be here, and who is no client has no bell', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'novichok');
    await visit(page, '/notifications');
    await page.getByText('Здесь появится, что происходит в ваших сделках').waitFor();
    expect(await page.locator('.bell-count').count()).to.equal(0);
    expect(await seriousFaults(page)).to.deep.equal([]);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('What happens in your deals will be here').waitFor();
    await page.context().close();
    const staff = await open('marketplace');
    await signIn(staff, 'vera');
    expect(await staff.locator('header').getByRole('link', { name: 'Уведомления' }).count()).to.equal(0);
    await staff.context().close();
  });
}
