// Real time for clients of real peers, which stands still while a test acts at one instant.
import { setTimeout as pause } from 'node:timers/promises';

export class PinnedClock {
  private pinned: number | undefined;

  now(): number {
    return this.pinned ?? Date.now();
  }

  /** Waits for the instant, if it is still to come, and keeps it until the act is over. */
  async at<Result>(instant: number, act: () => Promise<Result>): Promise<Result> {
    const leftMs = instant - Date.now();
    if (leftMs > 0) await pause(leftMs);
    this.pinned = instant;
    try {
      return await act();
    } finally {
      this.pinned = undefined;
    }
  }
}
