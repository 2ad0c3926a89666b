// A member's own server: made once, reached by its socket alone, never mistaken for a stranger's, stopped when the
// process that started it dies, and running as any user, root included.
import { expect } from 'chai';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { findPostgres } from '../../../network/postgres/binaries.js';
import { LocalDatabase } from '../../../network/postgres/local-database.js';
import { runningPostmaster, stopPostmaster } from '../../../network/postgres/postmaster.js';
import { ManagedProcess } from '../../../network/processes/managed-process.js';
import { isRunning } from '../../../network/processes/process-mark.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const LIMIT_MS = 60_000;
const STOP_MS = 10_000;
const QUICK = ['fsync=off'];

describe("a member's own database server", function () {
  this.timeout(LIMIT_MS);
  let running: ManagedProcess[] = [];
  let orphans: ChildProcess[] = [];

  afterEach(async () => {
    for (const one of running) await one.stop();
    for (const one of orphans) one.kill('SIGKILL');
    running = [];
    orphans = [];
  });
  // Registered after the stop above: the folder goes last.
  const dir = temporaryFolder();

  function database(home = join(dir(), 'database')): LocalDatabase {
    return new LocalDatabase({ home, root: dir(), settings: QUICK });
  }

  async function start(local: LocalDatabase): Promise<ManagedProcess> {
    const managed = new ManagedProcess({
      name: 'database',
      ...(await local.prepare()),
      logPath: join(dir(), 'log'),
      pidPath: join(dir(), 'pid'),
    });
    running.push(managed);
    await managed.start();
    return managed;
  }

  async function ask(url: string, text: string): Promise<unknown> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const [row] = (await client.query<{ readonly answer: unknown }>(text)).rows;
      return row?.answer;
    } finally {
      await client.end();
    }
  }

  /** As a supervisor leaves it that was killed where nothing tells its children. */
  async function orphanOn(local: LocalDatabase): Promise<number> {
    const { command, args, env, readiness } = await local.prepare();
    const words = [command, ...args].filter((word) => !['setpriv', '--pdeathsig', 'INT'].includes(word));
    const [program = '', ...rest] = words;
    const child = spawn(program, rest, { stdio: 'ignore', env: { ...process.env, ...env } });
    orphans.push(child);
    const pid = child.pid ?? 0;
    const givenUpAt = performance.now() + LIMIT_MS / 2;
    while (readiness.kind === 'probe' && !(await readiness.serves(pid)) && performance.now() < givenUpAt) {
      await pause(20);
    }
    return pid;
  }

  it('serves the gateway on a socket in a private folder, on no port, and goes on with its data', async () => {
    const local = database();
    const first = await start(local);
    await local.makeGatewayDatabase();
    await ask(local.url(), 'create table remembered as select 42 as answer');
    expect(await ask(local.url(), "select current_setting('listen_addresses') as answer")).to.equal('');
    expect(await ask(local.url(), "select current_setting('data_checksums') as answer")).to.equal('on');
    expect(
      await ask(local.url(), 'select rolsuper as answer from pg_roles where rolname = current_user'),
    ).to.equal(false);
    for (const folder of ['database', 'database/data', 'database/socket']) {
      expect(statSync(join(dir(), folder)).mode & 0o077, folder).to.equal(0);
    }
    await first.stop();
    await start(local);
    await local.makeGatewayDatabase();
    expect(await ask(local.url(), 'select answer from remembered')).to.equal(42);
  });

  it('runs though root starts it, and keeps its files for the one who started it', async () => {
    const local = database();
    const { pid } = (await start(local)).status();
    expect(isRunning({ pid: pid ?? 0 })).to.equal(true);
    // Root's own id where the suite runs as root, in a namespace of the server's.
    expect(statSync(local.data).uid).to.equal(process.getuid?.());
  });

  it('stopped in a hurry it has ended sessions itself: the next start needs no recovery', async () => {
    const local = database();
    const managed = await start(local);
    const client = new Client({ connectionString: local.urlFor('postgres') });
    client.on('error', () => undefined);
    await local.makeGatewayDatabase();
    await client.connect();
    await managed.stop();
    const log = readFileSync(join(dir(), 'log'), 'utf8');
    expect(log).to.include('received fast shutdown request').and.include('database system is shut down');
    await client.end().catch(() => undefined);
  });

  it('one that a dead supervisor has left is stopped before the own one starts, and never taken for it', async () => {
    const local = database();
    const orphan = await orphanOn(local);
    expect(runningPostmaster(local.data)).to.equal(orphan);
    const managed = await start(local);
    expect(isRunning({ pid: orphan })).to.equal(false);
    expect(managed.status().pid).not.to.equal(orphan);
    expect(runningPostmaster(local.data)).to.equal(managed.status().pid);
  });

  it('is not ready while another one serves its data', async () => {
    const local = database();
    const { readiness } = await local.prepare();
    const orphan = await orphanOn(local);
    if (readiness.kind !== 'probe') throw new Error('the server is not probed');
    expect(await readiness.serves(orphan)).to.equal(true);
    expect(await readiness.serves(process.pid)).to.equal(false);
  });

  it("a note with a stranger's number stops nobody and does not prevent the start", async () => {
    const local = database();
    await (await start(local)).stop();
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    orphans.push(stranger);
    writeFileSync(
      join(local.data, 'postmaster.pid'),
      `${String(stranger.pid)}\n${local.data}\n1\n5432\n\n\n\nready\n`,
    );
    expect(await stopPostmaster(local.data, STOP_MS)).to.equal(false);
    expect(stranger.exitCode ?? stranger.signalCode).to.equal(null);
    await start(local);
  });

  it('ends when the process that started it is killed', async function () {
    if (spawnSync('setpriv', ['--version']).status !== 0) return;
    const local = database();
    const { command, args, env } = await local.prepare();
    const script = `require('node:child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: 'ignore' });
      setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['-e', script, command, ...args], {
      stdio: 'ignore',
      env: { ...process.env, ...env },
    });
    orphans.push(starter);
    const givenUpAt = performance.now() + LIMIT_MS / 2;
    let pid: number | null = null;
    while (pid === null && performance.now() < givenUpAt) {
      await pause(20);
      pid = runningPostmaster(local.data);
    }
    const ended = once(starter, 'exit');
    starter.kill('SIGKILL');
    await ended;
    while (isRunning({ pid: pid ?? 0 }) && performance.now() < givenUpAt) await pause(20);
    expect(pid).not.to.equal(null);
    expect(runningPostmaster(local.data)).to.equal(null);
  });

  it('with a folder too deep for a socket it takes a private one, and takes it again', async () => {
    const deep = join(dir(), 'd'.repeat(60), 'e'.repeat(60));
    const local = database(deep);
    await start(local);
    const folder = new URL(local.url()).searchParams.get('host') ?? '';
    expect(folder.startsWith(dir())).to.equal(false);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    const before = local.url();
    expect(database(deep).url()).to.equal(before);
    chmodSync(folder, 0o755);
    expect(database(deep).url()).not.to.equal(before);
    rmSync(folder, { recursive: true });
    rmSync(new URL(database(deep).url()).searchParams.get('host') ?? '', { recursive: true });
  });

  it('half of a first start is begun anew', async () => {
    const local = database();
    mkdirSync(`${local.data}.new`, { recursive: true });
    writeFileSync(join(`${local.data}.new`, 'PG_VERSION'), '18\n');
    await start(local);
    expect(existsSync(`${local.data}.new`)).to.equal(false);
  });
});

describe("PostgreSQL's programs", () => {
  const dir = temporaryFolder();

  it('are found twice alike, and run', () => {
    const links = join(dir(), 'links');
    const [first, second] = [findPostgres(links), findPostgres(links)];
    expect(second).to.deep.equal(first);
    const { status, stdout } = spawnSync(first.initdb, ['--version'], {
      encoding: 'utf8',
      env: { ...process.env, ...first.env },
    });
    expect([status, stdout]).to.deep.equal([0, 'initdb (PostgreSQL) 18.4\n']);
  });
});
