// `npm test`: types, then two lanes, for two cores: suites that start systems; format, lint, structure and the suites
// that need none. It ends with what was counted and which grounds, stops after the suites during which a check has
// failed, and leaves no suite out silently.
//
//   npm test                           everything; on real Fabric as well if its programs are found
//   npm test -- attack model           these suites on the embedded ledger
//   npm run test:fabric [-- attack]    all suites, or these, on real Fabric; fails without its programs
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Top folders of the product. */
const ROOMS = ['chaincode', 'gateway', 'ui', 'ledger', 'audit', 'demo', 'network'];

const CHECKS = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['.', '--max-warnings', '0']],
  ['structure', bin('depcruise'), [...ROOMS, 'test', '--config', '.dependency-cruiser.cjs']],
];

/** Suites in the order of what they stand on; a file belongs to the first that matches. Files `*.fabric.test.ts` of a
 * suite run on real Fabric, after all others. */
const SUITES = [
  ['tidy', /^test\/tidy/],
  ['chaincode', /^test\/chaincode\//],
  ['ledger', /^test\/ledger\/(engine|fabric)\//],
  ['grpc', /^test\/ledger\//],
  ['network', /^test\/network\//],
  ['gateway', /^test\/gateway\//],
  ['browser', /^test\/browser\//],
  ['determinism', /^test\/determinism\//],
  ['arguments', /^test\/arguments\//],
  ['authority', /^test\/authority\//],
  ['attack', /^test\/attack\//],
  ['model', /^test\/model\//],
  ['conformance', /^test\/conformance\//],
  ['audit', /^test\/audit\//],
  ['demo', /^test\/demo\//],
  ['counters', /^test\/counters\//],
  ['bench', /^test\/bench\//],
  ['pages', /^test\/pages\//],
  ['scenario', /^test\/scenario\//],
  ['chaos', /^test\/chaos\//],
];

/** Without a whole system: they run beside those that have one. */
const BESIDE = [
  ...[
    'chaincode',
    'ledger',
    'gateway',
    'browser',
    'determinism',
    'arguments',
    'authority',
    'attack',
    'model',
  ],
  ...['conformance', 'audit'],
];

/** A suite that takes longer hangs. */
const SUITE_LIMIT_MS = 20 * 60_000;
/** One that has reported and does not end has left something open. */
const END_LIMIT_MS = 30_000;
const LOOK_AGAIN_MS = 500;
const STOP_LIMIT_MS = 30_000;

const onFabricAlone = process.argv[2] === '--fabric';
const only = process.argv.slice(onFabricAlone ? 3 : 2);
const isWhole = only.length === 0 && !onFabricAlone;
const started = Date.now();

step('types', () => run(bin('tsc'), ['-b'], process.env) === 0);

const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((file) => `test/${String(file)}`)
  .filter((file) => file.endsWith('.test.ts'))
  .sort();
const strays = files.filter((file) => suiteOf(file) === undefined);
if (strays.length > 0) stop(`These test files belong to no suite of test/run.mjs: ${strays.join(', ')}`);
const unknown = only.filter((name) => !SUITES.some(([suite]) => suite === name));
if (unknown.length > 0)
  stop(`No suite is called ${unknown.join(', ')}. There are: ${SUITES.map(([n]) => n).join(', ')}.`);

const fabric = onFabricAlone || isWhole ? await findFabric() : { absent: 'Only named suites were run.' };
if (onFabricAlone && fabric.absent !== undefined) stop(fabric.absent);

const counts = { passed: 0, failed: 0 };
const failures = [];
const failedTitles = [];
/** How long each suite took, the longest first at the end. */
const times = [];
let interrupted = false;
await runAll();

const minutes = ((Date.now() - started) / 60_000).toFixed(1);
const longest = times.sort((left, right) => right.seconds - left.seconds);
console.log(`\nSeconds: ${longest.map(({ name, seconds }) => `${name} ${String(seconds)}`).join(', ')}.`);
console.log(groundsCovered());
for (const title of failedTitles) console.log(`FAILED ${title}`);
console.log(
  `Took ${minutes} minutes. ${failures.length === 0 ? 'Every suite passed.' : `Failed: ${failures.join(', ')}.`}`,
);
console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
if (failures.length > 0 || counts.passed === 0) process.exit(1);

async function runAll() {
  const embedded = onFabricAlone ? [] : suitesOf('', (file) => !isForFabric(file));
  const onFabric = fabric.absent === undefined ? suitesOf('fabric-', isForFabric) : [];
  const beside = isWhole ? embedded.filter(({ name }) => BESIDE.includes(name)) : [];
  const others = embedded.filter((suite) => !beside.includes(suite));
  const checks = isWhole ? CHECKS.map(([name, command, args]) => ({ name, command, args })) : [];
  await Promise.all([inLane([...others, ...onFabric], true), inLane([...checks, ...beside], false)]);
}

/** One after the other; where two lanes print, what one step of the second prints stands together. */
async function inLane(steps, isShown) {
  const folder = mkdtempSync(join(tmpdir(), 'forescrow-test-'));
  // A database that runs as nobody must be able to pass to its files.
  chmodSync(folder, 0o711);
  const hasCheckFailed = () => failures.some((failed) => CHECKS.some(([check]) => check === failed));
  try {
    for (const step of steps) {
      if (interrupted || hasCheckFailed()) break;
      if (step.files === undefined) await runCheck(step);
      else await countSuite(step, folder, isShown);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runCheck({ name, command, args }) {
  const begun = Date.now();
  const { code, printed } = await runGroup(command, args, { isShown: false });
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  console.log(`\n== ${name}\n${printed}   ${name} ${code === 0 ? 'passed' : 'failed'} (${seconds} s)`);
  if (code === 0) return;
  counts.failed += 1;
  failures.push(name);
  failedTitles.push(`${name}: mend what is printed under "== ${name}"`);
}

async function countSuite({ name, files: members }, folder, isShown) {
  const report = join(folder, 'report.json');
  const title = `\n== ${name} (${String(members.length)} files)`;
  if (isShown) console.log(title);
  const compiled = members.map((file) => join('dist', file.replace(/\.ts$/, '.js')));
  const begun = Date.now();
  const ended = await runSuite(compiled, { report, folder, isShown });
  times.push({ name, seconds: Math.round((Date.now() - begun) / 1000) });
  if (!isShown) console.log(`${title}\n${ended.printed}`);
  await stopWhatIsLeft(folder);
  const { passed, failed, titles } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { passed: 0, failed: 1, titles: ['ended without a report, or hung'] };
  counts.passed += passed;
  counts.failed += failed;
  failedTitles.push(...titles.map((each) => `${name}: ${each}`));
  if (failed === 0 && !ended.byItself) {
    counts.failed += 1;
    failedTitles.push(`${name}: did not end by itself; a test left something open`);
  }
  if (ended.code !== 0 || failed > 0) failures.push(name);
  rmSync(report, { force: true });
}

function suiteOf(file) {
  return SUITES.find(([, pattern]) => pattern.test(file))?.[0];
}

function isForFabric(file) {
  return file.endsWith('.fabric.test.ts');
}

/** Those of the suites asked for that have such files. */
function suitesOf(prefix, isMember) {
  return SUITES.filter(([name]) => only.length === 0 || only.includes(name))
    .map(([name]) => ({
      name: `${prefix}${name}`,
      files: files.filter((file) => suiteOf(file) === name && isMember(file)),
    }))
    .filter((suite) => suite.files.length > 0);
}

/** The version of Fabric's programs, or a sentence why there are none to be used; the Fabric ground's own finder. */
async function findFabric() {
  try {
    const { peer } = await (await fromBuild('network/fabric/binaries.js')).findBinaries();
    const said = spawnSync(peer, ['version'], { encoding: 'utf8' }).stdout;
    return { version: /Version: *v?(\S+)/.exec(said)?.[1] ?? '' };
  } catch (error) {
    return { absent: error.message };
  }
}

function groundsCovered() {
  const grounds = [
    ...(onFabricAlone ? [] : ['embedded ledger']),
    ...(fabric.absent === undefined ? [`Hyperledger Fabric ${fabric.version}`] : []),
  ];
  const missing = fabric.absent === undefined ? '' : ` Real Fabric: not covered. ${fabric.absent}`;
  return `Grounds covered: ${grounds.join(', ')}.${missing}`;
}

/** A suite that hung or was killed leaves its systems behind: supervisors, and processes noted in their folders. */
async function stopWhatIsLeft(folder) {
  const { readRunningSystem, stopLeftovers } = await fromBuild('network/processes/supervisor.js');
  const { stopProcess } = await fromBuild('network/processes/process-mark.js');
  const { SystemFolder } = await fromBuild('network/processes/system-folder.js');
  const runFolders = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name.endsWith('.pid') || entry.name === 'system.json'))
    .map((entry) => entry.parentPath);
  for (const runFolder of new Set(runFolders)) {
    const system = new SystemFolder(dirname(runFolder));
    const running = readRunningSystem(system);
    if (running !== undefined) await stopProcess(running.supervisor, STOP_LIMIT_MS);
    const left = await stopLeftovers(system, STOP_LIMIT_MS);
    if (running !== undefined) left.unshift('the supervisor');
    if (left.length > 0) console.log(`Stopped what was left running: ${left.join(', ')}.`);
  }
}

function fromBuild(path) {
  return import(pathToFileURL(join(root, 'dist', path)).href);
}

function mochaPath() {
  return join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
}

function step(name, check) {
  const begun = Date.now();
  process.stdout.write(`== ${name}\n`);
  if (!check()) stop(`${name} failed; mend what is printed above and run npm test again.`);
  console.log(`   ${name} passed (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
}

/** Runs a suite's files and waits for their end, but not for ever. */
async function runSuite(files, { report, folder, isShown }) {
  const begun = Date.now();
  let reported;
  let watch;
  const ended = await runGroup(process.execPath, [mochaPath(), '--config', 'test/mocharc.json', ...files], {
    env: { FORESCROW_REPORT: report, TMPDIR: folder },
    isShown,
    onStart: (pid) => {
      watch = setInterval(() => {
        if (reported === undefined && existsSync(report)) reported = Date.now();
        const lateEnd = reported !== undefined && Date.now() - reported > END_LIMIT_MS;
        if (lateEnd || Date.now() - begun > SUITE_LIMIT_MS) endGroup(pid);
      }, LOOK_AGAIN_MS);
    },
  });
  clearInterval(watch);
  return ended;
}

/** In a process group of its own, of which nothing is left afterwards. */
async function runGroup(command, args, { env = {}, isShown, onStart = () => undefined }) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  let printed = '';
  for (const stream of isShown ? [] : [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (printed += text));
  const interrupt = () => {
    interrupted = true;
    endGroup(child.pid);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  onStart(child.pid);
  const closed = once(child, 'close');
  const [code, signal] = await once(child, 'exit');
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  endGroup(child.pid);
  await closed;
  return { code, byItself: signal === null, printed };
}

/** Kills what is left of a process group. */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function run(command, args, env) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (result.error) stop(`${command} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
