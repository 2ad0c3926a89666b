// Removes at intervals what has had its time, so that no table grows for ever.
import type { Logger } from 'pino';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Clock } from '../clock.js';

export interface CleanUpOptions {
  /** Each removes what is old at that instant and resolves with how much that was. */
  readonly jobs: readonly ((now: Instant) => Promise<number>)[];
  readonly clock: Clock;
  readonly log: Logger;
}

const EVERY_MS = 3_600_000;

export class CleanUp {
  private cancelTimer: () => void = () => undefined;
  private stopped = false;

  constructor(private readonly options: CleanUpOptions) {}

  /** Runs at once and then at intervals. */
  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer();
  }

  private async run(): Promise<void> {
    const { jobs, clock, log } = this.options;
    for (const job of jobs) {
      try {
        const removed = await job(clock.now());
        if (removed > 0) log.info({ removed }, 'removed what was old');
      } catch (error) {
        log.warn({ err: error }, 'could not remove what is old; it is tried again later');
      }
    }
    if (this.stopped) return;
    this.cancelTimer = clock.at(clock.now() + EVERY_MS, () => void this.run());
  }
}
