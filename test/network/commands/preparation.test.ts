// What is decided before any package is there: is this Node.js good enough, are the packages as locked.
import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.js';

const PREPARE = join(__dirname, '..', '..', '..', '..', 'network', 'prepare.mjs');
const packageFile = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly engines: { readonly node: string };
};

interface Preparation {
  readonly satisfies: (version: string, range: string) => boolean;
  readonly firstDifference: (lock: unknown, installed: unknown) => string | null;
}

async function preparation(): Promise<Preparation> {
  return (await import(pathToFileURL(PREPARE).href)) as Preparation;
}

describe('preparation of a clone', () => {
  const dir = temporaryFolder();

  it('takes the versions of Node.js that package.json names and no others', async () => {
    const { satisfies } = await preparation();
    const range = packageFile.engines.node;
    const good = ['v20.19.0', 'v20.20.2', 'v22.12.0', 'v24.0.0', 'v25.1.0'];
    const bad = ['v18.20.4', 'v20.18.3', 'v21.7.0', 'v22.11.0', 'v23.5.0'];
    expect(good.filter((version) => !satisfies(version, range))).to.deep.equal([]);
    expect(bad.filter((version) => satisfies(version, range))).to.deep.equal([]);
  });

  it('refuses another Node.js in one sentence with the next step', () => {
    mkdirSync(join(dir(), 'network'));
    copyFileSync(PREPARE, join(dir(), 'network', 'prepare.mjs'));
    writeFileSync(join(dir(), 'package.json'), JSON.stringify({ engines: { node: '>=99.0.0' } }));
    const run = spawnSync(process.execPath, ['network/prepare.mjs', 'start'], {
      cwd: dir(),
      encoding: 'utf8',
    });
    expect(run.status).to.equal(1);
    expect(run.stderr).to.equal(
      `Node.js ${process.version} is not supported: Forescrow needs >=99.0.0; ` +
        'install a supported version from https://nodejs.org and run the command again.\n',
    );
  });

  it('installs when a package is missing or of another version, not for one of another platform', async () => {
    const { firstDifference } = await preparation();
    const lock = {
      packages: {
        '': { version: '1.0.0' },
        'node_modules/a': { version: '1.0.0' },
        'node_modules/only-elsewhere': { version: '2.0.0', optional: true },
      },
    };
    const installed = (version: string) => ({ packages: { 'node_modules/a': { version } } });
    expect(firstDifference(lock, null)).to.equal('node_modules/a');
    expect(firstDifference(lock, installed('0.9.0'))).to.equal('node_modules/a');
    expect(firstDifference(lock, installed('1.0.0'))).to.equal(null);
  });

  it('needs no package itself', () => {
    const imports = readFileSync(PREPARE, 'utf8').matchAll(/^import .+ from '(.+)';$/gm);
    expect(
      [...imports].map(([, name]) => name).filter((name) => name?.startsWith('node:') !== true),
    ).to.deep.equal([]);
    execFileSync(process.execPath, ['--check', PREPARE]);
  });
});
