// Finds out whether a process that was recorded earlier still runs, and stops it.
// Process ids are used again, so the start time is recorded beside the id.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process as noted in a file. `startTime` is Linux's clock ticks since boot, absent elsewhere. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTime?: string | undefined;
  /** What asks it to end; SIGTERM if not noted. */
  readonly stopSignal?: StopSignal | undefined;
}

export const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

const START_TIME_FIELD = 21;
const LOOK_AGAIN_MS = 50;

/** The mark of a running process. */
export function markOf(pid: number): ProcessMark {
  const startTime = startTimeOf(pid);
  return startTime === null ? { pid } : { pid, startTime };
}

/** Whether exactly the marked process still runs; a zombie does not. */
export function isRunning(mark: ProcessMark): boolean {
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    // EPERM: it runs, but belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const fields = statOf(mark.pid);
  if (fields === null) return true;
  return fields[2] !== 'Z' && (mark.startTime === undefined || fields[START_TIME_FIELD] === mark.startTime);
}

/** Asks the process to end, kills its group after `limitMs`; resolves when it is gone. */
export async function stopProcess(mark: ProcessMark, limitMs: number): Promise<void> {
  if (!isRunning(mark)) return;
  sendSignal(mark.pid, mark.stopSignal ?? 'SIGTERM');
  if (await endsWithin(mark, limitMs)) return;
  sendSignal(-mark.pid, 'SIGKILL');
  sendSignal(mark.pid, 'SIGKILL');
  await endsWithin(mark, limitMs);
}

/** Sends a signal and does not mind if the process has gone meanwhile. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Another process's end raises no event here, so it is looked for. */
async function endsWithin(mark: ProcessMark, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (isRunning(mark)) {
    if (Date.now() >= end) return false;
    await delay(LOOK_AGAIN_MS);
  }
  return true;
}

function startTimeOf(pid: number): string | null {
  return statOf(pid)?.[START_TIME_FIELD] ?? null;
}

/** The fields of Linux's /proc/<pid>/stat; the name, which may hold spaces, counts as one. */
function statOf(pid: number): string[] | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const afterName = stat.lastIndexOf(') ');
  return [String(pid), '', ...stat.slice(afterName + 2).split(' ')];
}
