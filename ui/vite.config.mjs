// Builds the pages into dist/ui: hashed files, nothing inline, so that the strictest content security policy holds.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const DECLARED = join(here, '..', 'gateway', 'protocol', 'api', 'endpoints.ts');
const COMPILED = join(here, '..', 'dist', 'gateway', 'protocol', 'api', 'endpoints.js');

/** Loads the table of routes as what it comes to, so that the schemas that it is made of stay out of the pages. */
export function routesAsData() {
  return {
    name: 'routes-as-data',
    enforce: 'pre',
    async load(id) {
      if (id.split('?')[0] !== DECLARED) return null;
      if (!existsSync(COMPILED)) throw new Error('Build the gateway first: npm run build.');
      const { ROUTES } = await import(pathToFileURL(COMPILED).href);
      return `export const ROUTES = ${JSON.stringify(ROUTES)};`;
    },
  };
}

export const pages = {
  configFile: false,
  root: here,
  plugins: [routesAsData(), react(), tailwind()],
  build: {
    outDir: join(here, '..', 'dist', 'ui'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
};

export default defineConfig(pages);
