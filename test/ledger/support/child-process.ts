// Starts a program of this repository for a test, waits for what it prints, and makes sure that it ends.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface ChildOptions {
  readonly cwd?: string;
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves `start` when a line of stdout or stderr matches. */
  readonly readyWhen: RegExp;
}

/** One running Node.js program; `output` is all that it printed so far. */
export class Child {
  output = '';

  private constructor(readonly process: ChildProcess) {}

  /** Rejects with what the program printed when it ends before it is ready. */
  static async start(file: string, args: readonly string[], options: ChildOptions): Promise<Child> {
    const process = spawn(globalThis.process.execPath, [file, ...args], {
      cwd: options.cwd,
      env: { ...globalThis.process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const child = new Child(process);
    await child.until(options.readyWhen);
    return child;
  }

  /** Waits for a text in the output, however it comes. */
  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (chunk?: Buffer): void => {
        this.output += chunk?.toString() ?? '';
        if (pattern.test(this.output)) {
          this.process.off('exit', ended);
          resolve();
        }
      };
      const ended = (code: number | null): void => {
        reject(new Error(`The program ended with ${code} before it printed ${pattern}:\n${this.output}`));
      };
      this.process.once('exit', ended);
      this.process.stdout?.on('data', check);
      this.process.stderr?.on('data', check);
      check();
    });
  }

  /** Sends the signal and resolves with the exit code, null if the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill(signal);
      await once(this.process, 'exit');
    }
    return this.process.exitCode;
  }
}
