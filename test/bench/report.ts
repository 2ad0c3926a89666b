// What a bench prints: ratios of pairs with their floors and targets, absolute figures marked as this machine's.
import { cpus, totalmem } from 'node:os';
import { median } from './pace.js';
import type { ProcessorTimes } from './processor-time.js';
import { IN_FLIGHT, METERED, type Metered, type Round } from './workloads.js';

export interface BenchResult {
  /** `embedded`, or `fabric` with the peers' version. */
  readonly ground: string;
  /** Day of the run, UTC. */
  readonly date: string;
  /** Rows put on the ledger before anything was measured. */
  readonly rows: number;
  readonly rounds: readonly Round[];
}

interface RatioRule {
  readonly name: string;
  readonly of: (round: Round) => number;
  /** Null: the ratio is shown, nothing is asked of it. */
  readonly floor: number | null;
  readonly target: number | null;
  /** A latency is good when it is small. */
  readonly isBetter: 'higher' | 'lower';
}

/** Commands per second ÷ puts per second of the same round; a ratio of latencies for light load. */
const RATIOS = {
  single: {
    name: 'One signed payment per transaction ÷ one put',
    of: ({ singlePayments, puts }) => singlePayments / puts,
    floor: 0.7,
    target: 0.9,
    isBetter: 'higher',
  },
  agreement: {
    name: 'Payments in lists, agreement lane (submit, admit) ÷ one put',
    of: ({ agreedInLists, puts }) => agreedInLists / puts,
    floor: 8,
    target: 15,
    isBetter: 'higher',
  },
  owner: {
    name: 'Payments in lists, owner lane (the bank’s answers) ÷ one put',
    of: ({ answeredInLists, puts }) => answeredInLists / puts,
    floor: 6,
    target: 12,
    isBetter: 'higher',
  },
  ownerToOwn: {
    name: 'The same ÷ one put that the owner alone endorses',
    of: ({ answeredInLists, ownPuts }) => answeredInLists / ownPuts,
    floor: null,
    target: null,
    isBetter: 'higher',
  },
  light: {
    name: 'Light load: latency of one payment ÷ of one put',
    of: ({ paymentLatencyMs, putLatencyMs }) => paymentLatencyMs / putLatencyMs,
    floor: null,
    target: 1.15,
    isBetter: 'lower',
  },
  door: {
    name: 'Signed payments through the web door ÷ by the ledger client alone',
    of: ({ doorPayments, clientPayments }) => doorPayments / clientPayments,
    floor: null,
    target: 0.9,
    isBetter: 'higher',
  },
  hot: {
    name: 'One hot payee as read-modify-write ÷ one put',
    of: ({ hotAdditions, puts }) => hotAdditions / puts,
    floor: null,
    target: null,
    isBetter: 'higher',
  },
} as const satisfies { readonly [name: string]: RatioRule };

type Figures = Omit<Round, 'processorMs'>;

const FIGURES: { readonly [K in keyof Figures]: string } = {
  puts: 'One blind put per transaction, two endorsers, per second',
  ownPuts: 'One blind put per transaction, the owner alone, per second',
  singlePayments: 'One signed payment per transaction, per second',
  submittedInLists: 'Payments submitted in lists, per second',
  admittedInLists: 'Payments admitted in lists, per second',
  agreedInLists: 'Agreement lane, both of these together, commands per second',
  answeredInLists: 'Payments answered in lists by their bank, per second',
  putLatencyMs: 'Latency of one put, one in flight, ms',
  paymentLatencyMs: 'Latency of one payment, one in flight, ms',
  hotAdditions: 'Additions to one hot row that were valid, per second',
  hotFailures: 'Additions to one hot row that failed, share',
  doorPayments: 'Signed payments through the web door, per second',
  clientPayments: 'The same by the ledger client alone, per second',
};

/** Medians over the rounds. */
export function figuresOf(rounds: readonly Round[]): Figures {
  const names = Object.keys(FIGURES) as (keyof Figures)[]; // keys of a constant
  const medians = names.map((name) => [name, median(rounds.map((round) => round[name]))] as const);
  return Object.fromEntries(medians) as { [K in keyof Figures]: number }; // one for each name
}

/** Processor time of one command of a work: medians over the rounds, by kind of process. */
export function processorTimesOf(rounds: readonly Round[], work: Metered): ProcessorTimes {
  const kinds = new Set(rounds.flatMap(({ processorMs }) => Object.keys(processorMs[work])));
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, median(rounds.map(({ processorMs }) => processorMs[work][kind] ?? 0))]),
  );
}

