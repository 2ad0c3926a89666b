// Gathers ordered envelopes into batches by count and bytes, as Fabric's block cutter does.
// It keeps no time: the caller takes the rest when the batch timeout has passed.
export interface BatchLimits {
  readonly maxMessageCount: number;
  readonly preferredMaxBytes: number;
}

export interface Sized {
  readonly bytes: Uint8Array;
}

export class BatchCutter<T extends Sized> {
  private pending: T[] = [];
  private pendingBytes = 0;

  constructor(private readonly limits: BatchLimits) {}

  get hasPending(): boolean {
    return this.pending.length > 0;
  }

  /** Batches that are complete now, in order: none, one or two. */
  add(message: T): T[][] {
    const size = message.bytes.length;
    const batches: T[][] = [];
    if (size > this.limits.preferredMaxBytes) {
      if (this.hasPending) batches.push(this.cut());
      return [...batches, [message]];
    }
    if (this.pendingBytes + size > this.limits.preferredMaxBytes) batches.push(this.cut());
    this.pending.push(message);
    this.pendingBytes += size;
    if (this.pending.length >= this.limits.maxMessageCount) batches.push(this.cut());
    return batches;
  }

  cut(): T[] {
    const batch = this.pending;
    this.pending = [];
    this.pendingBytes = 0;
    return batch;
  }
}
