// People of the demonstration with a browser each: who signs in where, and the phone on which a bank's codes come.
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { DemoContext } from '../../demo/context.js';
import { readAccounts } from '../../demo/browser-people.js';
import { type LogIn, readLogIns, signIn } from '../../demo/log-ins.js';
import type { ClientSession } from '../../gateway/sdk/session.js';

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };
const WAIT_MS = 60_000;

/** The first organisation of that kind. */
export type Kind = 'marketplace' | 'bank' | 'courier';
export type Locale = 'ru-RU' | 'en-GB';

export interface BrowserPeopleOptions {
  readonly browser: Browser;
  readonly context: DemoContext;
  readonly locale: Locale;
}

/** A person's phone at one bank, as it was when it was opened. */
export interface Phone {
  /** The first code that came since. */
  readonly nextCode: () => Promise<string>;
}

/** A browser window of one person, signed in at the pages of his organisation. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Faults that the browser reported, such as refused scripts. */
  readonly complaints: readonly string[];
}

/** What the browser notes by itself when there is no session yet, or an open one was ended. */
const EXPECTED = ['/api/v1/session/refresh', '/api/v1/events'];

export class BrowserPeople {
  private readonly opened: BrowserContext[] = [];

  constructor(private readonly options: BrowserPeopleOptions) {}

  async signIn(login: string, kind: Kind = 'marketplace', viewport = DESK): Promise<Visitor> {
    const visitor = await this.visit(this.place(login, kind).origin, viewport);
    await this.signInHere(visitor.page, login, kind);
    return visitor;
  }

  /** Opens an address in a browser of its own, without signing in. */
  async visit(address: string, viewport = DESK): Promise<Visitor> {
    const visitor = await this.open(viewport);
    await visitor.page.goto(address);
    return visitor;
  }

  /** Through the door that the page shows. */
  async signInHere(page: Page, login: string, kind: Kind = 'marketplace'): Promise<void> {
    const { password } = this.place(login, kind);
    await page.fill('[name=login]', login);
    await page.fill('[name=password]', password);
    await page.click('button[type=submit]');
    await page.locator('header nav a').first().waitFor({ state: 'attached' });
    await inLanguage(page, this.options.locale === 'en-GB' ? 'English' : 'Русский');
  }

  /** Somebody whom nobody knows, at an organisation's door. */
  stranger(viewport = DESK, kind: Kind = 'marketplace'): Promise<Visitor> {
    return this.visit(this.place('administrator', kind).origin, viewport);
  }

  passwordOf(login: string, kind: Kind = 'marketplace'): string {
    return this.place(login, kind).password;
  }

  /** Opened before the act that makes the bank send a code. */
  async phone(login: string, bank: string): Promise<Phone> {
    const account = readAccounts(this.options.context)?.find(
      (found) => found.login === login && found.bank === bank,
    );
    const { page } = await this.open(PHONE);
    const address = account?.phone ?? '';
    await page.goto(address);
    // By the page, which alone knows the host; a string, since a browser's code is not this program's.
    const messages = await page.evaluate<readonly { readonly code: string }[]>(
      "fetch(location.pathname + '/messages?after=0').then((answer) => answer.json()).then((all) => all.messages)",
    );
    const before = messages.filter(({ code }) => code !== '').length;
    const shown = page.locator('ol > li .code');
    return {
      // The newest stands first.
      nextCode: async () => {
        await shown.nth(before).waitFor();
        const codes = await shown.allTextContents();
        return codes.at(codes.length - 1 - before) ?? '';
      },
    };
  }

  /** What stands on every page that is open, as text. */
  async shown(): Promise<readonly string[]> {
    const pages = this.opened.flatMap((context) => context.pages());
    return Promise.all(
      pages.map(async (page) => `${page.url()}\n${await page.innerText('body').catch(String)}\n`),
    );
  }

  async close(): Promise<void> {
    for (const context of this.opened) await context.close();
  }

  /** The same person without a browser, to see what the gateway answers. */
  session(login: string, kind: Kind = 'marketplace'): Promise<ClientSession> {
    return signIn(this.options.context, this.logIn(login, kind));
  }

  private place(login: string, kind: Kind): { readonly origin: string; readonly password: string } {
    const { mspId, password } = this.logIn(login, kind);
    const web = this.options.context.webs.find((found) => found.mspId === mspId);
    return { origin: web?.origin ?? '', password };
  }

  private logIn(login: string, kind: Kind): LogIn {
    const { context } = this.options;
    const mspId = context.adminApis.find((api) => api.kind === kind)?.mspId;
    const found = readLogIns(context)?.find((known) => known.mspId === mspId && known.login === login);
    if (found === undefined) throw new Error(`The demonstration has no ${login} at a ${kind}.`);
    return found;
  }

  private async open(viewport: typeof DESK): Promise<Visitor> {
    const { browser, locale } = this.options;
    const context = await browser.newContext({ viewport, locale, reducedMotion: 'reduce' });
    this.opened.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const isExpected = EXPECTED.some((end) => message.location().url.endsWith(end));
      if (message.type() === 'error' && !isExpected) complaints.push(message.text());
    });
    return { page, context, complaints };
  }
}

/** The pages speak the language that the person chose last, here or elsewhere; now it is this one. */
export async function inLanguage(
  page: Page,
  language: 'English' | 'Русский',
  press: (button: Locator) => Promise<void> = (button) => button.click(),
): Promise<void> {
  const button = page.getByText(language, { exact: true });
  if (!(await button.isVisible())) return;
  // A page that is opened next speaks what the gateway has kept.
  const kept = page.waitForResponse(
    (response) => response.request().method() === 'PATCH' && response.url().endsWith('/api/v1/me'),
  );
  await press(button);
  await kept;
  // The words come by a request of their own; until then the button still stands there.
  await button.waitFor({ state: 'detached' });
}
