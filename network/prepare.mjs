// Makes a fresh clone ready (Node.js checked, packages installed, code built), then runs the command.
// Plain JavaScript without packages, since it runs before there are any, and on any Node.js that can say it is too old.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NETWORK_ENTRY = join(root, 'dist', 'network', 'main.js');
/** Commands that build for themselves. */
const TEST_ENTRIES = {
  test: join(root, 'test', 'run.mjs'),
  mutants: join(root, 'test', 'mutants', 'run.mjs'),
  bench: join(root, 'test', 'bench', 'run.mjs'),
};

/** Commands that work on a system that runs already must not build anew under it. */
const LOOKS_ONLY = [
  ...['demo', 'seed', 'verify'],
  ...['network down', 'network status', 'network logs', 'network backup'],
];

/** Whether a version satisfies a range of `^a.b.c` and `>=a.b.c` joined by `||`. */
export function satisfies(version, range) {
  return range.split('||').some((part) => {
    const match = /^(\^|>=)(\d+)\.(\d+)\.(\d+)$/.exec(part.trim());
    if (match === null) throw new Error(`The range ${part} in package.json is of a kind not known here.`);
    const least = match.slice(2).map(Number);
    const actual = version.replace(/^v/, '').split('.').map(Number);
    if (match[1] === '^' && actual[0] !== least[0]) return false;
    return compare(actual, least) >= 0;
  });
}

function compare(left, right) {
  for (let index = 0; index < 3; index += 1) {
    if (left[index] !== right[index]) return left[index] - right[index];
  }
  return 0;
}

/** The first package of the lock that is not installed as locked; null if all are. */
export function firstDifference(lock, installed) {
  const packages = installed === null ? {} : installed.packages;
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (path === '' || wanted.link === true) continue;
    const found = packages[path];
    const mayBeAbsent = wanted.optional === true || wanted.devOptional === true;
    if (found === undefined ? !mayBeAbsent : found.version !== wanted.version) return path;
  }
  return null;
}

function checkNode() {
  const range = readJson(join(root, 'package.json')).engines.node;
  if (satisfies(process.version, range)) return;
  stop(
    `Node.js ${process.version} is not supported: Forescrow needs ${range}; ` +
      'install a supported version from https://nodejs.org and run the command again.',
  );
}

function installPackages() {
  if (packageThatDiffers() === null) return;
  say('Installing the packages of package-lock.json.');
  const npm = process.env.npm_execpath;
  const result =
    npm === undefined
      ? spawnSync('npm', ['ci'], { cwd: root, stdio: ['ignore', 2, 2] })
      : spawnSync(process.execPath, [npm, 'ci'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    stop('The packages could not be installed; check the connection to the npm registry and run it again.');
  }
}

function packageThatDiffers() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  const installed = existsSync(hidden) ? readJson(hidden) : null;
  return firstDifference(readJson(join(root, 'package-lock.json')), installed);
}

function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  say('Building.');
  // Build information without its output would make the compiler believe that all is there.
  if (!existsSync(NETWORK_ENTRY)) rmSync(join(root, 'dist'), { recursive: true, force: true });
  const result = spawnSync(process.execPath, [compiler, '-b', 'network'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) stop('The code could not be built; mend what the compiler says above.');
  buildPages();
}

/** What browsers load; some seconds. */
function buildPages() {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  say('Building the pages.');
  const args = [vite, 'build', 'ui', '--config', join(root, 'ui', 'vite.config.mjs'), '--logLevel', 'error'];
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) stop('The pages could not be built; mend what is printed above.');
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function stop(sentence) {
  say(sentence);
  process.exit(1);
}

async function main([command, ...rest]) {
  checkNode();
  installPackages();
  const testEntry = TEST_ENTRIES[command];
  if (testEntry !== undefined) {
    process.argv = [process.execPath, testEntry, ...rest];
    await import(pathToFileURL(testEntry).href);
    return;
  }
  const name = command === 'network' ? `network ${rest[0]}` : command;
  if (!LOOKS_ONLY.includes(name) || !existsSync(NETWORK_ENTRY)) build();
  // In this very process, so that Ctrl-C and exit codes need no passing on.
  process.argv = [process.execPath, NETWORK_ENTRY, command, ...rest];
  await import(pathToFileURL(NETWORK_ENTRY).href);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
