// A child process that is watched: ready by its own output, back after a crash, gone after a stop.
import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DEFAULT_LIMITS,
  ManagedProcess,
  type ProcessLimits,
  type ProcessSpec,
  type ProcessState,
} from '../../../network/processes/managed-process.js';
import { isRunning, markOf, sendSignal } from '../../../network/processes/process-mark.js';
import { freePort } from '../support/free-port.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const READY = `console.log(JSON.stringify({ready:true}));`;
const STAY = `setInterval(() => {}, 1 << 30);`;

describe('a managed process', () => {
  let started: ManagedProcess[] = [];
  let onChange: () => void = () => undefined;

  afterEach(async () => {
    for (const managed of started) await managed.stop();
    started = [];
  });
  // Registered after the stop above: the folder goes last.
  const dir = temporaryFolder();

  function make(
    script: string,
    more: { readonly spec?: Partial<ProcessSpec>; readonly limits?: Partial<ProcessLimits> } = {},
  ) {
    const managed = new ManagedProcess(
      {
        name: 'part',
        command: process.execPath,
        args: ['-e', script],
        cwd: dir(),
        readiness: { kind: 'line' },
        logPath: join(dir(), 'logs', 'part.log'),
        pidPath: join(dir(), 'run', 'part.pid'),
        ...more.spec,
      },
      () => {
        onChange();
      },
      { ...DEFAULT_LIMITS, firstRestartMs: 1, longestRestartMs: 5, ...more.limits },
    );
    started.push(managed);
    return managed;
  }

  /** Resolves when the process is in the state and has been started again at least so many times. */
  function until(managed: ManagedProcess, state: ProcessState, restarts: number): Promise<void> {
    return new Promise((resolve) => {
      onChange = () => {
        const now = managed.status();
        if (now.state === state && now.restarts >= restarts) resolve();
      };
      onChange();
    });
  }

  function pidOf(managed: ManagedProcess): number {
    const { pid } = managed.status();
    if (pid === null) throw new Error('it has no process');
    return pid;
  }

  async function rejection(work: Promise<void>): Promise<string> {
    try {
      await work;
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return 'no rejection';
  }

  it('is ready when it says so on its output, not before', async () => {
    const managed = make(`console.log('{"ready":false}'); console.log('ready soon'); ${READY} ${STAY}`);
    const states: ProcessState[] = [];
    onChange = () => states.push(managed.status().state);
    await managed.start();
    expect(states).to.deep.equal(['starting', 'ready']);
    expect(readFileSync(managed.spec.logPath, 'utf8')).to.equal(
      '{"ready":false}\nready soon\n{"ready":true}\n',
    );
    expect(JSON.parse(readFileSync(managed.spec.pidPath, 'utf8'))).to.deep.equal(markOf(pidOf(managed)));
  });

  it('is ready when its port answers, where it cannot say so itself', async () => {
    const port = await freePort();
    const managed = make(`require('node:net').createServer().listen(${port}, '127.0.0.1');`, {
      spec: { readiness: { kind: 'port', host: '127.0.0.1', port } },
    });
    await managed.start();
    expect(managed.status().state).to.equal('ready');
  });

  it('is ready when the probe says that this very process serves, asked again until then', async () => {
    const asked: number[] = [];
    const serves = (pid: number): Promise<boolean> => Promise.resolve(asked.push(pid) > 2);
    const managed = make(STAY, { spec: { readiness: { kind: 'probe', serves } } });
    await managed.start();
    expect(asked).to.deep.equal(Array(3).fill(pidOf(managed)));
  });

  it('that needs another signal to end is sent that one, also by one who only finds its note', async () => {
    const end = `process.on('SIGINT', () => { console.log('asked'); process.exit(0); });`;
    const managed = make(`${end} ${READY} ${STAY}`, { spec: { stopSignal: 'SIGINT' } });
    await managed.start();
    const note = JSON.parse(readFileSync(managed.spec.pidPath, 'utf8')) as object;
    expect(note).to.deep.equal({ ...markOf(pidOf(managed)), stopSignal: 'SIGINT' });
    await managed.stop();
    expect(readFileSync(managed.spec.logPath, 'utf8')).to.include('asked');
  });

  it("gets no database's address but its own", async () => {
    const say = `console.log(Object.keys(process.env).filter((name) => name.startsWith('DATABASE_URL')).join());`;
    process.env['DATABASE_URL_BANK_A_EXAMPLE'] = 'postgres://secret';
    try {
      const managed = make(`${say} ${READY} ${STAY}`, { spec: { env: { DATABASE_URL: 'postgres://own' } } });
      await managed.start();
      expect(readFileSync(managed.spec.logPath, 'utf8').split('\n')[0]).to.equal('DATABASE_URL');
    } finally {
      delete process.env['DATABASE_URL_BANK_A_EXAMPLE'];
    }
  });

  it('that ends before it is ready fails the start and names its log and last words', async () => {
    const managed = make(`console.error('no disk\\n    at the disk'); process.exit(3);`);
    expect(await rejection(managed.start())).to.equal(
      `The process "part" ended before it was ready; see its log ${managed.spec.logPath}: no disk`,
    );
    expect(readFileSync(managed.spec.logPath, 'utf8')).to.equal('no disk\n    at the disk\n');
    expect(managed.status()).to.deep.equal({ name: 'part', state: 'stopped', pid: null, restarts: 0 });
  });

  it('that cannot be run at all fails the start', async () => {
    const managed = make('', { spec: { command: join(dir(), 'absent') } });
    expect(await rejection(managed.start())).to.include('ended before it was ready');
    expect(readFileSync(managed.spec.logPath, 'utf8')).to.include('ENOENT');
  });

  it('that stays silent fails the start after the limit and is not left behind', async () => {
    const managed = make(STAY, { limits: { readyMs: 200 } });
    let pid = 0;
    onChange = () => {
      pid = managed.status().pid ?? pid;
    };
    expect(await rejection(managed.start())).to.include('did not become ready within 0.2 s');
    expect(isRunning({ pid })).to.equal(false);
  });

  it('comes back by itself after a kill, as often as it is killed', async () => {
    const managed = make(`${READY} ${STAY}`);
    await managed.start();
    for (const restarts of [1, 2, 3]) {
      const before = pidOf(managed);
      const back = until(managed, 'ready', restarts);
      sendSignal(before, 'SIGKILL');
      await back;
      expect(pidOf(managed)).not.to.equal(before);
    }
    expect(managed.status().restarts).to.equal(3);
  });

  it('comes back even if its first attempts to do so fail', async () => {
    const flag = join(dir(), 'attempts');
    const script = `
      const { appendFileSync, readFileSync } = require('node:fs');
      appendFileSync(${JSON.stringify(flag)}, 'x');
      const attempt = readFileSync(${JSON.stringify(flag)}, 'utf8').length;
      if (attempt === 2 || attempt === 3) process.exit(1);
      ${READY} ${STAY}`;
    const managed = make(script);
    await managed.start();
    const back = until(managed, 'ready', 3);
    sendSignal(pidOf(managed), 'SIGKILL');
    await back;
    expect(readFileSync(flag, 'utf8')).to.equal('xxxx');
  });

  it('stops when asked, and does not come back', async () => {
    const managed = make(`${READY} ${STAY}`);
    await managed.start();
    const pid = pidOf(managed);
    await managed.stop();
    expect(isRunning({ pid })).to.equal(false);
    expect(existsSync(managed.spec.pidPath)).to.equal(false);
    expect(managed.status().state).to.equal('stopped');
  });

  it('that ignores the request is killed after the limit, with what it has started', async () => {
    const child = `process.on('SIGTERM', () => {}); ${STAY}`;
    const script = `
      process.on('SIGTERM', () => {});
      const { pid } = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]);
      require('node:fs').writeFileSync('child', String(pid));
      ${READY} ${STAY}`;
    const managed = make(script, { limits: { stopMs: 100 } });
    await managed.start();
    const pids = [pidOf(managed), Number(readFileSync(join(dir(), 'child'), 'utf8'))];
    await managed.stop();
    // The signal went to both at once; the child's end, unlike the process's own, raises no event here.
    while (pids.some((pid) => isRunning({ pid }))) await delay(10);
  });

  it('is not mistaken for a later process that got its number', () => {
    const own = markOf(process.pid);
    expect(isRunning(own)).to.equal(true);
    expect(isRunning({ ...own, startTime: '1' })).to.equal(false);
  });
});
