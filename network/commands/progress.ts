// How far a long command is: a bar that is redrawn on a terminal, a plain line now and then elsewhere.
import { Listr } from 'listr2';

import type { PopulationProgress } from '../../demo/context.js';
import type { CommandContext } from './command-context.js';

const BAR_WIDTH = 30;
const PLAIN_EVERY_MS = 5_000;

/** Runs the work, which says how far it is. */
export async function withProgress<Result>(
  context: CommandContext,
  work: (onProgress: (progress: PopulationProgress) => void) => Promise<Result>,
): Promise<Result> {
  if (!context.isTerminal) return work(plainLines(context));
  const results: Result[] = [];
  await new Listr(
    [
      {
        title: 'Seeding',
        task: async (_, task) => {
          results.push(await work((progress) => (task.title = barOf(progress))));
        },
      },
    ],
    { renderer: 'default', rendererOptions: { showErrorMessage: false } },
  ).run();
  const [result] = results;
  if (result === undefined) throw new Error('the work has ended without a result');
  return result;
}

/** The first of each stage, the last, and between them one every few seconds. */
function plainLines(context: CommandContext): (progress: PopulationProgress) => void {
  let stage = '';
  let printedAt = 0;
  return (progress) => {
    const now = performance.now();
    const isDue = progress.stage !== stage || now - printedAt >= PLAIN_EVERY_MS;
    if (!isDue && progress.done < progress.total) return;
    stage = progress.stage;
    printedAt = now;
    context.print(`  ${countsOf(progress)}`);
  };
}

export function barOf(progress: PopulationProgress): string {
  const { done, total } = progress;
  const filled = total === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done) / total);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}  ${countsOf(progress)}`;
}

function countsOf({ stage, done, total }: PopulationProgress): string {
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  return `${String(percent).padStart(3)} %  ${stage}: ${String(done)} of ${String(total)}`;
}
