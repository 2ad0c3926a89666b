// `npm test`: format, lint, types, structure, then every suite; ends with what was counted and which grounds.
// It stops at the first failing check, and leaves no suite out silently.
//
//   npm test                           everything; on real Fabric as well if its programs are found
//   npm test -- attack model           these suites on the embedded ledger
//   npm run test:fabric [-- attack]    all suites, or these, on real Fabric; fails without its programs
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Top folders of the product. */
const ROOMS = ['chaincode', 'gateway', 'ledger', 'audit', 'demo', 'network'];

const CHECKS = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['types', bin('tsc'), ['-b']],
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
  ['scenario', /^test\/scenario\//],
  ['chaos', /^test\/chaos\//],
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

for (const [name, command, args] of isWhole ? CHECKS : CHECKS.slice(1, 2)) {
  step(name, () => run(command, args, process.env) === 0);
}

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

const suites = [];
if (!onFabricAlone) suites.push(...suitesOf('', (file) => !isForFabric(file)));
if (fabric.absent === undefined) suites.push(...suitesOf('fabric-', isForFabric));

const counts = { passed: 0, failed: 0 };
const folder = mkdtempSync(join(tmpdir(), 'forescrow-test-'));
const failures = [];
const failedTitles = [];
let interrupted = false;
try {
  for (const [name, members] of suites) {
    const report = join(folder, 'report.json');
    console.log(`\n== ${name} (${String(members.length)} files)`);
    const compiled = members.map((file) => join('dist', file.replace(/\.ts$/, '.js')));
    const ended = await runSuite(compiled, report);
    await stopWhatIsLeft();
    const { passed, failed, titles } = existsSync(report)
      ? JSON.parse(readFileSync(report, 'utf8'))
      : { passed: 0, failed: 1, titles: ['ended without a report, or hung'] };
    counts.passed += passed;
    counts.failed += failed;
    failedTitles.push(...titles.map((title) => `${name}: ${title}`));
    if (failed === 0 && !ended.byItself) {
      counts.failed += 1;
      failedTitles.push(`${name}: did not end by itself; a test left something open`);
    }
    if (ended.code !== 0 || failed > 0) failures.push(name);
    rmSync(report, { force: true });
    if (interrupted) break;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const minutes = ((Date.now() - started) / 60_000).toFixed(1);
console.log(`\n${groundsCovered()}`);
for (const title of failedTitles) console.log(`FAILED ${title}`);
console.log(
  `Took ${minutes} minutes. ${failures.length === 0 ? 'Every suite passed.' : `Failed: ${failures.join(', ')}.`}`,
);
console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
if (failures.length > 0 || counts.passed === 0) process.exit(1);

function suiteOf(file) {
  return SUITES.find(([, pattern]) => pattern.test(file))?.[0];
}

function isForFabric(file) {
  return file.endsWith('.fabric.test.ts');
}

/** Those of the suites asked for that have such files. */
function suitesOf(prefix, isMember) {
  return SUITES.filter(([name]) => only.length === 0 || only.includes(name))
    .map(([name]) => [`${prefix}${name}`, files.filter((file) => suiteOf(file) === name && isMember(file))])
    .filter(([, members]) => members.length > 0);
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
async function stopWhatIsLeft() {
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

/** Runs a suite's files in a process group of their own and waits for their end, but not for ever. */
async function runSuite(files, report) {
  const suite = spawn(process.execPath, [mochaPath(), '--config', 'test/mocharc.json', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FORESCROW_REPORT: report, TMPDIR: folder },
    detached: true,
  });
  const interrupt = () => {
    interrupted = true;
    endGroup(suite.pid);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const begun = Date.now();
  let reported;
  const watch = setInterval(() => {
    if (reported === undefined && existsSync(report)) reported = Date.now();
    const lateEnd = reported !== undefined && Date.now() - reported > END_LIMIT_MS;
    if (lateEnd || Date.now() - begun > SUITE_LIMIT_MS) endGroup(suite.pid);
  }, LOOK_AGAIN_MS);
  const [code, signal] = await once(suite, 'exit');
  clearInterval(watch);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  endGroup(suite.pid);
  return { code, byItself: signal === null };
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
