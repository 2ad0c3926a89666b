// The faults that tests can inject, by number or at random.

/** Faults on demand, for the holder of this object; the network never reaches it. */
export interface FaultInjector {
  setPeerDown(mspId: string, down: boolean): void;
  isPeerDown(mspId: string): boolean;
  pauseOrdering(): void;
  resumeOrdering(): void;
  /** The next `count` submissions are ordered but answered with an error. */
  loseAnswers(count: number): void;
  /** The next `count` submissions are ordered but answered "request already processed". */
  answerAlreadyProcessed(count: number): void;
  /** While on, waitForTransaction and transactionStatus keep silent. */
  withholdStatus(withheld: boolean): void;
  /** The next `count` otherwise valid transactions get code 11 (MVCC_READ_CONFLICT). */
  forceConflicts(count: number): void;
  /** Endorsements at this organisation's peer take so much longer; 0 switches it off. */
  slowEndorser(mspId: string, delayMs: number): void;
  /** From now on faults come at random, the same for the same seed and the same requests in the same order. */
  atRandom(random: RandomFaults): void;
  /** Everything as it should be: peers up, ordering on, nothing more by number or at random. */
  clear(): void;
}

/** What may go wrong at random, decided anew for each proposal, submission, transaction or status request. */
export const FAULT_KINDS = [
  'peerDown',
  'slowEndorser',
  'loseAnswer',
  'answerAlreadyProcessed',
  'forceConflict',
  'withholdStatus',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface RandomFaults {
  readonly seed: string;
  /** Of each kind, from 0 to 1; absent: never. */
  readonly probability: Partial<Record<FaultKind, number>>;
  /** How long a slow endorser takes. */
  readonly delayMs: number;
}
