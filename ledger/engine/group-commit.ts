// Gathers writes that arrive during a write into the next one, so that one synced write serves many callers.
// Writes stay in order, and none resolves before it is on disk.
import type { Snapshot, Store, Write } from '../fabric/store.js';

interface Waiting {
  readonly batch: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The store as the engine's parts share it. Whether a write that failed is on disk is unknown, so every later one fails
 * too, and `onFailure` is called at once.
 */
export class GroupCommit implements Store {
  private waiting: Waiting[] = [];
  private isWriting = false;
  private broken: { readonly reason: unknown } | null = null;

  constructor(
    private readonly inner: Store,
    private readonly onFailure: (cause: unknown) => void,
  ) {}

  get place(): string {
    return this.inner.place;
  }

  snapshot(): Snapshot {
    return this.inner.snapshot();
  }

  write(batch: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ batch, resolve, reject });
      if (!this.isWriting) void this.writeWaiting();
    });
  }

  acknowledge(height: number): void {
    this.inner.acknowledge(height);
  }

  acknowledgedHeight(): number {
    return this.inner.acknowledgedHeight();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async writeWaiting(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        if (this.broken) throw this.broken.reason;
        await this.inner.write(group.flatMap(({ batch }) => batch));
        for (const { resolve } of group) resolve();
      } catch (reason) {
        if (!this.broken) this.onFailure(reason);
        this.broken ??= { reason };
        for (const { reject } of group) reject(reason);
      }
    }
    this.isWriting = false;
  }
}
