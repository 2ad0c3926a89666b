// `npm run test:mutants`: break one rule at a time in a copy of the build, show that a suite notices.
// Build and sources stay as they are; a mutant that no longer applies, or that survives, is a failure.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';
import { MUTANTS } from './mutants.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const copy = join(root, 'dist-mutant');
const LIMIT_MS = 240_000;
const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

build();
const outcomes = [];
try {
  refuseUnlessSound(chosen);
  for (const mutant of chosen) {
    outcomes.push({ name: mutant.name, outcome: tryMutant(mutant) });
    const { name, outcome } = outcomes[outcomes.length - 1];
    console.log(outcome === 'caught' ? `caught   ${name}` : `SURVIVED ${name}: ${outcome}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const caught = outcomes.filter(({ outcome }) => outcome === 'caught').length;
console.log(`${String(caught)} passed, ${String(outcomes.length - caught)} failed`);
process.exit(caught === outcomes.length && caught > 0 ? 0 : 1);

function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-b'], { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error('The code could not be built; mend what the compiler says above.');
  process.exit(1);
}

/** A test that fails without any mutant would catch them all: unbroken, every test must pass. */
function refuseUnlessSound(mutants) {
  const files = [...new Set(mutants.flatMap(({ tests }) => tests))];
  const missing = files.filter((test) => !existsSync(join(root, test)));
  if (missing.length > 0) throw new Error(`no test file ${missing.join(', ')}`);
  copyBuild();
  const run = runTests(files);
  if (run.status !== 0) {
    throw new Error(`the tests fail without any mutant:\n${(run.stdout + run.stderr).slice(-4_000)}`);
  }
}

function tryMutant({ file, find, replace, tests }) {
  const source = readFileSync(join(root, file), 'utf8');
  const places = source.split(find).length - 1;
  if (places !== 1) return `its text stands ${String(places)} times in ${file}, once is needed`;
  copyBuild();
  const broken = compile(
    source.replace(find, () => replace),
    file,
  );
  writeFileSync(join(copy, file.replace(/\.ts$/, '.js')), broken);
  const run = runTests(tests);
  if (run.error?.code === 'ETIMEDOUT') return 'caught';
  if (run.status === 0) return 'every test passed';
  return /\d+ failing/.test(run.stdout)
    ? 'caught'
    : `the tests did not run: ${(run.stderr || run.stdout).slice(-400)}`;
}

function copyBuild() {
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(root, 'dist'), copy, { recursive: true });
}

function runTests(tests) {
  const compiled = tests.map((test) => join('dist-mutant', test.replace(/\.ts$/, '.js')));
  const mocha = join('node_modules', 'mocha', 'bin', 'mocha.js');
  const options = ['--config', 'test/mocharc.json', '--reporter', 'dot', '--bail', '--exit'];
  return spawnSync(process.execPath, [mocha, ...options, ...compiled], {
    cwd: root,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
}

function compile(source, file) {
  const { compilerOptions } = typescript.readConfigFile(
    join(root, 'tsconfig.base.json'),
    typescript.sys.readFile,
  ).config;
  const { options } = typescript.convertCompilerOptionsFromJson(
    {
      ...compilerOptions,
      composite: false,
      declaration: false,
      sourceMap: false,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
    root,
  );
  return typescript.transpileModule(source, { compilerOptions: options, fileName: join(root, file) })
    .outputText;
}
