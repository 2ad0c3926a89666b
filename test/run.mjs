// Duty: `npm test`: format, lint, types, structure, then every suite; ends with what was counted and which grounds.
// Must not: go on after a failing check, or leave a suite out silently.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);

const CHECKS = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['types', bin('tsc'), ['-b']],
  ['lint', bin('eslint'), ['.', '--max-warnings', '0']],
  [
    'structure',
    bin('depcruise'),
    ['chaincode', 'gateway', 'network', 'test', '--config', '.dependency-cruiser.cjs'],
  ],
];

/** Suites in the order of what they stand on; a file belongs to the first that matches. */
const SUITES = [
  ['tidy', /^test\/tidy/],
  ['chaincode', /^test\/chaincode\//],
  ['engine', /^test\/network\/embedded\/engine\//],
  ['wire', /^test\/network\/embedded\//],
  ['network', /^test\/network\//],
  ['gateway', /^test\/gateway\//],
  ['determinism', /^test\/determinism\//],
  ['arguments', /^test\/arguments\//],
  ['authority', /^test\/authority\//],
  ['attack', /^test\/attack\//],
  ['model', /^test\/model\//],
  ['verify', /^test\/verify\//],
  ['counters', /^test\/counters\//],
  ['scenario', /^test\/scenario\//],
  ['chaos', /^test\/chaos\//],
];

const only = process.argv.slice(2);
const started = Date.now();

for (const [name, command, args] of only.length === 0 ? CHECKS : CHECKS.slice(1, 2)) {
  step(name, () => run(command, args, process.env) === 0);
}

const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((file) => `test/${String(file)}`)
  .filter((file) => file.endsWith('.test.ts'))
  .sort();
const suites = SUITES.map(([name, pattern]) => [
  name,
  files.filter((file) => suiteOf(file) === name && pattern.test(file)),
]);
const strays = files.filter((file) => suiteOf(file) === undefined);
if (strays.length > 0) stop(`These test files belong to no suite of test/run.mjs: ${strays.join(', ')}`);
const unknown = only.filter((name) => !SUITES.some(([suite]) => suite === name));
if (unknown.length > 0)
  stop(`No suite is called ${unknown.join(', ')}. There are: ${SUITES.map(([n]) => n).join(', ')}.`);

const counts = { passed: 0, failed: 0 };
const folder = mkdtempSync(join(tmpdir(), 'forescrow-test-'));
const failures = [];
const failedTitles = [];
try {
  for (const [name, members] of suites) {
    if (members.length === 0 || (only.length > 0 && !only.includes(name))) continue;
    const report = join(folder, 'report.json');
    console.log(`\n== ${name} (${String(members.length)} files)`);
    const compiled = members.map((file) => join('dist', file.replace(/\.ts$/, '.js')));
    const status = run(process.execPath, [mochaPath(), '--config', 'test/mocharc.json', ...compiled], {
      ...process.env,
      FORESCROW_REPORT: report,
    });
    const { passed, failed, titles } = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += passed;
    counts.failed += failed;
    failedTitles.push(...titles.map((title) => `${name}: ${title}`));
    if (status !== 0 || failed > 0) failures.push(name);
    rmSync(report);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const minutes = ((Date.now() - started) / 60_000).toFixed(1);
console.log(
  `\nGrounds covered: embedded ledger. Real Fabric: not covered, this version has no Fabric ground.`,
);
for (const title of failedTitles) console.log(`FAILED ${title}`);
console.log(
  `Took ${minutes} minutes. ${failures.length === 0 ? 'Every suite passed.' : `Failed: ${failures.join(', ')}.`}`,
);
console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
if (failures.length > 0 || counts.passed === 0) process.exit(1);

function suiteOf(file) {
  return SUITES.find(([, pattern]) => pattern.test(file))?.[0];
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

function run(command, args, env) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (result.error) stop(`${command} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
