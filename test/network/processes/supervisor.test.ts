// The processes of one folder: one supervisor at a time, stopped in order, nothing left behind.
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../../network/processes/managed-process.js';
import { isRunning, markOf } from '../../../network/processes/process-mark.js';
import {
  readRunningSystem,
  readSystemNote,
  stopLeftovers,
  Supervisor,
} from '../../../network/processes/supervisor.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { SetupError } from '../../../network/setup-error.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ORIGIN = { consortiumFile: 'consortium.yaml', portBase: 7050 };
const SERVE = `
  const { appendFileSync } = require('node:fs');
  process.on('SIGTERM', () => { appendFileSync('ends', process.argv[1] + ' '); process.exit(0); });
  console.log(JSON.stringify({ ready: true }));
  setInterval(() => {}, 1 << 30);`;

describe('the supervisor of a folder', () => {
  let supervisors: Supervisor[] = [];

  afterEach(async () => {
    for (const supervisor of supervisors) await supervisor.stop();
    supervisors = [];
  });
  // Registered after the stop above: the folder goes last.
  const dir = temporaryFolder();

  function make(): { readonly folder: SystemFolder; readonly supervisor: Supervisor } {
    const folder = new SystemFolder(dir());
    folder.prepare();
    const supervisor = new Supervisor(folder, ORIGIN);
    supervisors.push(supervisor);
    return { folder, supervisor };
  }

  function start(supervisor: Supervisor, name: string): Promise<void> {
    const args = ['-e', SERVE, name];
    return supervisor.start({
      name,
      command: process.execPath,
      args,
      cwd: dir(),
      readiness: { kind: 'line' },
    });
  }

  it('notes what runs, for other commands to read', async () => {
    const { folder, supervisor } = make();
    await supervisor.lock();
    await start(supervisor, 'ledger');
    expect(readRunningSystem(folder)).to.deep.include({
      ...ORIGIN,
      ready: false,
      supervisor: markOf(process.pid),
    });
    supervisor.declareReady();
    const [ledger] = readRunningSystem(folder)?.processes ?? [];
    expect(ledger).to.deep.include({ name: 'ledger', state: 'ready', restarts: 0 });
    expect(readRunningSystem(folder)?.ready).to.equal(true);
  });

  it('keeps a second one out while the first one runs', async () => {
    const { folder, supervisor } = make();
    await supervisor.lock();
    let refused: unknown;
    await new Supervisor(folder, ORIGIN).lock().catch((error: unknown) => {
      refused = error;
    });
    expect(refused).to.be.instanceOf(SetupError);
    expect(String(refused)).to.match(
      /A system runs in .+ already \(process \d+\); stop it with "npm run network -- down"/,
    );
    supervisor.unlock();
    await new Supervisor(folder, ORIGIN).lock();
    expect(readSystemNote(folder)?.ready).to.equal(false);
  });

  it('stops its processes in the opposite order of their start', async () => {
    const { supervisor } = make();
    await supervisor.lock();
    for (const name of ['ledger', 'chaincode', 'gateway']) await start(supervisor, name);
    const pids = supervisor.status().map(({ pid }) => pid ?? 0);
    await supervisor.stop();
    expect(readFileSync(join(dir(), 'ends'), 'utf8')).to.equal('gateway chaincode ledger ');
    expect(pids.filter((pid) => isRunning({ pid }))).to.deep.equal([]);
  });

  it('stops a group at once: what is to end waits for nobody of its group', async () => {
    const { supervisor } = make();
    await supervisor.lock();
    const wait = `
      process.on('SIGTERM', () => {
        require('node:fs').writeFileSync('asked-' + process.argv[1], '');
        setInterval(() => {
          const asked = ['one', 'two'].filter((name) => require('node:fs').existsSync('asked-' + name));
          if (asked.length === 2) process.exit(0);
        }, 5);
      });
      console.log(JSON.stringify({ ready: true }));
      setInterval(() => {}, 1 << 30);`;
    for (const name of ['one', 'two']) {
      const spec = { name, command: process.execPath, args: ['-e', wait, name], cwd: dir(), group: 'both' };
      await supervisor.start({ ...spec, readiness: { kind: 'line' } });
    }
    const pids = supervisor.status().map(({ pid }) => pid ?? 0);
    const begun = performance.now();
    await supervisor.stop();
    expect(performance.now() - begun).to.be.lessThan(DEFAULT_LIMITS.stopMs);
    expect(pids.filter((pid) => isRunning({ pid }))).to.deep.equal([]);
  });

  it('starts nothing more once it has been asked to stop', async () => {
    const { supervisor } = make();
    await supervisor.lock();
    const stopped = supervisor.stop();
    let refused = '';
    await start(supervisor, 'late').catch((error: unknown) => {
      refused = String(error);
    });
    await stopped;
    expect(refused).to.include('the system is being stopped');
    expect(supervisor.status()).to.deep.equal([]);
  });

  it('that was killed leaves processes which the next one stops first', async () => {
    const { folder, supervisor } = make();
    const orphan = spawn(process.execPath, ['-e', SERVE, 'orphan'], {
      cwd: dir(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(orphan.stdout, 'data');
    const pid = orphan.pid ?? 0;
    mkdirSync(folder.runFolder, { recursive: true });
    writeFileSync(folder.pidFile('ledger'), JSON.stringify(markOf(pid)));
    writeFileSync(
      folder.systemFile,
      JSON.stringify({ supervisor: { pid, startTime: '1' }, ...ORIGIN, ready: true, processes: [] }),
    );
    const ended = once(orphan, 'exit');
    await supervisor.lock();
    await ended;
    expect(isRunning({ pid })).to.equal(false);
    expect(readdirSync(folder.runFolder)).to.deep.equal(['system.json']);
  });

  it('does not touch a stranger who got the number of a process that ended', async () => {
    const { folder } = make();
    const stranger = spawn(process.execPath, ['-e', SERVE, 'stranger'], {
      cwd: dir(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(stranger.stdout, 'data');
    const pid = stranger.pid ?? 0;
    writeFileSync(folder.pidFile('ledger'), JSON.stringify({ pid, startTime: '1' }));
    expect(await stopLeftovers(folder, 1000)).to.deep.equal([]);
    expect(isRunning({ pid })).to.equal(true);
    const ended = once(stranger, 'exit');
    stranger.kill();
    await ended;
  });

  it('stops its processes even if somebody removed the folder under them', async () => {
    const { folder, supervisor } = make();
    await supervisor.lock();
    await start(supervisor, 'ledger');
    const pid = supervisor.status()[0]?.pid ?? 0;
    rmSync(folder.dir, { recursive: true });
    await supervisor.stop();
    expect(isRunning({ pid })).to.equal(false);
  });

  it('reads a note that was cut off as no system at all', () => {
    const { folder } = make();
    writeFileSync(folder.systemFile, '{"supervisor":');
    expect(readSystemNote(folder)).to.equal(null);
  });
});
