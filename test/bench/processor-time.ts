// Duty: processor time of every process of a bench, by what the process is: client (this one), chaincode, ledger, peer,
// orderer. Must not: choose what is measured.
import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time, user and system together, by kind of process. */
export type ProcessorTimes = Readonly<Record<string, number>>;

export interface NamedProcess {
  /** Begins with its kind: `chaincode-bank-a.example`. */
  readonly name: string;
  readonly pid: number | null;
}

export class ProcessorMeter<Work extends string> {
  /** For each command of a work; none before it was measured. */
  readonly times: Record<Work, ProcessorTimes>;

  constructor(
    works: readonly Work[],
    private readonly processes: () => readonly NamedProcess[],
  ) {
    const nothing: [Work, ProcessorTimes][] = works.map((work) => [work, {}]);
    this.times = Object.fromEntries(nothing) as Record<Work, ProcessorTimes>; // one for each work
  }

  /** Does the work, which is `commands` commands, and notes what each of them took. */
  async measure<T>(name: Work, commands: number, work: () => Promise<T>): Promise<T> {
    const before = this.now();
    const result = await work();
    const spent = Object.entries(this.now()).map(
      ([kind, ms]) => [kind, (ms - (before[kind] ?? 0)) / commands] as const,
    );
    this.times[name] = Object.fromEntries(spent);
    return result;
  }

  private now(): ProcessorTimes {
    const { user, system } = process.cpuUsage();
    const sums: Record<string, number> = { client: (user + system) / 1_000 };
    for (const { name, pid } of this.processes()) {
      const kind = name.split('-', 1)[0] ?? name;
      sums[kind] = (sums[kind] ?? 0) + (pid === null ? 0 : millisecondsOf(pid));
    }
    return sums;
  }
}

/** Linux tells it in hundredths of a second, whatever its clock. */
const MS_PER_TICK = 10;
/** Places of user and system time after the process's name, which may hold anything. */
const TIME_FIELDS = [11, 12] as const;

/** Nothing where there is no such file: other systems than Linux tell only this process's own time. */
function millisecondsOf(pid: number): number {
  const path = `/proc/${String(pid)}/stat`;
  if (!existsSync(path)) return 0;
  const stat = readFileSync(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  return TIME_FIELDS.reduce((sum, field) => sum + Number(fields[field]) * MS_PER_TICK, 0);
}
