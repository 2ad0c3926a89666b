// Who people are to each other on the pages before the fake gateway, as tests of the suite that opens the browser.
import { expect } from 'chai';
import sharp from 'sharp';
import type { PageTools, Viewport } from './bank-pages.js';

/** Called within `describe`. */
export function peopleAreSeen(tools: PageTools, phone: Viewport): void {
  itShowsFaces(tools, phone);
  itFindsMasked(tools, phone);
}

function itShowsFaces(tools: PageTools, phone: Viewport): void {
  const { open, signIn, visit, seriousFaults, isWiderThanScreen } = tools;
  it('a person puts up a picture and removes it; of others it is seen once a deal is paid', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'marina');
    await visit(page, '/profile');
    expect(await page.locator('header img').count()).to.equal(0);
    const create = { width: 60, height: 40, channels: 3, background: '#37608a' } as const;
    const buffer = await sharp({ create }).webp().toBuffer();
    await page.setInputFiles('input[type=file]', { name: 'me.webp', mimeType: 'image/webp', buffer });
    await page.getByRole('button', { name: 'Сменить фотографию' }).waitFor();
    await page.locator('header img').waitFor();
    await page.locator('main img').waitFor();
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.locator('main').getByRole('button', { name: 'Удалить', exact: true }).first().click();
    await page.getByRole('button', { name: 'Выбрать фотографию' }).waitFor();
    await page.locator('header img').waitFor({ state: 'detached' });

    const people = page.locator('section', { has: page.getByRole('heading', { name: 'Участники' }) });
    await visit(page, '/deals/deal_transit00001');
    await people.getByText('Тимофей Чернов').waitFor();
    await people.locator('img').waitFor();
    await visit(page, '/deals/deal_partpaid0001');
    await people.getByText('Продавец 4F2A').waitFor();
    expect(await people.locator('img').count()).to.equal(0);
    await page.context().close();
  });
}

function itFindsMasked(tools: PageTools, phone: Viewport): void {
  const { open, signIn, visit, seriousFaults, isWiderThanScreen } = tools;
  it('a moderator finds people under masked names alone, and goes on to their deals', async () => {
    const page = await open('marketplace', phone);
    await signIn(page, 'vera');
    await visit(page, '/participants');
    await page.getByText('4F2A00').waitFor();
    expect(await page.locator('main').innerText()).not.to.match(/Тимофей|timofey|Калинина|marina/i);
    await page.getByLabel('Скрытое имя или номер').fill('4f2');
    await page.getByText('91C000').waitFor({ state: 'detached' });
    expect(page.url()).to.match(/#words=4f2$/);
    expect(await seriousFaults(page)).to.deep.equal([]);
    expect(await isWiderThanScreen(page)).to.equal(false);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('link', { name: 'Show the deals' }).click();
    await page.waitForURL(/all-deals\?person=person_timofey001$/);
    await page.context().close();
  });
}
