// The processes of one system: the lock on its folder, the record of what runs, starting and stopping in order.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

import { SetupError } from '../setup-error.js';
import {
  DEFAULT_LIMITS,
  ManagedProcess,
  type ProcessLimits,
  type ProcessSpec,
  type ProcessStatus,
} from './managed-process.js';
import { isRunning, markOf, STOP_SIGNALS, stopProcess, type ProcessMark } from './process-mark.js';
import type { SystemFolder } from './system-folder.js';

const markSchema = z.object({
  pid: z.int(),
  startTime: z.string().optional(),
  stopSignal: z.enum(STOP_SIGNALS).optional(),
});

const systemNoteSchema = z.object({
  supervisor: markSchema,
  consortiumFile: z.string(),
  portBase: z.int(),
  ready: z.boolean(),
  processes: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['starting', 'ready', 'waiting to restart', 'stopped']),
      pid: z.int().nullable(),
      restarts: z.int(),
    }),
  ),
});

/** The content of `run/system.json`, written anew at each change. */
export type SystemNote = z.infer<typeof systemNoteSchema>;

/** What the supervisor is started with and other commands need to find the same system. */
export interface SystemOrigin {
  readonly consortiumFile: string;
  readonly portBase: number;
}

export class Supervisor {
  private readonly processes: ManagedProcess[] = [];
  private ready = false;
  private locked = false;
  private closing = false;

  constructor(
    private readonly folder: SystemFolder,
    private readonly origin: SystemOrigin,
    private readonly limits: ProcessLimits = DEFAULT_LIMITS,
  ) {}

  /**
   * Takes the folder. Rejects with `SetupError` if another supervisor has it; what one that died left
   * running is stopped first.
   */
  async lock(): Promise<void> {
    const note = readSystemNote(this.folder);
    if (note !== null && isRunning(note.supervisor)) throw alreadyRunning(this.folder, note.supervisor);
    await stopLeftovers(this.folder, this.limits.stopMs);
    mkdirSync(dirname(this.folder.systemFile), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(this.folder.systemFile, this.noteText(), { flag: 'wx', mode: 0o600 });
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
      throw new SetupError(
        `Another command has just started the system in ${this.folder.dir}; ` +
          'wait for it, or choose another folder with --dir.',
        { cause },
      );
    }
    this.locked = true;
  }

  /** Starts one process, or starts it again after a stop; resolves when it serves. Stopped in the opposite order. */
  async start(spec: Omit<ProcessSpec, 'logPath' | 'pidPath'>): Promise<void> {
    if (this.closing) throw new SetupError(`"${spec.name}" is not started: the system is being stopped.`);
    const managed = new ManagedProcess(
      { ...spec, logPath: this.folder.logFile(spec.name), pidPath: this.folder.pidFile(spec.name) },
      () => {
        this.writeNote();
      },
      this.limits,
    );
    const stopped = this.processes.findIndex((other) => other.spec.name === spec.name);
    if (stopped !== -1) this.processes.splice(stopped, 1);
    this.processes.push(managed);
    await managed.start();
  }

  /** Starts a stopped process again as it was started first; resolves when it serves. */
  async resume(name: string): Promise<void> {
    const managed = this.processes.find(({ spec }) => spec.name === name);
    if (managed === undefined) throw new SetupError(`There is no process "${name}" to start again.`);
    await managed.start();
  }

  /** Notes that the whole system is up, so that other commands may use it. */
  declareReady(): void {
    this.ready = true;
    this.writeNote();
  }

  status(): ProcessStatus[] {
    return this.processes.map((managed) => managed.status());
  }

  /** Stops the named processes, the last started first; all of them, for good, if none are named. */
  async stop(names?: readonly string[]): Promise<void> {
    if (names === undefined) this.closing = true;
    const chosen = this.processes.filter(({ spec }) => names === undefined || names.includes(spec.name));
    while (chosen.length > 0) {
      const last = chosen.at(-1);
      const together = chosen.filter((managed) => managed === last || isIn(last?.spec.group, managed));
      await Promise.all(together.map((managed) => managed.stop()));
      for (const managed of together) chosen.splice(chosen.indexOf(managed), 1);
    }
  }

  /** Gives the folder back; to be called after everything has stopped. */
  unlock(): void {
    if (!this.locked) return;
    this.locked = false;
    rmSync(this.folder.systemFile, { force: true });
  }

  private writeNote(): void {
    if (!this.locked) return;
    const beside = `${this.folder.systemFile}.new`;
    try {
      writeFileSync(beside, this.noteText(), { mode: 0o600 });
      renameSync(beside, this.folder.systemFile);
    } catch {
      // A full disk or a removed folder must not prevent stopping or restarting the processes.
    }
  }

  private noteText(): string {
    const note: SystemNote = {
      supervisor: markOf(process.pid),
      ...this.origin,
      ready: this.ready,
      processes: this.status(),
    };
    return `${JSON.stringify(note, null, 2)}\n`;
  }
}

function isIn(group: ProcessSpec['group'], { spec }: ManagedProcess): boolean {
  return group !== undefined && spec.group === group;
}

function alreadyRunning(folder: SystemFolder, mark: ProcessMark): SetupError {
  return new SetupError(
    `A system runs in ${folder.dir} already (process ${mark.pid}); ` +
      'stop it with "npm run network -- down", or choose another folder with --dir.',
  );
}

/** The note of the folder's system, running or dead; null if there is none that can be read. */
export function readSystemNote(folder: SystemFolder): SystemNote | null {
  if (!existsSync(folder.systemFile)) return null;
  try {
    return systemNoteSchema.parse(JSON.parse(readFileSync(folder.systemFile, 'utf8')));
  } catch {
    return null;
  }
}

/** The note of a system whose supervisor runs. */
export function readRunningSystem(folder: SystemFolder): SystemNote | null {
  const note = readSystemNote(folder);
  return note !== null && isRunning(note.supervisor) ? note : null;
}

/** Stops processes whose supervisor died without stopping them. Returns their names. */
export async function stopLeftovers(folder: SystemFolder, limitMs: number): Promise<string[]> {
  rmSync(folder.systemFile, { force: true });
  if (!existsSync(folder.runFolder)) return [];
  const stopped: string[] = [];
  for (const file of readdirSync(folder.runFolder).filter((name) => name.endsWith('.pid'))) {
    const path = join(folder.runFolder, file);
    const mark = readMark(path);
    if (mark !== null && isRunning(mark)) {
      await stopProcess(mark, limitMs);
      stopped.push(file.slice(0, -'.pid'.length));
    }
    rmSync(path, { force: true });
  }
  return stopped;
}

function readMark(path: string): ProcessMark | null {
  try {
    return markSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
