// Makes the README's pictures: plays the whole path in browsers on a system that runs, and takes each page on the way.
//
//   npm start -- --no-demo --dir D, then: node dist/test/pages/pictures.js D docs/pictures
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { demoContext, runningSystem } from '../../network/commands/command-context.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { openChromium } from '../browser/chromium.js';
import { BrowserPeople, DESK, type Kind, PHONE } from './browser-people.js';
import { playWholePath, WORDS } from './whole-path.js';

const QUALITY = 75;

/** Pages that the path does not come by, with who looks at them; `:deal` is the one that was just paid out. */
const MORE: readonly {
  readonly name: string;
  readonly login: string;
  readonly at: Kind;
  readonly to: string;
}[] = [
  { name: 'notifications', login: 'seller', at: 'marketplace', to: '/notifications' },
  { name: 'receipt', login: 'buyer', at: 'marketplace', to: '/deals/:deal/receipt' },
  { name: 'figures', login: 'administrator', at: 'marketplace', to: '/figures' },
  { name: 'history', login: 'moderator', at: 'marketplace', to: '/ledger/deals/:deal' },
  { name: 'requests', login: 'operator', at: 'bank', to: '/payments?state=all' },
  { name: 'books', login: 'operator', at: 'bank', to: '/books' },
];

async function main([dir, target]: readonly string[]): Promise<void> {
  if (dir === undefined || target === undefined) throw new Error("Name the system's folder and where to.");
  mkdirSync(target, { recursive: true });
  const folder = new SystemFolder(dir);
  const context = demoContext(folder, runningSystem(folder).consortium);
  const running = await openChromium();
  try {
    for (const [language, locale] of [
      ['ru', 'ru-RU'],
      ['en', 'en-GB'],
    ] as const) {
      const people = new BrowserPeople({ browser: running.browser, context, locale });
      const look = (name: string, page: Page) => take(page, target, `${name}-${language}`);
      const deal = await playWholePath(people, WORDS[language], look);
      for (const { name, login, at, to } of MORE) {
        const { page } = await people.signIn(login, at);
        await page.goto(new URL(to.replace(':deal', deal), page.url()).href);
        await page.locator('main h1').first().waitFor();
        await page.waitForFunction("document.querySelector('.skeleton') === null");
        await look(name, page);
      }
      await people.close();
    }
  } finally {
    await running.close();
  }
}

/** The page as it is, on a desk and on a phone, by day and by night; afterwards it is as it was. */
async function take(page: Page, target: string, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.evaluate('document.fonts.ready');
      await page.evaluate('scrollTo(0, 0)');
      // A phone shows a screen at a time, with its navigation at the bottom.
      const picture = await page.screenshot({ fullPage: viewport === DESK, animations: 'disabled' });
      const file = join(target, `${name}-${device}-${colorScheme}.webp`);
      await sharp(picture).webp({ quality: QUALITY }).toFile(file);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before ?? DESK);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
