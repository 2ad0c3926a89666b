// The test's page: bundled for browsers as an application is, and served on this machine.
import { createServer } from 'node:http';
import { isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const SOURCES = join(__dirname, '..', '..', '..', 'test', 'browser');
const HTML =
  '<!doctype html><meta charset="utf-8"><title>SDK</title><script type="module" src="/page.mjs"></script>';
/** Asks for Node.js's module only where there is no WebCrypto, which every browser has. */
const EXCUSED = '/node_modules/@hpke/common/';

/** The page's scripts by name. Rejects if anything that it loads imports a module of Node.js. */
export async function bundledPage(): Promise<ReadonlyMap<string, string>> {
  const { build } = await import('vite');
  const result = await build({
    configFile: false,
    root: SOURCES,
    logLevel: 'error',
    plugins: [
      {
        name: 'no-node',
        enforce: 'pre',
        resolveId: (source, importer) => {
          if (!isBuiltin(source) || importer?.includes(EXCUSED) === true) return null;
          throw new Error(`${String(importer)} needs ${source} of Node.js`);
        },
      },
    ],
    build: {
      write: false,
      lib: { entry: join(SOURCES, 'page.ts'), formats: ['es'], fileName: 'page' },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const files = outputs.flatMap((output) => ('output' in output ? output.output : []));
  return new Map(files.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])));
}

export interface ServedPage {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Serves the scripts under 127.0.0.1, where browsers grant what they grant secure origins. */
export async function servePage(scripts: ReadonlyMap<string, string>): Promise<ServedPage> {
  const server = createServer((request, response) => {
    const script = scripts.get(request.url?.slice(1) ?? '');
    const isPage = request.url === '/';
    const type = script === undefined ? 'text/html' : 'text/javascript';
    response.writeHead(isPage || script !== undefined ? 200 : 404, {
      'content-type': `${type}; charset=utf-8`,
    });
    response.end(script ?? (isPage ? HTML : ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${String(port)}/`, close };
}
