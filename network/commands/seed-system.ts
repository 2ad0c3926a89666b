// `seed`: brings clients, accounts and offers in numbers to a running system of the demo world, shows how far it is,
// and says how long the databases then take for the busiest pages.
import type { PopulationReport, PopulationSize } from '../../demo/context.js';
import { moneyText } from '../../gateway/protocol/money-text.js';
import type { ReadTime } from '../../gateway/protocol/read-times.js';
import type { Consortium } from '../consortium.js';
import { readTimes } from '../processes/read-times.js';
import { SetupError } from '../setup-error.js';
import {
  demoContext,
  folderOf,
  runningSystem,
  type CommandContext,
  type CommonOptions,
} from './command-context.js';
import { withProgress } from './progress.js';

export interface SeedOptions extends CommonOptions {
  /** Default: all of the consortium file. */
  readonly banks?: number;
  readonly clients: number;
  readonly accounts: number;
  /** Default: as many as a bank has clients. */
  readonly offers?: number;
}

const MOST_CLIENTS = 1_000;
const MOST_ACCOUNTS = 1_000;
const MOST_OFFERS = 10_000;
/** Beyond it a page of the database is called slow. */
const SLOW_MS = 100;
const MS_PER_SECOND = 1_000;

const WORDS: { readonly [W in ReadTime['what']]: string } = {
  catalogue: 'catalogue',
  search: 'search by words',
  personalPage: 'personal page: the person, accounts, deals, offers, unread',
  bankAccounts: "list of the bank's accounts",
};

/** Rejects with SetupError, DemoError. Slow pages are noted, and no error. */
export async function seedSystem(options: SeedOptions, context: CommandContext): Promise<void> {
  const folder = folderOf(options);
  const { consortium } = runningSystem(folder);
  const size = sizeOf(options, consortium);
  const demo = await context.demo();
  const place = demoContext(folder, consortium);
  const print = (line: string): void => {
    context.print(line);
  };
  await demo.seed(place, { print });
  await demo.inviteBrowserPeople(place, { print });
  const begunAt = performance.now();
  const report = await withProgress(context, (onProgress) =>
    demo.populate(place, { size, print, onProgress }),
  );
  for (const line of reportLines(report, performance.now() - begunAt)) print(line);
  for (const line of timeLines(consortium, await readTimes({ folder, consortium }, report))) print(line);
}

/** Throws `SetupError` where an option is out of its bounds. */
function sizeOf(options: SeedOptions, consortium: Consortium): PopulationSize {
  if (consortium.world !== 'demo') {
    throw new SetupError(
      'Only a system of the world "demo" can be seeded; see "world" in its consortium file.',
    );
  }
  const inFile = consortium.members.filter(({ kind }) => kind === 'bank').length;
  const { banks = inFile, clients, accounts, offers = clients } = options;
  within('--banks', banks, [1, inFile], 'the consortium file has no more');
  within('--clients', clients, [1, MOST_CLIENTS], 'so many a bank');
  within('--accounts', accounts, [1, MOST_ACCOUNTS], 'so many a client');
  within('--offers', offers, [0, MOST_OFFERS], 'so many in all');
  return { banks, clients, accounts, offers };
}

function within(option: string, value: number, [least, most]: readonly [number, number], why: string): void {
  if (value >= least && value <= most) return;
  throw new SetupError(
    `${option} must be from ${String(least)} to ${String(most)} (${why}), not ${String(value)}.`,
  );
}

function reportLines(report: PopulationReport, tookMs: number): string[] {
  const { banks, clients, accounts, links, offers, lists } = report;
  const money = moneyText(BigInt(report.deposited), report.currency);
  const what =
    `${counted(clients, 'client')} of ${counted(banks, 'bank')}, ${counted(accounts, 'account')} with ${money}, ` +
    `${String(links)} of them linked, ${counted(offers, 'offer')}`;
  if (lists === 0) return [`All of it was there: ${what}.`];
  return [`There are now ${what}.`, `${counted(lists, 'list')} in ${(tookMs / MS_PER_SECOND).toFixed(1)} s.`];
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

function timeLines({ members }: Consortium, answer: Awaited<ReturnType<typeof readTimes>>): string[] {
  const rows = answer.flatMap(({ mspId, times }) =>
    times.map((time) => ({ name: members.find((member) => member.mspId === mspId)?.name ?? mspId, ...time })),
  );
  const width = Math.max(...rows.map(({ name }) => name.length));
  const slow = rows.filter(({ mostMs }) => mostMs > SLOW_MS);
  return [
    "The database's part of a page, in milliseconds:",
    ...rows.map(
      ({ name, what, times, medianMs, mostMs }) =>
        `  ${name.padEnd(width)}  ${WORDS[what]}: median ${medianMs.toFixed(1)}, ` +
        `greatest ${mostMs.toFixed(1)} of ${String(times)}`,
    ),
    ...slow.map(
      ({ name, what }) =>
        `Note: ${name}, ${WORDS[what]}: more than ${String(SLOW_MS)} ms at least once; a busy machine adds to it.`,
    ),
  ];
}
