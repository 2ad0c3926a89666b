// The commands that only show: the status of a system, and its logs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { addressOf, readConsortium, webOrigin, type GroundName } from '../consortium.js';
import { adminUrl } from '../processes/gateway-process.js';
import { groundOf } from '../processes/ground-note.js';
import { readRunningSystem, type SystemNote } from '../processes/supervisor.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { SetupError } from '../setup-error.js';
import { folderOf, type CommandContext, type CommonOptions } from './command-context.js';

const LOG_SUFFIX = '.log';

/** The machine-readable status, one object; `processes` and `members` are empty if nothing runs. */
export interface SystemStatus {
  readonly dir: string;
  readonly running: boolean;
  readonly ready: boolean;
  readonly pid: number | null;
  /** What the folder's ledger was made on; null if there is none. */
  readonly ground: GroundName | null;
  readonly portBase: number | null;
  readonly processes: SystemNote['processes'];
  readonly members: {
    readonly mspId: string;
    readonly name: string;
    readonly peer: string;
    readonly admin: string;
    /** Address of its pages. */
    readonly web: string;
  }[];
}

/** Succeeds whether the system runs or not; the output shows which. */
export function showStatus(
  options: CommonOptions & { readonly json?: boolean },
  context: CommandContext,
): void {
  const folder = folderOf(options);
  const status = statusOf(folder);
  if (options.json === true) {
    context.print(JSON.stringify(status));
    return;
  }
  if (!status.running) {
    context.print(`Nothing is running in ${folder.dir}.`);
    return;
  }
  const unready = status.processes.filter(({ state }) => state !== 'ready').map(({ name }) => name);
  context.print(
    `The system in ${folder.dir} runs (process ${status.pid ?? '?'})` +
      (status.ready ? '' : ' and is still starting') +
      (status.ground === null ? '.' : `, on the ${status.ground} ground.`),
  );
  for (const { name, state, pid, restarts } of status.processes) {
    context.print(
      `  ${name.padEnd(30)} ${state}${pid === null ? '' : `, process ${pid}`}, ${restarts} restarts`,
    );
  }
  for (const { name, peer, admin, web } of status.members)
    context.print(`  ${name}: peer ${peer}, admin ${admin}, pages ${web}`);
  if (unready.length > 0) context.print(`Not serving at this moment: ${unready.join(', ')}.`);
}

export function statusOf(folder: SystemFolder): SystemStatus {
  const note = readRunningSystem(folder);
  if (note === null) {
    return {
      dir: folder.dir,
      running: false,
      ready: false,
      pid: null,
      ground: groundOf(folder) ?? null,
      portBase: null,
      processes: [],
      members: [],
    };
  }
  const consortium = readConsortium(note.consortiumFile, { portBase: note.portBase });
  return {
    dir: folder.dir,
    running: true,
    ready: note.ready && note.processes.every(({ state }) => state === 'ready'),
    pid: note.supervisor.pid,
    ground: groundOf(folder) ?? null,
    portBase: note.portBase,
    processes: note.processes,
    members: consortium.members.map((member) => ({
      mspId: member.mspId,
      name: member.name,
      peer: addressOf(consortium, member, 'peer'),
      admin: adminUrl(consortium, member),
      web: webOrigin(consortium, member),
    })),
  };
}

/** Prints the last lines of one log, or of all of them. */
export function showLogs(
  options: CommonOptions & { readonly lines: number },
  name: string | null,
  context: CommandContext,
): void {
  const folder = folderOf(options);
  const names = existsSync(folder.logs)
    ? readdirSync(folder.logs)
        .filter((file) => file.endsWith(LOG_SUFFIX))
        .map((file) => file.slice(0, -LOG_SUFFIX.length))
        .sort()
    : [];
  if (names.length === 0) {
    throw new SetupError(`There are no logs in ${folder.logs}; name the right folder with --dir.`);
  }
  const chosen = names.filter((candidate) => name === null || candidate === name);
  if (chosen.length === 0) {
    throw new SetupError(`There is no log "${name ?? ''}"; choose one of: ${names.join(', ')}.`);
  }
  for (const entry of chosen) {
    if (chosen.length > 1) context.print(`== ${entry}`);
    const lines = readFileSync(join(folder.logs, `${entry}${LOG_SUFFIX}`), 'utf8')
      .trimEnd()
      .split('\n');
    // From the front: `slice(-0)` would be all of them.
    for (const line of lines.slice(Math.max(0, lines.length - options.lines))) context.print(line);
  }
}
