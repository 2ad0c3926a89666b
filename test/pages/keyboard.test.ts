// The path of a deal without a mouse: signed in, bought, paid by code, carried, accepted. In Russian.
import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { inLanguage } from './browser-people.js';
import { browserSystem } from './browser-system.js';
import { WORDS } from './whole-path.js';

const LIMIT_MS = 240_000;
/** More entries before the wanted one would tire anybody. */
const MOST_TABS = 80;
const words = WORDS.ru;

describe('by the keyboard alone', () => {
  const system = browserSystem();

  it('a deal is bought, paid in one part, carried and accepted', async function () {
    this.timeout(LIMIT_MS);
    const people = system.people('ru-RU');
    const { page, complaints } = await people.stranger();
    await signInByKeys(page, people.passwordOf('buyer'), 'buyer');
    await press(page, page.getByRole('link', { name: words.bicycle }).first());
    await press(page, page.getByRole('button', { name: words.buy }).first());
    await press(page, page.getByRole('region', { name: 'Покупка' }).getByRole('button', { name: words.buy }));
    await page.getByRole('heading', { name: words.payment }).waitFor();
    const deal = /deals\/(deal_[0-9a-z]+)/.exec(page.url())?.[1] ?? '';

    const phone = await people.phone('buyer', '10');
    await press(page, page.getByRole('button', { name: words.review }));
    await press(page, page.getByRole('button', { name: words.pay }));
    const code = page.getByLabel(words.code);
    await type(page, code, await phone.nextCode());
    await page.keyboard.press('Enter');
    await code.waitFor({ state: 'detached' });
    await page.goto(new URL(`/deals/${deal}`, page.url()).href);
    await page.getByText(words.paid).first().waitFor();
    await press(page, page.getByRole('button', { name: words.showCode }));
    const recipientCode = await page.locator('main output').first().innerText();

    const agent = await people.stranger(undefined, 'courier');
    await signInByKeys(agent.page, people.passwordOf('agent', 'courier'), 'agent');
    await agent.page.goto(new URL(`/parcels/${deal}`, agent.page.url()).href);
    await press(agent.page, agent.page.getByRole('button', { name: words.takeParcel }));
    await type(agent.page, agent.page.locator('input[name=code]'), recipientCode);
    await agent.page.keyboard.press('Enter');
    await agent.page.getByText(words.handedOver).first().waitFor();

    await press(page, page.getByRole('button', { name: words.accept }));
    await page.getByText(words.completed).first().waitFor();
    expect([...complaints, ...agent.complaints]).to.deep.equal([]);
  });
});

async function signInByKeys(page: Page, password: string, login: string): Promise<void> {
  await type(page, page.locator('[name=login]'), login);
  await type(page, page.locator('[name=password]'), password);
  await page.keyboard.press('Enter');
  await page.locator('header nav a').first().waitFor({ state: 'attached' });
  await inLanguage(page, 'Русский', (button) => press(page, button));
}

async function press(page: Page, wanted: Locator): Promise<void> {
  await reach(page, wanted);
  await page.keyboard.press('Enter');
}

async function type(page: Page, wanted: Locator, text: string): Promise<void> {
  await reach(page, wanted);
  await page.keyboard.type(text);
}

// A string, since a browser's code is not this program's.
const RING =
  '(({ outlineStyle, boxShadow }) => outlineStyle + boxShadow)(getComputedStyle(document.activeElement))';

/** By the tabulator; what has the focus must be seen to have it. */
async function reach(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if ((await wanted.and(page.locator(':focus')).count()) > 0) {
      expect(await page.evaluate(RING), 'the ring around what has the focus').not.to.equal('nonenone');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Not reached within ${String(MOST_TABS)} tabs: ${String(wanted)}`);
}
