// Whole systems through the command line, as a newcomer has them, and gateways to play on them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoContext, runningSystem } from '../../network/commands/command-context.js';
import type { SystemStatus } from '../../network/commands/look.js';
import { DEFAULT_CONSORTIUM_FILE, type Consortium, type GroundName } from '../../network/consortium.js';
import type { DemoContext } from '../../demo/context.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { NETWORK_ENTRY } from '../../network/repository.js';
import type { VerifyReport } from '../../audit/verify.js';
import { consecutivePorts } from '../support/consecutive-ports.js';

/** Runs one command of the command line to its end. */
export function commandLine(...args: readonly string[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [NETWORK_ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, lines: text.trimEnd().split('\n') });
    });
  });
}

/** `network up` in a folder of its own; always `remove` it. */
export class RunningSystem {
  private constructor(readonly folder: SystemFolder) {}

  /** Of the default consortium on the embedded ground unless others are named. */
  static async up(
    consortiumFile = DEFAULT_CONSORTIUM_FILE,
    ground: GroundName = 'embedded',
  ): Promise<RunningSystem> {
    const system = new RunningSystem(new SystemFolder(mkdtempSync(join(tmpdir(), 'forescrow-system-'))));
    const portBase = String(await consecutivePorts(consortiumFile));
    const of = ['--consortium', consortiumFile, '--port-base', portBase, '--ground', ground];
    const { code, lines } = await commandLine('network', 'up', ...system.dir, ...of);
    if (code !== 0) {
      await system.remove();
      throw new Error(`network up ended with ${String(code)}:\n${lines.join('\n')}`);
    }
    return system;
  }

  private get dir(): readonly string[] {
    return ['--dir', this.folder.dir];
  }

  get consortium(): Consortium {
    return runningSystem(this.folder).consortium;
  }

  get context(): DemoContext {
    return demoContext(this.folder, this.consortium);
  }

  async status(): Promise<SystemStatus> {
    const { lines } = await commandLine('network', 'status', '--json', ...this.dir);
    return JSON.parse(lines.join('\n')) as SystemStatus;
  }

  /** What `verify --json` says, with that member's private values if one is named. */
  async verify(org?: string): Promise<VerifyReport> {
    const by = org === undefined ? [] : ['--org', org];
    const { lines } = await commandLine('verify', '--json', ...by, ...this.dir);
    const report = lines.find((line) => line.startsWith('{'));
    if (report === undefined) throw new Error(`verify printed no report:\n${lines.join('\n')}`);
    return JSON.parse(report) as VerifyReport;
  }

  down(): Promise<{ code: number | null; lines: string[] }> {
    return commandLine('network', 'down', ...this.dir);
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.folder.dir, { recursive: true, force: true });
  }
}

/** Ids of all processes of this machine whose command line names the folder. */
export function processesNaming(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name) && commandOf(name).includes(folder))
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
}