const WORKS: { readonly [W in Metered]: string } = {
  put: 'One blind put',
  single: 'One signed payment',
  submission: 'Submission in lists',
  admission: 'Admission in lists',
  answer: 'Answer in lists',
  door: 'Payment through the web door',
  client: 'The same by the ledger client alone',
};

function processorTable(rounds: readonly Round[]): string[] {
  const times = METERED.map((work) => ({ work, spent: processorTimesOf(rounds, work) }));
  const kinds = [...new Set(times.flatMap(({ spent }) => Object.keys(spent)))];
  return table(
    ['Processor time per command, ms', ...kinds, 'all'],
    times.map(({ work, spent }) => {
      const all = Object.values(spent).reduce((sum, ms) => sum + ms, 0);
      return [WORKS[work], ...kinds.map((kind) => shown(spent[kind] ?? 0)), shown(all)];
    }),
  );
}

export interface Ratio {
  readonly value: number;
  readonly floor: number | null;
  readonly target: number | null;
  readonly isAboveFloor: boolean;
  readonly isOnTarget: boolean;
}

/** Medians of each round's ratio: the two sides of a pair were measured one after the other. */
export function ratiosOf(rounds: readonly Round[]): { readonly [name in keyof typeof RATIOS]: Ratio } {
  const entries = Object.entries(RATIOS).map(([name, rule]) => [name, ratioOf(rule, rounds)]);
  return Object.fromEntries(entries) as { [name in keyof typeof RATIOS]: Ratio }; // one for each rule
}

function ratioOf({ of, floor, target, isBetter }: RatioRule, rounds: readonly Round[]): Ratio {
  const value = median(rounds.map(of));
  const reaches = (limit: number | null) =>
    limit === null || (isBetter === 'higher' ? value >= limit : value <= limit);
  return { value, floor, target, isAboveFloor: reaches(floor), isOnTarget: reaches(target) };
}

/** One object, for machines. */
export function jsonOf(result: BenchResult): object {
  const { ground, date, rows, rounds } = result;
  const figures = figuresOf(rounds);
  return {
    ground,
    date,
    rows,
    pairs: rounds.length,
    inFlight: IN_FLIGHT,
    machine: machine(),
    ratios: ratiosOf(rounds),
    figures,
    rounds,
  };
}

/** Markdown, as the README shows it. */
export function textOf(result: BenchResult): string {
  const { rounds } = result;
  const ratios = ratiosOf(rounds);
  const rules: readonly (readonly [keyof typeof RATIOS, RatioRule])[] = Object.entries(RATIOS) as [
    keyof typeof RATIOS,
    RatioRule,
  ][]; // keys of a constant
  const figures = figuresOf(rounds);
  const names = Object.keys(FIGURES) as (keyof Figures)[]; // keys of a constant
  return [
    headOf(result),
    '',
    ...table(
      ['Ratio, median of pairs', 'Found', 'Floor', 'Target', 'Verdict'],
      rules.map(([name, rule]) => {
        const { value } = ratios[name];
        return [rule.name, shown(value), limit(rule.floor), limit(rule.target), verdict(ratios[name])];
      }),
    ),
    '',
    ...table(
      ['Absolute figures, of that machine only', 'Median'],
      names.map((name) => [FIGURES[name], shown(figures[name])]),
    ),
    '',
    ...processorTable(rounds),
  ].join('\n');
}

function headOf({ ground, date, rows, rounds }: BenchResult): string {
  const { processors, model, memoryGigabytes, node } = machine();
  const after = rows === 0 ? '' : `, after ${rows.toLocaleString('en')} rows`;
  return (
    `Ground ${ground}, ${date}, ${String(rounds.length)} interleaved pairs, ${String(IN_FLIGHT)} in flight${after}; ` +
    `${String(processors)} × ${model}, ${String(memoryGigabytes)} GB, Node.js ${node}.`
  );
}

function machine() {
  const processors = cpus();
  return {
    processors: processors.length,
    model: processors[0]?.model.trim() ?? 'unknown processor',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  };
}

function verdict({ floor, target, isAboveFloor, isOnTarget }: Ratio): string {
  if (floor === null && target === null) return '';
  if (!isAboveFloor) return 'below the floor';
  return isOnTarget ? 'on target' : 'short of the target';
}

function limit(value: number | null): string {
  return value === null ? '' : String(value);
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
