// Brings a system up in the background and takes one down: `network up` and `network down`.
// The system itself runs in a process of its own, which outlives the command.
import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

import { DEFAULT_LIMITS } from '../processes/managed-process.js';
import { stopProcess } from '../processes/process-mark.js';
import { readRunningSystem, readSystemNote, stopLeftovers } from '../processes/supervisor.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { NETWORK_ENTRY } from '../repository.js';
import { SetupError } from '../setup-error.js';
import {
  addressLines,
  consortiumFileOf,
  consortiumOf,
  folderOf,
  nextStepOf,
  nothingRuns,
  type CommandContext,
  type CommonOptions,
  type UpOptions,
} from './command-context.js';

/** What the background process reports to the command that started it. */
export type BackgroundMessage = { readonly ready: true } | { readonly failed: string };

const SYSTEM_LOG = 'system';
/** The supervisor stops its processes one after the other; each has its own limit. */
const STOP_LIMIT_MS = DEFAULT_LIMITS.stopMs * 4;

/** Resolves when the system serves; a system that runs already is left as it is. */
export async function bringUp(options: UpOptions, context: CommandContext): Promise<void> {
  const folder = folderOf(options);
  const running = readRunningSystem(folder);
  if (running !== null) {
    context.print(`The system in ${folder.dir} runs already (process ${running.supervisor.pid}).`);
    return;
  }
  const consortium = consortiumOf(options);
  folder.prepare();
  const args = ['serve', '--dir', folder.dir, '--consortium', consortiumFileOf(options)];
  if (options.portBase !== undefined) args.push('--port-base', String(options.portBase));
  if (options.ground !== undefined) args.push('--ground', options.ground);
  if (options.containers === true) args.push('--containers');
  context.print('Starting databases, ledger, chaincode and gateways in the background.');
  const nextStep = nextStepOf(options, consortium);
  if (nextStep !== null) context.print(nextStep);
  await startInBackground(args, folder.logFile(SYSTEM_LOG));
  for (const line of addressLines(folder, consortium)) context.print(line);
  context.print('Ready: "npm run network -- down" stops it.');
}

function startInBackground(args: string[], logPath: string): Promise<void> {
  const log = openSync(logPath, 'a', 0o600);
  const child = fork(NETWORK_ENTRY, args, { detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  return new Promise<void>((resolve, reject) => {
    child.once('message', (message: BackgroundMessage) => {
      if ('failed' in message) {
        reject(new SetupError(message.failed));
        return;
      }
      child.disconnect();
      child.unref();
      resolve();
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new SetupError(`The system ended before it was ready; ${logPath} says why.`));
    });
  });
}

/** Stops the folder's system and whatever a killed one left; `erase` removes its files as well. */
export async function takeDown(
  options: CommonOptions & { readonly erase?: boolean },
  context: CommandContext,
): Promise<void> {
  const folder = folderOf(options);
  const stopped = await stopEverything(folder, context);
  const erases = options.erase === true && folder.holdsData();
  if (!stopped && !erases) throw nothingRuns(folder);
  if (!erases) return;
  folder.erase();
  context.print(`Erased ledger, databases, identities and logs in ${folder.dir}.`);
}

/** Returns false if there was nothing to stop. */
async function stopEverything(folder: SystemFolder, context: CommandContext): Promise<boolean> {
  const running = readRunningSystem(folder);
  const died = running === null && readSystemNote(folder) !== null;
  if (running !== null) await stopProcess(running.supervisor, STOP_LIMIT_MS);
  const leftovers = await stopLeftovers(folder, DEFAULT_LIMITS.stopMs);
  if (running === null && !died && leftovers.length === 0) return false;
  context.print(`Stopped the system in ${folder.dir}.`);
  if (leftovers.length > 0) context.print(`Stopped what a killed one had left: ${leftovers.join(', ')}.`);
  return true;
}
