// Processor time of every process of a bench, by what the process is: client (this one), chaincode, ledger, peer,
// orderer, database.
import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time, user and system together, by kind of process. */
export type ProcessorTimes = Readonly<Record<string, number>>;

export interface NamedProcess {
  /** Begins with its kind: `chaincode-bank-a.example`. */
  readonly name: string;
  readonly pid: number | null;
}

export class ProcessorMeter<Work extends string> {
  private readonly spent = new Map<Work, { commands: number; readonly ms: Record<string, number> }>();

  constructor(
    private readonly works: readonly Work[],
    private readonly processes: () => readonly NamedProcess[],
  ) {}

  /** For each command of a work, over all its parts; none before it was measured. */
  get times(): Record<Work, ProcessorTimes> {
    const each = this.works.map((work) => {
      const { commands, ms } = this.spent.get(work) ?? { commands: 1, ms: {} };
      return [work, Object.fromEntries(Object.entries(ms).map(([kind, sum]) => [kind, sum / commands]))];
    });
    return Object.fromEntries(each) as Record<Work, ProcessorTimes>; // one for each work
  }

  /** Does a part of the work, which is so many commands, and notes what it took. */
  async measure<T>(name: Work, commands: number, work: () => Promise<T>): Promise<T> {
    const before = this.now();
    const result = await work();
    const spent = this.spent.get(name) ?? { commands: 0, ms: {} };
    spent.commands += commands;
    for (const [kind, ms] of Object.entries(this.now())) {
      spent.ms[kind] = (spent.ms[kind] ?? 0) + ms - (before[kind] ?? 0);
    }
    this.spent.set(name, spent);
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

/** Linux gives it in hundredths of a second, whatever its clock. */
const MS_PER_TICK = 10;
/** Places of user and system time after the process's name, which may hold anything. */
const TIME_FIELDS = [11, 12] as const;

/** Nothing where there is no such file: other systems than Linux give only this process's own time. */
function millisecondsOf(pid: number): number {
  const path = `/proc/${String(pid)}/stat`;
  if (!existsSync(path)) return 0;
  const stat = readFileSync(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
  return TIME_FIELDS.reduce((sum, field) => sum + Number(fields[field]) * MS_PER_TICK, 0);
}
