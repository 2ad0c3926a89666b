// What the consortium file may hold, what is derived from it, and the message for each mistake in it.
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
import { adminUrl } from '../../../network/processes/gateway-process.js';
import { SetupError } from '../../../network/setup-error.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FILE = 'network/consortium.yaml';
/** Each line stands for nine times the one before. */
const BOMB = ['first: &a [x, x, x, x, x, x, x, x, x]']
  .concat('second: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]', 'third: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]')
  .concat('fourth: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]', '')
  .join('\n');
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

  it('is of the world that it states, and of production where it states none', () => {
    expect(readConsortium(FILE).world).to.equal('demo');
    expect(parseConsortium(text.replace('world: demo\n', ''), FILE).world).to.equal('production');
    expect(refusal(text.replace('world: demo', 'world: test'))).to.match(/world: .*"demo"\|"production"/);
  });

  it('may name a server of PostgreSQL for a member, and a wrong address is not repeated', () => {
    const named = (url: string) => text.replace("bankId: '10'", `bankId: '10'\n    databaseUrl: ${url}`);
    const consortium = parseConsortium(named('postgres://db.example/bank'), FILE);
    expect(consortium.members[1]?.databaseUrl).to.equal('postgres://db.example/bank');
    const changed = named('mysql://user:secret@db.example/bank');
    expect(refusal(changed)).to.equal(
      `The consortium file c.yaml is wrong at line ${lineOf(changed, 'databaseUrl: mysql')}: ` +
        'members.1.databaseUrl: an address postgres://… is needed. Correct that line.',
    );
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
        `domain: bank-${n}.example, host: 127.0.0.1, portOffset: ${n * 20 + 20} }\n`,
    );
    const consortium = parseConsortium(text + more.join(''), 'ten.yaml');
    expect(consortium.members.filter(({ kind }) => kind === 'bank')).to.have.length(10);
    expect(agreementPolicy(consortium))
      .to.include("OutOf(1, 'BankAMSP.peer'")
      .and.include("'Bank10MSP.peer'");
  });

  it('moves every port by one option, twenty ports per member, none used twice', () => {
    const consortium = readConsortium(FILE, { portBase: 20_000 });
    const bankA = memberByMspId(consortium, 'BankAMSP');
    expect(portOf(consortium, bankA, 'peer')).to.equal(20_021);
    expect(addressOf(consortium, bankA, 'admin')).to.equal('127.0.0.1:20031');
    const all = consortium.members.flatMap((member) =>
      (
        [
          'orderer',
          'peer',
          'chaincode',
          'web',
          'partner',
          'core',
          'simulator',
          'admin',
          'operations',
        ] as const
      ).map((purpose) => portOf(consortium, member, purpose)),
    );
    expect(new Set(all).size).to.equal(all.length);
  });

  it('refuses a port base whose last port would not exist', () => {
    expect(() => readConsortium(FILE, { portBase: 65_500 })).to.throw(
      SetupError,
      /65579.*choose --port-base between 1024 and 65456/,
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
    ['overlapping ports', 'portOffset: 60', 'portOffset: 45', 'overlap those of Bank B'],
    ['no marketplace', 'kind: marketplace', 'kind: courier', 'exactly one member is the marketplace'],
    [
      'a code that lives too long',
      'codeLifeMs: 300000',
      'codeLifeMs: 355001',
      'must not exceed timing.answerTimeMs',
    ],
  ];
  const deceiving: [string, string, string, string][] = [
    [
      'a name that looks like another',
      'name: Bank B',
      'name: Вапк А',
      'looks like the name of another member, Bank A',
    ],
    [
      'a courier called like a bank',
      'name: Courier',
      "name: 'BANK-A'",
      'looks like the name of another member',
    ],
    ['a name in two scripts', 'name: Bank B', 'name: Ваnk B', 'each word Latin or Cyrillic'],
    ['an invisible name', 'name: Bank B', 'name: "\u2063"', 'letters, digits and punctuation are needed'],
    ['a name written backwards', 'name: Bank B', 'name: "\u202eB knaB"', 'letters, digits and punctuation'],
    ['a name that is too long', 'name: Bank B', `name: ${'B'.repeat(61)}`, '1 to 60 letters'],
  ];
  const hostNeeded = 'a host name or an IP address is needed, without port, brackets or zone';
  const hosts = [
    '127.0.0.1:7050',
    '[::1]',
    '[::1]:7050',
    'fe80::1%eth0',
    '::1::',
    '999.1.1.1',
    '1.2.3',
    'bank..example',
  ];
  hosts.push(
    'http://bank.example',
    'bank.example/',
    'bank example',
    '-bank',
    `${'b'.repeat(70)}.example`,
    '*',
    '',
  );
  const badHosts = hosts.map((host): [string, string, string, string] => [
    `the host "${host}"`,
    'host: 127.0.0.1',
    `host: "${host}"`,
    hostNeeded,
  ]);
  const domains = [
    `${'b'.repeat(70)}.example`,
    `${'b.'.repeat(30)}example`,
    'bank',
    'Bank.example',
    'bank_a.example',
  ];
  const badDomains = domains.map((domain): [string, string, string, string] => [
    `the domain ${domain}`,
    'domain: bank-b.example',
    `domain: ${domain}`,
    'a domain of at most 56 characters is needed',
  ]);
  for (const [title, from, to, sentence] of [...broken, ...deceiving, ...badHosts, ...badDomains]) {
    it(`refuses ${title}`, () => {
      expect(refusal(text.replace(from, to))).to.include(sentence);
    });
  }

  const spoiled: [string, string, string, string][] = [
    ['an alias of nothing', text.replace('Bank B', '*bank'), '*bank', 'nothing before it is named &bank'],
    ['an alias of itself', text.replace('Bank B', '&bank [*bank]'), '&bank', 'members.2.name'],
    [
      'an alias of what comes later',
      text.replace('Bank A', '*b').replace('Bank B', '&b Bank B'),
      '*b',
      'named &b',
    ],
    ['aliases that multiply', BOMB + text, 'third:', 'its aliases stand for too much; write the values out'],
    ['endless nesting', text.replace('Bank B', '['.repeat(5_000)), '[[', 'it is nested too deeply'],
    ['a second document', `${text}\n---\n${text}`, '---', 'a second document begins here'],
    [
      'a name with a control character',
      text.replace('Bank B', '"Bank \\e[31mB"'),
      '"Bank',
      'letters, digits',
    ],
    ['a member that would steer a terminal', `"\\e[2J": 1\n${text}`, '"\\e[2J"', '\\u{1b}[2J'],
  ];
  for (const [title, changed, part, sentence] of spoiled) {
    it(`names the line of ${title}`, () => {
      const line = lineOf(changed, part);
      const said = refusal(changed);
      expect(said).to.include(sentence);
      expect(said).to.match(
        new RegExp(`^The consortium file c.yaml is wrong at line ${line}: .+\\. Correct that line\\.$`),
      );
      expect(said).not.to.match(/\p{C}/u);
    });
  }

  it('needs a bank, and is content with one', () => {
    const bankA = text.slice(text.indexOf('  - name: Bank A'), text.indexOf('  - name: Bank B'));
    const bankB = text.slice(text.indexOf('  - name: Bank B'), text.indexOf('  - name: Courier'));
    const one = text.replace(bankB, '');
    expect(parseConsortium(one, 'c.yaml').members).to.have.length(3);
    const none = one.replace(bankA, '');
    expect(refusal(none)).to.include(
      `line ${lineOf(none, 'members:')}: members: at least one member is a bank`,
    );
  });

  it('takes IPv6 addresses, which stand in brackets before a port', () => {
    const consortium = parseConsortium(text.replaceAll('host: 127.0.0.1', 'host: "::1"'), 'c.yaml');
    const bankA = memberByMspId(consortium, 'BankAMSP');
    expect(addressOf(consortium, bankA, 'peer')).to.equal('[::1]:7071');
    expect(adminUrl(consortium, bankA)).to.equal('http://[::1]:7081');
    expect(new URL(adminUrl(consortium, bankA)).port).to.equal('7081');
  });

  it('takes host names', () => {
    for (const host of ['localhost', 'bank-a.example', '10.0.0.7', '2001:db8::7', 'a'.repeat(63)]) {
      expect(refusal(text.replace('host: 127.0.0.1', `host: "${host}"`)), host).to.equal('accepted');
    }
  });

  it('says in one sentence what to do if the file cannot be read', () => {
    const file = join(dir(), 'absent.yaml');
    expect(() => readConsortium(file)).to.throw(SetupError, `${file} cannot be read; name an existing file`);
    writeFileSync(file, text);
    expect(readConsortium(file).channel).to.equal('escrow');
  });
});
