// Counts what crosses the border to the ledger, for tests and operators; nothing decides by it.
import type { LedgerCounters } from './ledger-client.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** All zero; its owner counts in place. */
export function newCounters(): Mutable<LedgerCounters> {
  return {
    transactions: 0,
    commands: 0,
    endorseCalls: 0,
    submitCalls: 0,
    evaluateCalls: 0,
    commitStatusCalls: 0,
    conflicts: 0,
    retries: 0,
    mostInFlight: 0,
  };
}

export type CountersInUse = Mutable<LedgerCounters>;
