// Builds the pages as the product does, into a folder that goes with the test.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InlineConfig } from 'vite';

const CONFIG = join(__dirname, '..', '..', '..', 'ui', 'vite.config.mjs');

export interface BuiltPages {
  readonly folder: string;
  /** Texts of all scripts. */
  readonly scripts: readonly string[];
  readonly remove: () => void;
}

export async function buildPages(): Promise<BuiltPages> {
  const folder = mkdtempSync(join(tmpdir(), 'forescrow-pages-'));
  const { build } = await import('vite');
  const { pages } = (await import(pathToFileURL(CONFIG).href)) as { readonly pages: InlineConfig };
  await build({ ...pages, logLevel: 'error', build: { ...pages.build, outDir: folder } });
  const assets = join(folder, 'assets');
  const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'));
  return {
    folder,
    scripts: scripts.map((file) => readFileSync(join(assets, file), 'utf8')),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
