// `npm start` and `npm run demo` as a newcomer runs them, on either ground: processes, sums, restart, kill -9.
import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { GroundName } from '../../network/consortium.js';
import type { DemoReport } from '../../demo/context.js';
import type { VerifyReport } from '../../audit/verify.js';
import { isRunning } from '../../network/processes/process-mark.js';
import { demoContext, runningSystem } from '../../network/commands/command-context.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { consecutivePorts } from '../support/consecutive-ports.js';
import { expectWholePopulation, SIZE_OPTIONS } from './population/population.js';

const MAIN = join(__dirname, '..', '..', 'network', 'main.js');
/** A demo takes under 90 s on a machine that does nothing else; a busy one and kills take longer. */
const DEMO_LIMIT_MS = 240_000;

export interface DemoGround {
  ground: GroundName;
  /** Processes that must be gone after a stop, gateways aside. */
  processes: readonly string[];
  /** The longest that a second start may take. */
  againLimitMs: number;
  /** What is killed when a line of the demonstration begins so. */
  kill: Readonly<Record<string, string>>;
}

/** A command of the command line that is running, with every line that it has printed. */
class Running {
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  private readonly watchers = new Set<() => void>();

  constructor(
    readonly child: ChildProcess,
    private readonly onLine: (line: string) => void,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.onLine(line);
        for (const wake of this.watchers) wake();
      });
    }
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** Resolves with the first line that begins so; rejects if the command ends before. */
  async line(start: string): Promise<string> {
    const found = (): string | undefined => this.lines.find((line) => line.startsWith(start));
    const seen = new Promise<void>((resolve) => {
      const look = (): void => {
        if (found() !== undefined) resolve();
      };
      this.watchers.add(look);
      look();
    });
    await Promise.race([seen, this.ended]);
    const line = found();
    if (line === undefined) throw new Error(`"${start}" never came:\n${this.lines.join('\n')}`);
    return line;
  }
}

