// One child process: started, watched until it is ready, started again when it dies, stopped for good.
import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

import { SetupError } from '../setup-error.js';
import { markOf, sendSignal, type StopSignal } from './process-mark.js';

/** The sign that the process serves: a line `{"ready":true,…}` on its stdout, its port answers, or a probe says so. */
export type Readiness =
  | { readonly kind: 'line' }
  | { readonly kind: 'port'; readonly host: string; readonly port: number }
  /** Asked again until it says that the very process of this number serves. */
  | { readonly kind: 'probe'; readonly serves: (pid: number) => Promise<boolean> };

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** What it gets of this program's own environment; all but the databases' addresses if not given. */
  readonly inherited?: NodeJS.ProcessEnv;
  /** What asks it to end; SIGTERM if not given. */
  readonly stopSignal?: StopSignal;
  /** Processes of one group are stopped at once, when the turn of the last started of them comes. */
  readonly group?: string;
  readonly readiness: Readiness;
  readonly logPath: string;
  readonly pidPath: string;
}

/** Limits in milliseconds. */
export interface ProcessLimits {
  readonly readyMs: number;
  readonly stopMs: number;
  /** The first wait before a restart; each further one is twice as long, up to `longestRestartMs`. */
  readonly firstRestartMs: number;
  readonly longestRestartMs: number;
  /** After so long in service the next restart counts as the first. */
  readonly steadyMs: number;
}

export const DEFAULT_LIMITS: ProcessLimits = {
  readyMs: 60_000,
  stopMs: 10_000,
  firstRestartMs: 100,
  longestRestartMs: 5_000,
  steadyMs: 10_000,
};

export type ProcessState = 'starting' | 'ready' | 'waiting to restart' | 'stopped';

export interface ProcessStatus {
  readonly name: string;
  readonly state: ProcessState;
  readonly pid: number | null;
  readonly restarts: number;
}

const TRIES_EVERY_MS = 40;
/** Addresses of databases hold passwords, and each gateway is given its own alone. */
const NOT_INHERITED = /^DATABASE_URL/;
const LOG_TAIL_BYTES = 8192;
const LONGEST_WORDS = 300;

export class ManagedProcess {
  private state: ProcessState = 'stopped';
  private child: ChildProcess | null = null;
  private ended: Promise<void> = Promise.resolve();
  private logStart = 0;
  private restarts = 0;
  private failuresInARow = 0;
  private restartTimer: NodeJS.Timeout | undefined;
  private wanted = false;

  constructor(
    readonly spec: ProcessSpec,
    private readonly onChange: () => void = () => undefined,
    private readonly limits: ProcessLimits = DEFAULT_LIMITS,
  ) {}

  status(): ProcessStatus {
    return {
      name: this.spec.name,
      state: this.state,
      pid: this.child?.pid ?? null,
      restarts: this.restarts,
    };
  }

  /** Resolves when it serves. Rejects with `SetupError` if it ends or stays silent before that. */
  async start(): Promise<void> {
    this.wanted = true;
    try {
      await this.launch();
    } catch (cause) {
      await this.stop();
      throw cause;
    }
  }

