// The device's clock, corrected by a gateway's: median of three questions, half the way there and back.
import type { Instant } from '../../chaincode/protocol/forms.js';

const QUESTIONS = 3;

export class DeviceClock {
  private offsetMs = 0;
  private correctedAt: number | null = null;

  constructor(
    private readonly ask: () => Promise<Instant>,
    private readonly device: () => number = () => Date.now(),
  ) {}

  /** Milliseconds since 1970 UTC. */
  now(): Instant {
    return Math.round(this.device() + this.offsetMs);
  }

  /** How far the device's clock is behind the gateway's; null: not asked yet. */
  get differenceMs(): number | null {
    return this.correctedAt === null ? null : Math.round(this.offsetMs);
  }

  /** Rejects as `ask` does; then the clock stays as it was. */
  async correct(): Promise<void> {
    const found: number[] = [];
    for (let asked = 0; asked < QUESTIONS; asked += 1) {
      const before = this.device();
      const there = await this.ask();
      const after = this.device();
      found.push(there - (before + after) / 2);
    }
    found.sort((left, right) => left - right);
    this.offsetMs = found[Math.floor(QUESTIONS / 2)] ?? 0;
    this.correctedAt = this.device();
  }

  /** Whether it was never corrected, or so long ago that the device may have slept. */
  isStale(afterMs: number): boolean {
    return this.correctedAt === null || Math.abs(this.device() - this.correctedAt) > afterMs;
  }
}