/** Registers the suite for one ground. */
export function describeDemo({ ground, processes, againLimitMs, kill: victims }: DemoGround): void {
  describe(`npm start and npm run demo on the ${ground} ground`, function () {
    this.timeout(DEMO_LIMIT_MS);
    const started: Running[] = [];
    let portBase = 0;
    let dir = '';

    before(async () => {
      dir = mkdtempSync(join(tmpdir(), 'forescrow-demo-'));
      portBase = await consecutivePorts();
    });

    after(async () => {
      for (const { child, ended } of started) {
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(dir, { recursive: true, force: true });
    });

    function run(args: readonly string[], onLine: (line: string) => void = () => undefined): Running {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      const running = new Running(child, onLine);
      started.push(running);
      return running;
    }

    function start(): Running {
      return run(['start', '--ground', ground, '--dir', dir, '--port-base', String(portBase)]);
    }

    function pidOf(name: string): number {
      const { pid } = JSON.parse(readFileSync(join(dir, 'run', `${name}.pid`), 'utf8')) as { pid: number };
      return pid;
    }

    /** Plays on the running system; a process named by a line's beginning is killed when that line comes. */
    async function demo(kill: Readonly<Record<string, string>> = {}): Promise<DemoReport> {
      const killed = new Set<string>();
      const running = run(['demo', '--json', '--dir', dir], (line) => {
        const trigger = Object.keys(kill).find((beginning) => line.startsWith(beginning));
        if (trigger === undefined || killed.has(trigger)) return;
        killed.add(trigger);
        process.kill(pidOf(kill[trigger] ?? ''), 'SIGKILL');
      });
      const code = await running.ended;
      expect(code, running.lines.join('\n')).to.equal(0);
      expect([...killed]).to.deep.equal(Object.keys(kill));
      return JSON.parse(running.lines.at(-1) ?? '') as DemoReport;
    }

    function expectWorkedSums(report: DemoReport): void {
      expect(report.balanced).to.equal(true);
      expect(report.deals.map((deal) => ({ ...deal, id: '' }))).to.deep.equal([
        sums('completed', 2, { paidToSeller: '1178000', commission: '62000', interbankFees: '7500' }),
        sums('expired', 2, { returned: '812000' }),
        sums('completed', 2, { paidToSeller: '1178000', commission: '62000', interbankFees: '9600' }),
        sums('expired', 1, { returned: '1258600' }),
      ]);
      expect(new Set(report.deals.map(({ id }) => id)).size).to.equal(4);
    }

    it('plays the four deals to the unit, says who did what in which transaction, and is ready', async () => {
      const running = start();
      await running.line('Ready:');
      const text = running.lines.join('\n');
      expect(text).to.match(/pays 5 000\.00 from Bank A, fee 75\.00 on top .+ tx [0-9a-f]{12}/);
      expect(text).to.match(/pays 7 400\.00 from Bank B, no fee .+ tx [0-9a-f]{12}/);
      expect(text).to.match(/Bank B credits the seller with 6 780\.00 .+ tx [0-9a-f]{12}/);
      expect(text).to.match(/Bank A credits the commission with 620\.00 .+ tx [0-9a-f]{12}/);
      expect(text).to.match(/, buyer +Bank A +14 925\.00 +5 075\.00/);
      expect(text).to.match(/, seller +Bank B +11 780\.00/);
      expect(text).to.match(/Marketplace, commission +Bank A +\+620\.00/);
      expect(text).to.include('Bank A since this deal began: fees +75.00, owes Bank B 4 380.00');
      expect(text).to.include('Courier asks to let the deal expire: refused, PAYMENT_UNANSWERED');
      expect(text).to.include('yes, but too late: held and given back at once');
      expect(text).to.match(/under refund key [0-9a-f]{16}:\n +hold .+\n +hold .+\n +void .+\n +void /);
      expect(text).to.match(/\d+ transactions; all books sum to zero\./);
    });

    it(`stops cleanly, and is ready again in ${againLimitMs / 1000} s with the ledger that it had`, async () => {
      const first = started[0];
      const pids = [...processes, 'gateway-bank-a.example'].map(pidOf);
      first?.child.kill('SIGTERM');
      expect(await first?.ended).to.equal(0);
      expect(pids.filter((pid) => isRunning({ pid }))).to.deep.equal([]);
      const begun = Date.now();
      const running = start();
      await running.line('Ready:');
      expect(Date.now() - begun).to.be.below(againLimitMs);
      expect(running.lines.join('\n')).not.to.include('Deal 1 of 4');
    });

    it('plays on new people with the same sums while parts of the ground and a gateway are killed', async () => {
      const report = await demo({ ...victims, '  “Cross-country skis': 'gateway-marketplace.example' });
      expectWorkedSums(report);
      expect(report.transactions).to.be.greaterThan(40);
    });

    it('a population that was cut off is gone on with by the next run, and nothing is doubled', async () => {
      const folder = new SystemFolder(dir);
      await expectWholePopulation(demoContext(folder, runningSystem(folder).consortium), async () => {
        const running = run(['seed', '--dir', dir, ...SIZE_OPTIONS]);
        expect(await running.ended, running.lines.join('\n')).to.equal(0);
        const text = running.lines.join('\n');
        expect(text).to.include(
          '6 clients of 2 banks, 12 accounts with 12 080.00 RUB, 6 of them linked, 3 offers',
        );
        expect(text).to.match(/Marketplace +search by words: median [0-9.]+, greatest [0-9.]+ of 120/);
        expect(text).to.match(/Bank B +list of the bank's accounts: median [0-9.]+/);
      });
    });

    it('verify finds nothing in the blocks of all this, nor in the books of either bank', async () => {
      for (const by of [[], ['--org', 'bank-a.example'], ['--org', 'bank-b.example']]) {
        const running = run(['verify', '--json', '--dir', dir, ...by]);
        expect(await running.ended, running.lines.join('\n')).to.equal(0);
        const report = JSON.parse(running.lines.at(-1) ?? '') as VerifyReport;
        expect(report.findings).to.deep.equal([]);
        expect(report.transactions).to.be.greaterThan(100);
      }
    });

    it('leaves neither a process nor a file after "down --erase"', async () => {
      const pids = [...processes, 'gateway-bank-a.example'].map(pidOf);
      const down = run(['network', 'down', '--erase', '--dir', dir]);
      expect(await down.ended).to.equal(0);
      await started[1]?.ended;
      expect(pids.filter((pid) => isRunning({ pid }))).to.deep.equal([]);
      expect(existsSync(dir)).to.equal(false);
    });
  });
}

function sums(outcome: string, payments: number, amounts: Partial<DemoReport['deals'][number]>) {
  return {
    id: '',
    outcome,
    payments,
    paidToSeller: '0',
    commission: '0',
    interbankFees: '0',
    returned: '0',
    ...amounts,
  };
}