  /** Asks it to end, kills it and its children after the limit; resolves when it is gone. */
  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.restartTimer);
    const pid = this.child?.pid;
    if (pid !== undefined) {
      sendSignal(pid, this.spec.stopSignal ?? 'SIGTERM');
      const timer = setTimeout(() => {
        sendSignal(-pid, 'SIGKILL');
      }, this.limits.stopMs);
      await this.ended;
      clearTimeout(timer);
    }
    this.change('stopped');
  }

  private async launch(): Promise<void> {
    const { spec } = this;
    mkdirSync(dirname(spec.logPath), { recursive: true });
    mkdirSync(dirname(spec.pidPath), { recursive: true });
    const log = openSync(spec.logPath, 'a', 0o600);
    this.logStart = fstatSync(log).size;
    // Its own process group: Ctrl-C in the terminal must reach the supervisor alone, which then stops
    // the processes in their order.
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...(spec.inherited ?? inheritedEnvironment()), ...spec.env },
      stdio: ['ignore', 'pipe', log],
      detached: true,
    });
    this.child = child;
    this.change('starting');
    this.ended = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        writeSync(log, `${spec.command} cannot be run: ${error.message}\n`);
        if (child.pid === undefined) resolve();
      });
      // Whatever it has started itself must not outlive it, nor keep its output open.
      child.once('exit', () => {
        if (child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
      });
      child.once('close', () => {
        resolve();
      });
    }).then(() => {
      closeSync(log);
      this.onEnd();
    });
    if (child.pid !== undefined) {
      const { stopSignal } = spec;
      writeFileSync(spec.pidPath, JSON.stringify({ ...markOf(child.pid), stopSignal }));
    }
    await this.untilReady(child, log);
    if (this.child !== child) throw failure(spec, this.logStart, 'ended as soon as it was ready');
    const readyAt = Date.now();
    void this.ended.then(() => {
      if (Date.now() - readyAt >= this.limits.steadyMs) this.failuresInARow = 0;
    });
    this.change('ready');
  }

  private onEnd(): void {
    this.child = null;
    rmSync(this.spec.pidPath, { force: true });
    if (!this.wanted || this.state !== 'ready') return;
    this.restartLater();
  }

  private restartLater(): void {
    this.change('waiting to restart');
    const waitMs = Math.min(
      this.limits.firstRestartMs * 2 ** Math.min(this.failuresInARow, 20),
      this.limits.longestRestartMs,
    );
    this.failuresInARow += 1;
    this.restartTimer = setTimeout(() => {
      this.restarts += 1;
      this.launch().catch(() => this.afterFailedRestart());
    }, waitMs);
  }

  /** It ended, or stays silent, before it was ready again: the next try comes later. */
  private async afterFailedRestart(): Promise<void> {
    const pid = this.child?.pid;
    if (pid !== undefined) sendSignal(-pid, 'SIGKILL');
    await this.ended;
    if (this.wanted) this.restartLater();
  }

  private async untilReady(child: ChildProcess, log: number): Promise<void> {
    const { spec, limits } = this;
    let timer: NodeJS.Timeout | undefined;
    const faults = new AbortController();
    const failed = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(failure(spec, this.logStart, `did not become ready within ${limits.readyMs / 1000} s`));
      }, limits.readyMs);
      void this.ended.then(() => {
        reject(failure(spec, this.logStart, 'ended before it was ready'));
      });
    });
    // It is handled below; without this, a later end would count as an unhandled rejection.
    failed.catch(() => undefined);
    const line = readyLine(child, log);
    const ready = spec.readiness.kind === 'line' ? line : serves(spec.readiness, child, faults.signal);
    try {
      await Promise.race([ready, failed]);
    } finally {
      clearTimeout(timer);
      faults.abort();
    }
  }

  private change(state: ProcessState): void {
    this.state = state;
    this.onChange();
  }
}

function failure(spec: ProcessSpec, logStart: number, what: string): SetupError {
  const words = lastWords(spec.logPath, logStart);
  return new SetupError(
    `The process "${spec.name}" ${what}; see its log ${spec.logPath}${words === '' ? '.' : `: ${words}`}`,
  );
}

/** The last error in what this launch has written, or else its last line that is no part of a stack trace. */
function lastWords(logPath: string, logStart: number): string {
  // Somebody may have removed the folder under us: then there are no words, and the failure stays what it is.
  if (!existsSync(logPath)) return '';
  const written = readFileSync(logPath).subarray(logStart);
  const lines = written.subarray(-LOG_TAIL_BYTES).toString('utf8').split('\n');
  const line =
    lines.findLast((candidate) => /^(\w+: )?\w*Error: /.test(candidate)) ??
    lines.findLast((candidate) => /^\S/.test(candidate));
  return line?.slice(0, LONGEST_WORDS) ?? '';
}

/** Copies stdout to the log for as long as the process lives; resolves with the first ready line. */
function readyLine(child: ChildProcess, log: number): Promise<void> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      writeSync(log, `${line}\n`);
      if (saysReady(line)) resolve();
    });
  });
}

function saysReady(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'ready' in value && value.ready === true;
  } catch {
    return false;
  }
}

function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name)));
}

function serves(
  readiness: Exclude<Readiness, { readonly kind: 'line' }>,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<void> {
  if (readiness.kind === 'port') return portAnswers(readiness, signal);
  return untilTrue(async () => child.pid !== undefined && (await readiness.serves(child.pid)), signal);
}

/** Resolves when the port takes a connection, or the signal aborts. */
export function portAnswers(
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<void> {
  return untilTrue(() => connects(address), signal);
}

async function untilTrue(holds: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, TRIES_EVERY_MS));
  }
}

function connects({ host, port }: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      socket.destroy();
      resolve(false);
    });
  });
}
