// Plays scripts on a ground, several at a time, and returns their masked outcomes.
import type { Network } from './network.js';
import type { Json } from './operations.js';
import { BlockSplit, masked } from './outcome.js';
import { Stage } from './stage.js';

/** `alone`: it disturbs others, for instance by ending the chaincode's process, and is played after them. */
export interface Script {
  /** What is done, as a sentence without a full stop; unique. */
  readonly name: string;
  readonly alone?: boolean;
  readonly play: (stage: Stage) => Promise<Json>;
}

export type Outcomes = Readonly<Record<string, Json>>;

/** A script whose transactions did not meet in one block is played again with fresh keys, at most that often. */
const MOST_PLAYS = 40;

export interface PlayOptions {
  readonly atOnce: number;
  readonly onPlayed?: (name: string, ms: number) => void;
}

export async function playAll(
  network: Network,
  scripts: readonly Script[],
  options: PlayOptions,
): Promise<Outcomes> {
  const outcomes: Record<string, Json> = {};
  const run = async (script: Script, number: number): Promise<void> => {
    const begun = Date.now();
    outcomes[script.name] = await playOne(network, script, number);
    options.onPlayed?.(script.name, Date.now() - begun);
  };
  const numbered = scripts.map((script, number) => ({ script, number }));
  const waiting = numbered.filter(({ script }) => script.alone !== true);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await run(next.script, next.number);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  for (const { script, number } of numbered) if (script.alone === true) await run(script, number);
  return Object.fromEntries(scripts.map(({ name }) => [name, outcomes[name] ?? null]));
}

async function playOne(network: Network, script: Script, number: number): Promise<Json> {
  for (let play = 1; ; play += 1) {
    const prefix = `s${String(number).padStart(3, '0')}-${String(play)}.`;
    try {
      return masked(await script.play(new Stage(network, prefix)), prefix);
    } catch (cause) {
      if (cause instanceof BlockSplit && play < MOST_PLAYS) continue;
      throw new Error(`The script "${script.name}" could not be played.`, { cause });
    }
  }
}
