// Bounds what is accepted and not yet in a block, in number and bytes, first come first served.
export interface RoomLimits {
  readonly count: number;
  readonly bytes: number;
  readonly waitMs: number;
}

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

export class PendingRoom {
  private count = 0;
  private bytes = 0;
  private readonly waiting: Waiting[] = [];

  constructor(private readonly limits: RoomLimits) {}

  /** Takes the room at once if there is any and no other caller waits. */
  tryEnter(bytes: number): boolean {
    if (this.waiting.length > 0 || !this.fits(bytes)) return false;
    this.take(bytes);
    return true;
  }

  /** False when no room came free in time. */
  enter(bytes: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        resolve(false);
        this.admit();
      }, this.limits.waitMs);
      const enter = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const entry = { bytes, enter };
      this.waiting.push(entry);
    });
  }

  leave(bytes: readonly number[]): void {
    this.count -= bytes.length;
    for (const one of bytes) this.bytes -= one;
    this.admit();
  }

  private admit(): void {
    for (let next = this.waiting[0]; next && this.fits(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      this.take(next.bytes);
      next.enter();
    }
  }

  private take(bytes: number): void {
    this.count++;
    this.bytes += bytes;
  }

  /** One is always let in, however large. */
  private fits(bytes: number): boolean {
    const { limits } = this;
    return this.count === 0 || (this.count < limits.count && this.bytes + bytes <= limits.bytes);
  }
}
