// Duty: what the consortium file may say, what is derived from it, and how a mistake in it is told.
// Must not: start anything.
import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addressOf,
  agreementPolicy,
  memberByMspId,
  parseConsortium,
  portOf,
  readConsortium,
} from '../../../network/consortium.js';
import { SetupError } from '../../../network/setup-error.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FILE = 'network/consortium.yaml';
const text = readFileSync(FILE, 'utf8');

/** The sentence with which the text is refused. */
function refusal(changed: string): string {
  try {
    parseConsortium(changed, 'c.yaml');
  } catch (error) {
    expect(error).to.be.instanceOf(SetupError);
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
}

function lineOf(changed: string, part: string): number {
  return changed.slice(0, changed.indexOf(part)).split('\n').length;
}

describe('consortium file', () => {
  const dir = temporaryFolder();

  it('describes a marketplace, two banks and a courier on one machine', () => {
    const consortium = readConsortium(FILE);
    expect(consortium.members.map(({ mspId, kind, bankId }) => [mspId, kind, bankId])).to.deep.equal([
      ['MarketplaceMSP', 'marketplace', undefined],
      ['BankAMSP', 'bank', '10'],
      ['BankBMSP', 'bank', '20'],
      ['CourierMSP', 'courier', undefined],
    ]);
    expect(consortium.timing.windowMs).to.equal(3000);
  });

  it('lets the marketplace and any one other member agree', () => {
    expect(agreementPolicy(readConsortium(FILE))).to.equal(
      "AND('MarketplaceMSP.peer', OutOf(1, 'BankAMSP.peer', 'BankBMSP.peer', 'CourierMSP.peer'))",
    );
  });

  it('takes ten banks by more lines alone, and the policy of agreements names each', () => {
    const more = [3, 4, 5, 6, 7, 8, 9, 10].map(
      (n) =>
        `  - { name: Bank ${n}, mspId: Bank${n}MSP, kind: bank, bankId: '${n + 30}', ` +
        `domain: bank-${n}.example, host: 127.0.0.1, portOffset: ${n * 10 + 10} }\n`,
    );
    const consortium = parseConsortium(text + more.join(''), 'ten.yaml');
    expect(consortium.members.filter(({ kind }) => kind === 'bank')).to.have.length(10);
    expect(agreementPolicy(consortium))
      .to.include("OutOf(1, 'BankAMSP.peer'")
      .and.include("'Bank10MSP.peer'");
  });

  it('moves every port by one option, ten ports per member, none used twice', () => {
    const consortium = readConsortium(FILE, { portBase: 20_000 });
    const bankA = memberByMspId(consortium, 'BankAMSP');
    expect(portOf(consortium, bankA, 'peer')).to.equal(20_011);
    expect(addressOf(consortium, bankA, 'admin')).to.equal('127.0.0.1:20014');
    const all = consortium.members.flatMap((member) =>
      (['orderer', 'peer', 'chaincode', 'gateway', 'admin', 'operations'] as const).map((purpose) =>
        portOf(consortium, member, purpose),
      ),
    );
    expect(new Set(all).size).to.equal(all.length);
  });

  it('refuses a port base whose last port would not exist', () => {
    expect(() => readConsortium(FILE, { portBase: 65_500 })).to.throw(
      SetupError,
      /65539.*choose --port-base between 1024 and 65496/,
    );
  });

  it('names the line of a value that is wrong', () => {
    const changed = text.replace('windowMs: 3000', 'windowMs: soon');
    expect(refusal(changed)).to.match(
      new RegExp(
        `^The consortium file c.yaml is wrong at line ${lineOf(changed, 'windowMs: soon')}: timing.windowMs`,
      ),
    );
  });

  it('names the line of a field that nobody knows', () => {
    const changed = text.replace("  version: '1.0'", "  version: '1.0'\n  colour: red");
    expect(refusal(changed)).to.include(`line ${lineOf(changed, 'colour')}: chaincode.colour`);
  });

  it('names the line of the member whose field is missing', () => {
    const changed = text.replace("    bankId: '20'\n", '');
    expect(refusal(changed)).to.include(`line ${lineOf(changed, '- name: Bank B')}: members.2.bankId`);
  });

  it('names the line where the text stops being YAML', () => {
    const changed = text.replace('channel: escrow', 'channel: [escrow');
    expect(refusal(changed)).to.match(
      /^The consortium file c.yaml is wrong at line \d+: .+\. Correct that line\.$/,
    );
  });

  it('refuses an empty file and one that is a list', () => {
    expect(refusal('')).to.match(/wrong at line 1/);
    expect(refusal('- a\n- b\n')).to.match(/wrong at line 1/);
  });

  const broken: [string, string, string, string][] = [
    ['two members of one name', 'name: Bank B', 'name: Bank A', 'another member has this already'],
    ['two banks of one id', "bankId: '20'", "bankId: '10'", 'another member has this already'],
    ['a courier with a bank id', 'kind: courier', "kind: courier\n    bankId: '30'", 'only a bank has one'],
    ['overlapping ports', 'portOffset: 30', 'portOffset: 25', 'overlap those of Bank B'],
    ['no marketplace', 'kind: marketplace', 'kind: courier', 'exactly one member is the marketplace'],
    [
      'a code that lives too long',
      'codeLifeMs: 5000',
      'codeLifeMs: 5001',
      'must not exceed timing.answerTimeMs',
    ],
  ];
  for (const [title, from, to, sentence] of broken) {
    it(`refuses ${title}`, () => {
      expect(refusal(text.replace(from, to))).to.include(sentence);
    });
  }

  it('says in one sentence what to do if the file cannot be read', () => {
    const file = join(dir(), 'absent.yaml');
    expect(() => readConsortium(file)).to.throw(SetupError, `${file} cannot be read; name an existing file`);
    writeFileSync(file, text);
    expect(readConsortium(file).channel).to.equal('escrow');
  });
});
