// Runs a system in this process: brings it up, shows the steps, waits until it is asked to stop, stops cleanly.
// `npm start` and the background process of `network up` both run it.
import { existsSync, readFileSync } from 'node:fs';
import { Listr } from 'listr2';

import type { Consortium } from '../consortium.js';
import { writeWhole } from '../identity/credential.js';
import type { Step } from '../grounds/ground.js';
import { System } from '../system.js';
import type { SystemFolder } from '../processes/system-folder.js';
import {
  addressLines,
  consortiumFileOf,
  consortiumOf,
  demoContext,
  folderOf,
  nextStepOf,
  type CommandContext,
  type UpOptions,
} from './command-context.js';

export interface RunOptions extends UpOptions {
  /** Load the demonstration's people and money if they are not there yet. */
  readonly world: boolean;
  /** Play the demonstration if it has not been played on this ledger. */
  readonly demo: boolean;
}

/** What has been done for demonstration on this folder's ledger. */
interface WorldNote {
  readonly loaded: boolean;
  readonly played: boolean;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves after the system has stopped because somebody asked; rejects if it did not come up.
 * `onReady` is called once, when everything serves.
 */
export async function runSystem(
  options: RunOptions,
  context: CommandContext,
  onReady: () => void = () => undefined,
): Promise<void> {
  const folder = folderOf(options);
  const consortium = consortiumOf(options);
  const system = new System({
    folder,
    consortium,
    consortiumFile: consortiumFileOf(options),
    containers: options.containers ?? false,
  });
  const stop = stopOnSignals(system, context);
  try {
    context.print(system.ground.banner);
    const nextStep = nextStepOf(options, consortium);
    if (nextStep !== null) context.print(nextStep);
    await showSteps(system.stepsUp(), context);
    await demonstrate({ folder, consortium, options }, silentOnceStopping(context, system));
    system.declareReady();
    for (const line of addressLines(folder, consortium)) context.print(line);
    if (options.world)
      for (const line of await browserLines(folder, consortium, context)) context.print(line);
    context.print('Ready: Ctrl-C stops it; "npm run demo" plays the deals again on new people.');
    onReady();
    await stop.asked;
  } catch (error) {
    if (!system.isStopping) throw error;
  } finally {
    await system.down();
    stop.forget();
  }
  context.print('Stopped. The ledger is kept; start again to go on with it.');
}

/** Signals begin the stop; further ones are taken in silence, since each process has its limit anyway. */
function stopOnSignals(
  system: System,
  context: CommandContext,
): { readonly asked: Promise<void>; readonly forget: () => void } {
  let onSignal: () => void = () => undefined;
  const asked = new Promise<void>((resolve, reject) => {
    onSignal = () => {
      if (!system.isStopping) context.print('Stopping: gateways, chaincode, ledger, databases.');
      system.down().then(resolve, reject);
    };
  });
  // Asked before the system is up, the step that is under way fails first; then no caller awaits this.
  asked.catch(() => undefined);
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  return {
    asked,
    forget: () => {
      for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    },
  };
}

/** After a requested stop, failures of the scenario that it cut off are not shown. */
function silentOnceStopping(context: CommandContext, system: System): CommandContext {
  return {
    ...context,
    print: (line) => {
      if (!system.isStopping) context.print(line);
    },
  };
}

/** Redrawn in place on a terminal, one plain line per finished step elsewhere. */
async function showSteps(steps: readonly Step[], context: CommandContext): Promise<void> {
  if (!context.isTerminal) {
    for (const step of steps) {
      await step.run();
      context.print(`done: ${step.title}`);
    }
    return;
  }
  await new Listr(
    steps.map((step) => ({ title: step.title, task: () => step.run() })),
    { renderer: 'default', registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
  ).run();
}

async function demonstrate(
  place: { readonly folder: SystemFolder; readonly consortium: Consortium; readonly options: RunOptions },
  context: CommandContext,
): Promise<void> {
  const { folder, consortium, options } = place;
  if (!options.world) return;
  const done = readWorldNote(folder);
  const demo = await context.demo();
  const gateways = demoContext(folder, consortium);
  if (!done.loaded) {
    context.print('Loading people, accounts and offers.');
    await demo.seed(gateways, { print: (line) => context.print(line) });
    writeWorldNote(folder, { loaded: true, played: false });
  }
  await demo.inviteBrowserPeople(gateways, { print: (line) => context.print(line) });
  if (!options.demo) return;
  if (done.played) {
    context.print('This ledger has played the demonstration before and goes on from there.');
    return;
  }
  await demo.playDemo(gateways, { json: false, print: (line) => context.print(line) });
  writeWorldNote(folder, { loaded: true, played: true });
}

async function browserLines(
  folder: SystemFolder,
  consortium: Consortium,
  context: CommandContext,
): Promise<string[]> {
  const demo = await context.demo();
  return [
    '',
    'In a browser, with these log-ins and passwords:',
    ...demo.browserLines(demoContext(folder, consortium)),
  ];
}

function readWorldNote(folder: SystemFolder): WorldNote {
  if (!existsSync(folder.worldFile)) return { loaded: false, played: false };
  try {
    const note = JSON.parse(readFileSync(folder.worldFile, 'utf8')) as Partial<WorldNote>;
    return { loaded: note.loaded === true, played: note.played === true };
  } catch {
    return { loaded: false, played: false };
  }
}

function writeWorldNote(folder: SystemFolder, note: WorldNote): void {
  writeWhole(folder.worldFile, `${JSON.stringify(note)}\n`);
}
