// The note that a running server leaves in its data: finds and stops a server that a dead supervisor has left, and
// removes the note of one that died.
import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { isRunning, markOf, stopProcess } from '../processes/process-mark.js';

/** Fast shutdown: sessions are ended, the data is left clean. SIGTERM would wait for every client. */
export const STOP_SIGNAL = 'SIGINT';

const STATUS_LINE = 7;

interface Note {
  readonly pid: number;
  readonly isReady: boolean;
}

/** The process that serves the data at this moment; null if none does. */
export function runningPostmaster(data: string): number | null {
  const note = noteOf(data);
  return note !== null && isRunning({ pid: note.pid }) && worksIn(note.pid, data) ? note.pid : null;
}

/** Whether the data is served by exactly this process, and it takes connections. */
export function isServedBy(data: string, pid: number): boolean {
  const note = noteOf(data);
  return note !== null && note.pid === pid && note.isReady;
}

/** Stops whatever serves the data; returns whether there was anything. */
export async function stopPostmaster(data: string, limitMs: number): Promise<boolean> {
  const pid = runningPostmaster(data);
  if (pid !== null) await stopProcess({ ...markOf(pid), stopSignal: STOP_SIGNAL }, limitMs);
  // Its number may belong to another program by now, and PostgreSQL would wait for that one.
  if (runningPostmaster(data) === null) rmSync(join(data, 'postmaster.pid'), { force: true });
  return pid !== null;
}

function noteOf(data: string): Note | null {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return null; // it has just ended
  }
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, isReady: lines[STATUS_LINE]?.trim() === 'ready' } : null;
}

/** A server's working folder is its data; process numbers are used again. */
function worksIn(pid: number, data: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch {
    // Without /proc there is only the number; with it, a process that cannot be looked into is a stranger's.
    return !existsSync('/proc/self/cwd');
  }
}
