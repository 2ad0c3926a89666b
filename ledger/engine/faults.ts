// Faults on demand, for tests: what may be made to fail, by number or at random.

/** Faults on demand; reachable by whoever holds the object, never through the network. */
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
  /** From now on trouble comes by itself, the same for the same seed and the same requests in the same order. */
  atRandom(random: RandomFaults): void;
  /** Everything as it should be: peers up, ordering on, nothing more by number or at random. */
  clear(): void;
}

/** What may go wrong by itself, decided anew for each proposal, submission, transaction or status request. */
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
  seed: string;
  /** Of each kind, from 0 to 1; absent: never. */
  probability: Partial<Record<FaultKind, number>>;
  /** How long a slow endorser takes. */
  delayMs: number;
}
