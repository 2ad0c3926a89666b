// A backup of a member's database, taken under writes, put back, and read back row by row; and what is refused.
import { expect } from 'chai';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { runCommand } from '../../../network/commands/program.js';
import { readConsortium } from '../../../network/consortium.js';
import { databaseName, localDatabase } from '../../../network/postgres/databases.js';
import { Supervisor } from '../../../network/processes/supervisor.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CONSORTIUM = 'network/consortium.yaml';
const LIMIT_MS = 90_000;

async function run(...args: string[]): Promise<{ readonly code: number; readonly lines: string[] }> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const demo = () => Promise.reject(new Error('the demonstration was called'));
  const code = await runCommand(args, { print, complain: print, isTerminal: false, demo });
  return { code, lines };
}

describe('backup and restore of a database', function () {
  this.timeout(LIMIT_MS);
  const consortium = readConsortium(CONSORTIUM);
  const bank = consortium.members.find(({ domain }) => domain === 'bank-a.example');
  if (bank === undefined) throw new Error('there is no Bank A');
  const of = ['--org', bank.domain];
  let supervisor: Supervisor | null = null;

  afterEach(async () => {
    await supervisor?.stop();
    supervisor?.unlock();
    supervisor = null;
  });
  // Registered after the stop above: the folder goes last.
  const dir = temporaryFolder();
  const folder = () => new SystemFolder(join(dir(), 'system'));
  const system = () => ['--dir', folder().dir];

  /** The part of a system that the commands are about: its supervisor, and one member's server. */
  async function up(): Promise<void> {
    folder().prepare();
    const made = new Supervisor(folder(), { consortiumFile: CONSORTIUM, portBase: consortium.portBase });
    supervisor = made;
    await made.lock();
    const local = localDatabase(folder(), bank as NonNullable<typeof bank>); // looked for above
    await made.start({ name: databaseName(bank as NonNullable<typeof bank>), ...(await local.prepare()) });
    await local.makeGatewayDatabase();
    made.declareReady();
  }

  async function down(): Promise<void> {
    await supervisor?.stop();
    supervisor?.unlock();
    supervisor = null;
  }

  async function withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = new Client({
      connectionString: localDatabase(folder(), bank as NonNullable<typeof bank>).url(),
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Writes rows one by one until it is over; resolves with how many there were at each look. */
  async function writing(isOver: () => boolean): Promise<number> {
    return withClient(async (client) => {
      let last = 0;
      while (!isOver())
        await client.query('insert into rows values ($1, $2)', [(last += 1), 'x'.repeat(2_000)]);
      return last;
    });
  }

  const numbers = () =>
    withClient(async (client) => {
      const { rows } = await client.query<{ readonly id: number }>('select id from rows order by id');
      return rows.map(({ id }) => id);
    });

  for (const [kind, name] of [
    ['a folder', 'backup'],
    ['a file', 'backup.tar.gz'],
  ] as const) {
    it(`as ${kind}, taken under writes, gives back every row from before, and no half of a later one`, async () => {
      const target = join(dir(), name);
      await up();
      await withClient((client) =>
        client.query('create table rows (id int primary key, content text not null)'),
      );
      let over = false;
      const load = writing(() => over);
      while ((await numbers()).length < 20) continue;
      const before = (await numbers()).length;
      const taken = await run('network', 'backup', ...system(), ...of, '--to', target);
      over = true;
      const written = await load;
      expect(taken.code, taken.lines.join('\n')).to.equal(0);
      expect(taken.lines.at(-2)).to.match(/^Backed up Bank A: \d+ files, [\d.]+ MB in /);
      expect(statSync(target).mode & 0o077).to.equal(0);
      await withClient((client) => client.query('delete from rows'));
      await down();
      const restored = await run('network', 'restore', ...system(), ...of, '--from', target);
      expect(restored.code, restored.lines.join('\n')).to.equal(0);
      await up();
      const found = await numbers();
      expect(found.length).to.be.within(before, written);
      expect(found).to.deep.equal(found.map((_, index) => index + 1));
    });
  }

  it('a restore is refused while the system runs, and what is there stays', async () => {
    await up();
    const target = join(dir(), 'backup');
    expect((await run('network', 'backup', ...system(), ...of, '--to', target)).code).to.equal(0);
    const { code, lines } = await run('network', 'restore', ...system(), ...of, '--from', target);
    expect(code).to.equal(1);
    expect(lines.join('\n')).to.match(
      /^The database of Bank A is in use; stop the system with ".+ down --dir .+"/,
    );
    const again = await run('network', 'backup', ...system(), ...of, '--to', target);
    expect(again.lines.join('\n')).to.include('is there already; name a folder or file that is not');
    await down();
    const other = await run('network', 'restore', ...system(), '--org', 'bank-b.example', '--from', target);
    expect([other.code, other.lines.join('\n')]).to.deep.equal([
      1,
      'This is a backup of bank-a.example, not of bank-b.example; name the other one with --org, ' +
        'or another backup with --from.',
    ]);
  });

  it('a restore from what is no backup, or no whole one, changes nothing', async () => {
    const { data } = localDatabase(folder(), bank);
    const empty = join(dir(), 'empty');
    mkdirSync(empty);
    const broken = join(dir(), 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'backup.json'), '{"format":2}');
    const half = join(dir(), 'half');
    mkdirSync(half);
    const manifest = {
      format: 1,
      domain: bank.domain,
      majorVersion: '18',
      takenAt: 'now',
      files: 1,
      bytes: 1,
    };
    writeFileSync(join(half, 'backup.json'), JSON.stringify(manifest));
    const older = join(dir(), 'older');
    mkdirSync(older);
    writeFileSync(join(older, 'backup.json'), JSON.stringify({ ...manifest, majorVersion: '17' }));
    const torn = join(dir(), 'torn.tar.gz');
    writeFileSync(torn, readFileSync(CONSORTIUM));
    for (const [from, sentence] of [
      [join(dir(), 'absent'), 'There is no backup'],
      [empty, 'is no backup: there is no backup.json in it'],
      [broken, 'is no backup that this version knows'],
      [half, 'is not whole'],
      [older, 'made by PostgreSQL 17, and 18 is installed here'],
      [torn, '"tar" could not do it'],
    ] as const) {
      const { code, lines } = await run('network', 'restore', ...system(), ...of, '--from', from);
      expect(code, from).to.equal(1);
      expect(lines.at(-1)).to.include(sentence);
      expect(existsSync(data)).to.equal(false);
    }
  });

  it('a backup of nothing that runs, or of a stranger, is refused', async () => {
    const target = join(dir(), 'backup');
    const stopped = await run('network', 'backup', ...system(), ...of, '--to', target);
    expect([stopped.code, stopped.lines[0]?.startsWith('Nothing is running in ')]).to.deep.equal([1, true]);
    await up();
    const stranger = await run('network', 'backup', ...system(), '--org', 'bank-z.example', '--to', target);
    expect(stranger.lines.join('\n')).to.match(
      /^There is no member bank-z\.example; choose one of: marketplace/,
    );
    expect(existsSync(target)).to.equal(false);
  });
});
