// Where a worker goes on after a restart. Never the only copy of a fact: a lost checkpoint means reading from block 0.

export interface Checkpoint {
  /** The last block that was processed; −1: none. */
  readonly block: number;
  readonly openDeals: readonly string[];
}

export interface Checkpoints {
  load(): Promise<Checkpoint>;
  /** Resolves when this checkpoint or a later one is stored. */
  save(checkpoint: Checkpoint): Promise<void>;
}
