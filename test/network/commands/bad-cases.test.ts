// Each mistake at the keyboard gets one clear sentence with the next step, and exit code 1.
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../network/commands/program.js';
import type { Demo } from '../../../demo/context.js';
import { markOf } from '../../../network/processes/process-mark.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { close, freePort, listenSomewhere } from '../support/free-port.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MAIN = join(__dirname, '..', '..', '..', 'network', 'main.js');
const CONSORTIUM = 'network/consortium.yaml';

/** A demonstration that must not run in these cases. */
const noDemo = (): Promise<Demo> => Promise.reject(new Error('the demonstration was called'));

async function run(
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string[]; readonly errors: string[] }> {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await runCommand(args, {
    print: (line) => out.push(line),
    complain: (line) => errors.push(line),
    isTerminal: false,
    demo: noDemo,
  });
  return { code, out, errors };
}

describe('mistakes at the keyboard', () => {
  const dir = temporaryFolder();
  const system = () => join(dir(), 'system');

  /** A note as a running system writes it; this very process stands for its supervisor. */
  function pretendRunning(ready: boolean): void {
    const folder = new SystemFolder(system());
    folder.prepare();
    const note = {
      supervisor: markOf(process.pid),
      consortiumFile: CONSORTIUM,
      portBase: 7050,
      ready,
      processes: [],
    };
    writeFileSync(folder.systemFile, JSON.stringify(note));
  }

  it('a port in use: which one, whose it would be, what to change; nothing is left locked', async () => {
    const { port, server } = await listenSomewhere();
    try {
      const base = port - 1;
      const { code, errors } = await run('start', '--dir', system(), '--port-base', String(base));
      expect(code).to.equal(1);
      expect(errors).to.deep.equal([
        `Port ${port} on 127.0.0.1 (Marketplace, peer) is in use by another program; ` +
          'end that program or choose other ports with --port-base.',
      ]);
      expect(existsSync(new SystemFolder(system()).systemFile)).to.equal(false);
    } finally {
      await close(server);
    }
  });

  it('a folder that cannot be written', async () => {
    writeFileSync(system(), 'a file stands in the way');
    const { code, errors } = await run('start', '--dir', system(), '--port-base', String(await freePort()));
    expect(code).to.equal(1);
    expect(errors.join('\n')).to.match(
      /^The folder .+ cannot be written \(.+\); change its rights or choose another/,
    );
  });

  it('a consortium file that is not there', async () => {
    const { code, errors } = await run(
      'start',
      '--dir',
      system(),
      '--consortium',
      join(dir(), 'absent.yaml'),
    );
    expect(code).to.equal(1);
    expect(errors.join('\n')).to.match(
      /absent\.yaml cannot be read; name an existing file with --consortium/,
    );
  });

  it('a consortium file with a mistake, by its line', async () => {
    const file = join(dir(), 'c.yaml');
    writeFileSync(file, readFileSync(CONSORTIUM, 'utf8').replace('windowMs: 3000', 'windowMs: -1'));
    const { code, errors } = await run('network', 'up', '--dir', system(), '--consortium', file);
    expect(code).to.equal(1);
    expect(errors.join('\n')).to.match(
      /c\.yaml is wrong at line \d+: timing\.windowMs: .+\. Correct that line\.$/,
    );
  });

  const spoiled: { readonly [what: string]: (text: string) => string } = {
    'an alias of nothing': (text) => text.replace('Bank B', '*bank'),
    'aliases that multiply': (text) =>
      'a: &a [1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a]\n' +
      `c: &c [*b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c]\n${text}`,
    'no bank': (text) => text.replaceAll(/  - name: Bank \w\n(    .*\n)+/g, ''),
    'a name that the ledger refuses': (text) => text.replace('Bank B', '"Bank\\e[1m B"'),
    'a name like that of another bank': (text) => text.replace('Bank B', 'BANK A'),
    'a host with a port': (text) => text.replace('host: 127.0.0.1', 'host: 127.0.0.1:7050'),
    'a label of 70 letters': (text) => text.replace('bank-b.example', `${'b'.repeat(70)}.example`),
  };
  for (const [what, spoil] of Object.entries(spoiled)) {
    it(`a consortium file with ${what}: one sentence with the line`, async () => {
      const file = join(dir(), 'c.yaml');
      writeFileSync(file, spoil(readFileSync(CONSORTIUM, 'utf8')));
      for (const command of [['start'], ['network', 'up']]) {
        const { code, errors } = await run(...command, '--dir', system(), '--consortium', file);
        expect(code).to.equal(1);
        expect(errors).to.have.length(1);
        expect(errors[0]).to.match(
          /^The consortium file .+c\.yaml is wrong at line \d+: [^\n]+\. Correct that line\.$/,
        );
      }
    });
  }

  it('IPv6 addresses on the Fabric ground, whose peers cannot use them', async () => {
    const file = join(dir(), 'six.yaml');
    writeFileSync(file, readFileSync(CONSORTIUM, 'utf8').replaceAll('host: 127.0.0.1', "host: '::1'"));
    const { code, errors } = await run(
      'start',
      '--ground',
      'fabric',
      '--consortium',
      file,
      '--dir',
      system(),
    );
    expect(code).to.equal(1);
    expect(errors).to.deep.equal([
      "Fabric's peers cannot reach the orderer of Marketplace by the IPv6 address ::1; " +
        'give the member a host name in the consortium file, or use --ground embedded.',
    ]);
  });

  it('a system that runs in that folder already', async () => {
    pretendRunning(true);
    const { code, errors } = await run('start', '--dir', system(), '--port-base', String(await freePort()));
    expect(code).to.equal(1);
    expect(errors.join('\n')).to.match(
      /already \(process \d+\); stop it with "npm run network -- down", or choose/,
    );
  });

  it('a ledger of one ground, asked for on the other: which it is and how to go on', async () => {
    const folder = new SystemFolder(system());
    folder.prepare();
    writeFileSync(folder.groundFile, '{"ground":"fabric","portBase":7050}');
    const embedded = await run('start', '--ground', 'embedded', '--dir', system());
    expect(embedded.code).to.equal(1);
    expect(embedded.errors).to.deep.equal([
      `The ledger in ${system()} was made on the fabric ground and cannot go on on the embedded one; ` +
        'add --ground fabric, or choose another folder with --dir.',
    ]);
    const base = String(await freePort());
    const moved = await run('start', '--ground', 'fabric', '--port-base', base, '--dir', system());
    expect(moved.code).to.equal(1);
    expect(moved.errors).to.deep.equal([
      `The channel in ${system()} names its members' ports from 7050 on, not from ${base}; ` +
        'add --port-base 7050, or choose another folder with --dir.',
    ]);
  });

  const EARLIER = {
    '{"ground":"embedded"}':
      "which kept members' private rows where every reader of the channel can have them; they cannot be moved.",
    '{"ground":"embedded","collections":"own"}': 'whose rows have another form; they cannot be converted.',
    '{"ground":"embedded","collections":"own","rows":6}':
      'whose rows have another form; they cannot be converted.',
    '{"ground":"embedded","collections":"own","rows":7}':
      'whose gateways kept their secrets in files that this one does not read.',
  };
  for (const [note, why] of Object.entries(EARLIER)) {
    it(`a ledger of an earlier version, noted as ${note}: how to begin anew`, async () => {
      const folder = new SystemFolder(system());
      folder.prepare();
      writeFileSync(folder.groundFile, note);
      const { code, errors } = await run('start', '--ground', 'embedded', '--dir', system());
      expect(code).to.equal(1);
      expect(errors).to.deep.equal([
        `The ledger in ${system()} is of an earlier version, ${why} Choose another folder with --dir, ` +
          `or remove this ledger with "npm run network -- down --erase --dir ${system()}".`,
      ]);
      expect((await run('network', 'down', '--erase', '--dir', system())).code).to.equal(0);
    });
  }

  it('a ground that does not exist', async () => {
    const { code, errors } = await run('start', '--ground', 'marsh', '--dir', system());
    expect(code).to.equal(1);
    expect(errors.join('')).to.match(/'marsh' is invalid\. Allowed choices are embedded, fabric\./);
  });

  it('SmartBFT with too few members, and a folder whose name Fabric cannot hold', async () => {
    const file = join(dir(), 'three.yaml');
    const text = readFileSync(CONSORTIUM, 'utf8');
    writeFileSync(file, text.slice(0, text.indexOf('  - name: Courier')));
    const few = await run('start', '--ground', 'fabric', '--consortium', file, '--dir', system());
    expect(few.errors.join('')).to.match(
      /^The consortium has 3 members and SmartBFT needs 4 .+ or add members\.$/,
    );
    const spaced = await run('start', '--ground', 'fabric', '--dir', join(dir(), 'my system'));
    expect(spaced.errors.join('')).to.match(
      /has a space or a comma in its name.+choose another one with --dir\.$/,
    );
  });

  it('a second "up" finds the system running and is content', async () => {
    pretendRunning(true);
    const { code, out } = await run('network', 'up', '--dir', system());
    expect(code).to.equal(0);
    expect(out.join('\n')).to.match(/runs already \(process \d+\)/);
  });

  it('nothing is running: the demonstration says how to start it', async () => {
    const { code, errors } = await run('demo', '--dir', system());
    expect(code).to.equal(1);
    expect(errors).to.deep.equal([
      `Nothing is running in ${system()}; start it with "npm start", or name the right folder with --dir.`,
    ]);
  });

  it('still starting: the demonstration says to wait', async () => {
    pretendRunning(false);
    const { code, errors } = await run('demo', '--dir', system());
    expect(code).to.equal(1);
    expect(errors.join('\n')).to.include('is still starting; wait until it says "Ready:"');
  });

  it('nothing is running: "down" says so and makes no folder', async () => {
    const { code, errors } = await run('network', 'down', '--dir', system());
    expect(code).to.equal(1);
    expect(errors.join('\n')).to.match(/^Nothing is running in /);
    expect(existsSync(system())).to.equal(false);
  });

  it('"down --erase" of a stopped system removes its files, the second time there is nothing to do', async () => {
    new SystemFolder(system()).prepare();
    expect(await run('network', 'down', '--erase', '--dir', system())).to.deep.include({
      code: 0,
      errors: [],
    });
    expect(existsSync(system())).to.equal(false);
    expect((await run('network', 'down', '--erase', '--dir', system())).code).to.equal(1);
  });

  it('"status --json" is one object, also when nothing runs', async () => {
    const { code, out } = await run('network', 'status', '--json', '--dir', system());
    expect(code).to.equal(0);
    expect(JSON.parse(out.join('\n'))).to.deep.equal({
      dir: system(),
      running: false,
      ready: false,
      pid: null,
      ground: null,
      portBase: null,
      processes: [],
      members: [],
    });
  });

  it('"status --json" of a running system names every peer and admin', async () => {
    pretendRunning(true);
    const { out } = await run('network', 'status', '--json', '--dir', system());
    const status = JSON.parse(out.join('\n')) as {
      readonly running: boolean;
      readonly members: { readonly peer: string; readonly admin: string }[];
    };
    expect(status.running).to.equal(true);
    expect(status.members.map(({ peer, admin }) => [peer, admin])).to.deep.include([
      '127.0.0.1:7071',
      'http://127.0.0.1:7081',
    ]);
  });

  it('no logs yet, or none of that name', async () => {
    expect((await run('network', 'logs', '--dir', system())).errors.join('')).to.match(
      /There are no logs in .+--dir/,
    );
    mkdirSync(join(system(), 'logs'), { recursive: true });
    copyFileSync('package.json', join(system(), 'logs', 'ledger.log'));
    const { code, errors } = await run('network', 'logs', 'leger', '--dir', system());
    expect(code).to.equal(1);
    expect(errors).to.deep.equal(['There is no log "leger"; choose one of: ledger.']);
    const { out } = await run('network', 'logs', 'ledger', '--lines', '1', '--dir', system());
    expect(out).to.deep.equal(['}']);
    const none = await run('network', 'logs', 'ledger', '--lines', '0', '--dir', system());
    expect([none.code, none.out]).to.deep.equal([0, []]);
  });

  it('a reader who stops reading is no failure', async () => {
    const child = spawn(process.execPath, [MAIN, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaints = '';
    child.stderr.on('data', (data: Buffer) => (complaints += data.toString('utf8')));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, complaints }).to.deep.equal({ code: 0, complaints: '' });
  });

  it('a seed of more banks than there are, or of no clients', async () => {
    pretendRunning(true);
    const seed = (...options: string[]) => run('seed', '--dir', system(), ...options);
    const sentences = [
      await seed('--banks', '3'),
      await seed('--clients', '0'),
      await seed('--accounts', '1001'),
      await seed('--offers', '10001'),
    ];
    expect(sentences.map(({ code, errors }) => [code, errors.join()])).to.deep.equal([
      [1, '--banks must be from 1 to 2 (the consortium file has no more), not 3.'],
      [1, '--clients must be from 1 to 1000 (so many a bank), not 0.'],
      [1, '--accounts must be from 1 to 1000 (so many a client), not 1001.'],
      [1, '--offers must be from 0 to 10000 (so many in all), not 10001.'],
    ]);
    expect((await seed('--clients', '-1')).errors.join()).to.match(/clients.+It must be a whole number\./);
  });

  it('a port base that is not a number, and a command that does not exist', async () => {
    const letters = await run('start', '--port-base', 'abc');
    expect(letters.code).to.equal(1);
    expect(letters.errors.join('\n')).to.match(/port-base.+'abc' is invalid\. It must be a whole number\./);
    expect((await run('sart')).errors.join('\n')).to.match(/unknown command 'sart'/);
  });
});
