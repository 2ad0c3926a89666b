// The rules of style that a machine can keep.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { AgreementRule, OwnerRule } from '../chaincode/contracts/rule.js';
import { AGREEMENT_RULES, OWNER_RULES } from '../chaincode/contracts/rules.js';
import { CODES } from '../chaincode/protocol/codes.js';
import { COMMANDS, FUNCTIONS } from '../chaincode/protocol/commands.js';

const ROOT = join(__dirname, '..', '..');
const FILES_AT_MOST = 400;
const LINES_AT_MOST = 120;

function trackedFiles(...patterns: string[]): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean);
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Every place where `pattern` stands in the files, as file:line. */
function placesOf(pattern: RegExp, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${String(index + 1)}`] : [])),
  );
}

/** One lets the event loop turn and tells nothing of when; one reads what the operator says when the process starts. */
const STARTING = ['chaincode/contracts/event-loop-turns.ts', 'chaincode/index.ts'];

describe('tidy', () => {
  const sources = trackedFiles('*.ts', '*.tsx').filter((file) => !file.endsWith('.d.ts'));
  const product = sources.filter((file) => !file.startsWith('test/'));
  const rules = sources.filter((file) => file.startsWith('chaincode/'));

  it('finds the sources it is to judge', () => {
    expect(sources.length).to.be.greaterThan(50);
    expect(rules.length).to.be.greaterThan(10);
  });

  it('a file holds one idea: at most 400 lines', () => {
    const long = sources.filter((file) => read(file).split('\n').length > FILES_AT_MOST);
    expect(long).to.deep.equal([]);
  });

  it('a line is at most 120 characters', () => {
    const long = placesOf(new RegExp(`^.{${String(LINES_AT_MOST + 1)},}$`, 'u'), sources);
    expect(long).to.deep.equal([]);
  });

  it('a file is named in kebab-case, for what it exports', () => {
    const odd = sources.filter((file) => !/^[a-z0-9/.-]+$/.test(file));
    expect(odd).to.deep.equal([]);
    const vague = product.filter((file) =>
      /(^|\/)(utils?|shared|services?|helpers?|common|misc|index)(\/|\.ts$)/.test(file),
    );
    expect(vague).to.deep.equal(['chaincode/index.ts']);
  });

  it('comments and pages speak plain English of today, and cite no draft that a reader cannot see', () => {
    const idioms = new RegExp(
      [
        "\\b(told|tells|whoever|in vain|else would|would else|nobody's word)\\b",
        '\\b(ledger|exits|gateway|rulebook)-plan\\b',
        '\\b(Duty|Must not):',
      ].join('|'),
      'i',
    );
    const texts = [...product, ...trackedFiles('*.md', '*.mjs', '*.yaml')];
    expect(placesOf(idioms, texts)).to.deep.equal([]);
    expect(placesOf(/^\/\/ (Duty|Must not):/, sources), 'labels in a header').to.deep.equal([]);
  });

  it('the walk through the code in the README has at most twelve stops, and each of them exists', () => {
    const walk =
      read('README.md').split('**Follow one payment through the code**')[1]?.split('\n\n')[1] ?? '';
    const stops = walk.split('\n').map((line) => /^\d+\. `([^`]+)` `([^`]+)`: \S/.exec(line));
    expect(stops.length).to.be.within(8, 12);
    const lost = stops.filter((stop) => {
      if (stop?.[1] === undefined || stop[2] === undefined) return true;
      const [, file, name] = stop;
      const defined = new RegExp(`\\b(function\\*?|class|const|async) ${name}\\b|^  ${name}\\(`, 'm');
      return !product.includes(file) || !defined.test(read(file));
    });
    expect(lost).to.deep.equal([]);
  });

  it('a command is declared once, in a file of the protocol, and has one rule, in the lane that it declares', () => {
    const declaring = Object.keys(COMMANDS).map((action) =>
      product.filter((file) => new RegExp(`\\baction: '${action}',\\s+lane:`).test(read(file))),
    );
    expect(declaring.filter((files) => files.length !== 1)).to.deep.equal([]);
    expect(declaring.flat().filter((file) => !file.startsWith('chaincode/protocol/'))).to.deep.equal([]);
    const ruled = [...AGREEMENT_RULES, ...OWNER_RULES].map(([action, { declaration }]) => [
      action,
      declaration,
    ]);
    expect(Object.fromEntries(ruled)).to.deep.equal(COMMANDS);
    expect(ruled.length).to.equal(Object.keys(COMMANDS).length);
    const inLane = (table: ReadonlyMap<string, AgreementRule | OwnerRule>) => [
      ...new Set([...table.values()].map(({ declaration }) => declaration.lane)),
    ];
    expect([inLane(AGREEMENT_RULES), inLane(OWNER_RULES)]).to.deep.equal([['agreement'], ['owner']]);
  });

  it('product files begin with what they are for', () => {
    const silent = product.filter((file) => !read(file).startsWith('// '));
    expect(silent).to.deep.equal([]);
  });

  it('chaincode uses no clock, randomness, locale, timers, floats or rich queries', () => {
    const banned = new RegExp(
      [
        'Date\\.now',
        'new Date\\(',
        'Math\\.random',
        'randomBytes',
        'randomUUID',
        'toLocale',
        'localeCompare',
        '\\bIntl\\b',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'process\\.(env|hrtime|uptime)',
        'performance\\.now',
        'parseFloat',
        'getQueryResult',
        'getHistoryForKey',
        'getMspID\\(\\)',
      ].join('|'),
    );
    const found = placesOf(
      banned,
      rules.filter((file) => !STARTING.includes(file)),
    );
    expect(found).to.deep.equal([]);
  });

  it('protocol and SDK run in a browser: nothing of Node.js but in its half of the hash module', () => {
    const protocol = rules.filter((file) => file.startsWith('chaincode/protocol/'));
    expect(protocol).to.include('chaincode/protocol/hash/node.ts');
    const shared = [
      ...protocol.filter((file) => file !== 'chaincode/protocol/hash/node.ts'),
      ...product.filter((file) => file.startsWith('gateway/sdk/')),
      'gateway/protocol/sealed-code.ts',
    ];
    const nodeOnly = /\bBuffer\b|'node:|\bprocess\.\w|\bsetImmediate\b|\brequire\(|__dirname|__filename/;
    expect(placesOf(nodeOnly, shared)).to.deep.equal([]);
  });

  it('the order of P-256 stands in one file of ours, and in one of the ledger, which uses nothing of ours', () => {
    const places = placesOf(/bce6faada7179e84f3b9cac2fc632551|de737d56d38bcf4279dce5617e3192a8/i, product);
    expect(places.map((place) => place.split(':')[0])).to.deep.equal([
      'chaincode/protocol/p256.ts',
      'ledger/fabric/identity.ts',
    ]);
  });

  it('nothing is switched off: no skipped test, ignored type or silenced lint rule', () => {
    const marks = new RegExp(
      [
        '\\b(it|describe)\\.(skip|on' + 'ly)\\b',
        '\\bx(it|describe)\\(',
        '@ts-(ig' + 'nore|nocheck)',
        'eslint-dis' + 'able',
        'TO' + 'DO|FIX' + 'ME',
      ].join('|'),
    );
    expect(placesOf(marks, sources)).to.deep.equal([]);
  });

  it('every refusal code is thrown somewhere and looked for by some test', () => {
    const thrown = product.filter((file) => !file.endsWith('protocol/codes.ts')).map(read);
    const tested = sources
      .filter((file) => file.startsWith('test/') && !file.endsWith('tidy.test.ts'))
      .map(read);
    const missingIn = (texts: readonly string[]) =>
      Object.keys(CODES).filter((code) => !texts.some((text) => new RegExp(`\\b${code}\\b`).test(text)));
    expect(missingIn(thrown), 'never thrown').to.deep.equal([]);
    expect(missingIn(tested), 'never tested').to.deep.equal([]);
  });

  it('the contracts offer the published functions, each decorated once', () => {
    const offered = rules
      .filter((file) => file.endsWith('-contract.ts'))
      .flatMap((file) => {
        const name = /super\('(\w+)'\)/.exec(read(file))?.[1] ?? '';
        const decorated = read(file).matchAll(
          /@Transaction\((?:false)?\)\s+(?:@Returns\('string'\)\s+)?async (\w+)\(/g,
        );
        return [...decorated].map(([, method = '']) => `${name}:${method}`);
      });
    expect(offered.sort()).to.deep.equal(Object.values(FUNCTIONS).sort());
  });

  it('no default exports, enums or namespace merges', () => {
    expect(placesOf(/^export default |^(export )?(const )?enum /, sources)).to.deep.equal([]);
  });

  it('no file names a package registry or a folder of the machine it was written on', () => {
    const text = trackedFiles().filter(
      (file) => !/\.(png|jpg|ico|woff2)$/.test(file) && !file.includes('tidy.test'),
    );
    const found = placesOf(
      /registry\.npmjs|proxy\.golang|deb\.debian|(^|[^\w.-])\/(work|root|opt\/fabric)\//,
      text,
    );
    expect(found).to.deep.equal([]);
  });

  it('every mutant still applies: the text that it breaks stands once in its file', async () => {
    const module = pathToFileURL(join(ROOT, 'test', 'mutants', 'mutants.mjs')).href;
    const { MUTANTS } = (await import(module)) as {
      MUTANTS: readonly { name: string; file: string; find: string }[];
    };
    const stale = MUTANTS.filter(({ file, find }) => read(file).split(find).length !== 2);
    expect(stale.map(({ name }) => name)).to.deep.equal([]);
  });
});
