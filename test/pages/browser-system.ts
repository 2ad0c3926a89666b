// One whole system and one browser for all files of this suite: a system takes a minute to start. It is started by the
// first test that asks and removed after the last; tests make deals of their own and take nothing for empty.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { DemoContext } from '../../demo/context.js';
import { inviteBrowserPeople, seed } from '../../demo/play.js';
import { REPOSITORY_ROOT } from '../../network/repository.js';
import { openChromium, type RunningBrowser } from '../browser/chromium.js';
import { RunningSystem } from '../scenario/running-system.js';
import { BrowserPeople, type Locale } from './browser-people.js';

const START_LIMIT_MS = 300_000;

interface Started {
  readonly system: RunningSystem;
  readonly chromium: RunningBrowser;
}

export interface BrowserSystem {
  readonly context: () => DemoContext;
  /** People with windows of their own; all are closed after the test. */
  readonly people: (locale: Locale) => BrowserPeople;
}

let started: Promise<Started> | null = null;

/** Called within `describe`. */
export function browserSystem(): BrowserSystem {
  let current: Started | null = null;
  let opened: BrowserPeople[] = [];
  const running = (): Started => {
    if (current === null) throw new Error('The system is there from the first hook on.');
    return current;
  };

  before(async function () {
    this.timeout(START_LIMIT_MS);
    started ??= start();
    current = await started;
  });

  afterEach(async function () {
    const isFailed = this.currentTest?.state === 'failed';
    for (const people of opened) {
      // Of a failure seen once, on another machine, this is all that is left.
      if (isFailed) for (const text of await people.shown()) console.log(text);
      await people.close();
    }
    opened = [];
  });

  return {
    context: () => running().system.context,
    people: (locale) => {
      const people = new BrowserPeople({
        browser: running().chromium.browser,
        context: running().system.context,
        locale,
      });
      opened.push(people);
      return people;
    },
  };
}

/** A hook of no suite: it runs after the last file. */
after(async function () {
  this.timeout(START_LIMIT_MS);
  if (started === null) return;
  const { system, chromium } = await started;
  await chromium.close();
  await system.remove();
});

async function start(): Promise<Started> {
  buildPages();
  const system = await RunningSystem.up();
  const quiet = { print: () => undefined };
  await seed(system.context, quiet);
  await inviteBrowserPeople(system.context, quiet);
  return { system, chromium: await openChromium() };
}

/** Where the gateways look for them. */
function buildPages(): void {
  const vite = join(REPOSITORY_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const config = join(REPOSITORY_ROOT, 'ui', 'vite.config.mjs');
  execFileSync(process.execPath, [vite, 'build', 'ui', '--config', config, '--logLevel', 'error'], {
    cwd: REPOSITORY_ROOT,
  });
}
