// Kills the system's processes with SIGKILL, chosen by seed, always while requests are on their way.
import { setTimeout as pause } from 'node:timers/promises';
import { readSystemNote } from '../../network/processes/supervisor.js';
import type { SystemFolder } from '../../network/processes/system-folder.js';
import type { ClientLog, Moment } from './client-log.js';

export interface Killing {
  readonly victims: readonly string[];
  /** Commands that must be acknowledged first, counted from when everything served again. */
  readonly after: number;
  readonly at: Moment;
}

export interface Death {
  readonly victims: readonly string[];
  readonly inFlight: number;
  readonly acknowledgedBefore: number;
}

const LEAST = 20;
const MOST = 80;
const BACK_WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 50;

/** Gateways and databases once, chaincode twice, ledger three times, once all together; order and moments by seed. */
export function killings(seed: number, processes: readonly string[]): readonly Killing[] {
  const draw = drawFrom(seed);
  const victims = [...processes.map((name) => [name]), ['ledger'], ['ledger'], ['chaincode'], [...processes]];
  const shuffled = victims
    .map((names) => ({ names, place: draw() }))
    .sort((left, right) => left.place - right.place);
  return shuffled.map(({ names }) => ({
    victims: names,
    after: LEAST + Math.floor(draw() * (MOST - LEAST)),
    at: draw() < 0.5 ? 'sent' : 'answered',
  }));
}

/** Mulberry32: the same numbers from 0 to 1 for the same seed. */
export function drawFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Resolves when the victims are dead and all serve again. Throws if they do not come back. */
export async function kill(folder: SystemFolder, log: ClientLog, killing: Killing): Promise<Death> {
  const aim = log.acknowledged + killing.after;
  while (log.acknowledged < aim) await log.next('answered');
  await log.next(killing.at);
  const before = pidsOf(folder);
  const { inFlight, acknowledged } = log;
  for (const victim of killing.victims) process.kill(pidIn(before, victim), 'SIGKILL');
  await untilBack(folder, before, killing.victims);
  return { victims: killing.victims, inFlight, acknowledgedBefore: acknowledged };
}

/** Ready processes and their ids. */
function pidsOf(folder: SystemFolder): ReadonlyMap<string, number> {
  const processes = readSystemNote(folder)?.processes ?? [];
  return new Map(
    processes.flatMap(({ name, state, pid }) => (state === 'ready' && pid !== null ? [[name, pid]] : [])),
  );
}

function pidIn(pids: ReadonlyMap<string, number>, name: string): number {
  const pid = pids.get(name);
  if (pid === undefined) throw new Error(`${name} is not running`);
  return pid;
}

async function untilBack(
  folder: SystemFolder,
  before: ReadonlyMap<string, number>,
  victims: readonly string[],
): Promise<void> {
  const until = Date.now() + BACK_WITHIN_MS;
  for (;;) {
    const now = pidsOf(folder);
    const reborn = victims.every((name) => now.has(name) && now.get(name) !== before.get(name));
    if (reborn && [...before.keys()].every((name) => now.has(name))) return;
    if (Date.now() > until) throw new Error(`not back after a kill of ${victims.join(', ')}`);
    await pause(LOOK_EVERY_MS);
  }
}
