// The command line of `npm run bench`: `--json`, `--ground`, `--rows`, `--pairs`.
import { Command, InvalidArgumentError, Option } from 'commander';
import { runBench, USUAL_OPTIONS } from './bench.js';
import { jsonOf, textOf } from './report.js';

interface Flags {
  readonly json?: true;
  readonly ground: 'embedded' | 'fabric';
  readonly rows: number;
  readonly pairs: number;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('a whole number is needed.');
  return Number(text);
}

const program = new Command('bench')
  .description(
    'Measures payments against one blind put per transaction, in interleaved pairs, and checks the money.',
  )
  .option('--json', 'the last line is one object for machines')
  .addOption(new Option('--ground <name>', 'where').choices(['embedded', 'fabric']).default('embedded'))
  .option('--rows <count>', 'rows put on the ledger beforehand', wholeNumber, USUAL_OPTIONS.rows)
  .option('--pairs <count>', 'pairs of which the median is shown', wholeNumber, USUAL_OPTIONS.pairs)
  .action(async ({ json, ground, rows, pairs }: Flags) => {
    const options = { ...USUAL_OPTIONS, ground, rows, pairs: Math.max(1, pairs) };
    const tell = (line: string) => process.stderr.write(`${line}\n`);
    const result = await runBench(options, tell, untilInterrupted());
    process.stdout.write(`${textOf(result)}\n`);
    if (json === true) process.stdout.write(`${JSON.stringify(jsonOf(result))}\n`);
  });

/** Nothing stays behind when somebody presses Ctrl-C. */
function untilInterrupted(): AbortSignal {
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      interruption.abort(new Error('the bench was interrupted'));
    });
  }
  return interruption.signal;
}

program.parseAsync().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
