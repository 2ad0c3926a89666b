// Brings one list of commands to its end as one transaction: endorse, submit, wait for the commit. It never sends one
// twice; `batch-submitter.ts` decides what comes after a failure.
import { setTimeout as wait } from 'node:timers/promises';
import type { CommitTracker } from './commit-tracker.js';
import type { CountersInUse } from './counters.js';
import {
  type ChaincodeRequest,
  type Commit,
  EndorseFailure,
  type LedgerPort,
  type PreparedTransaction,
  SubmitFailure,
} from './ledger-port.js';

/** How a transaction ended. `failed`: certainly before it was ordered. */
export type SubmitResult =
  | { readonly kind: 'committed'; readonly commit: Commit; readonly response: string }
  | { readonly kind: 'failed'; readonly failure: EndorseFailure }
  | { readonly kind: 'unknown'; readonly txId: string; readonly cause?: unknown };

export interface SubmitTiming {
  /** Without a commit in the stream for so long, the peer is asked once. */
  readonly askAfterMs: number;
  /** After so long without an answer the outcome is unknown. */
  readonly commitTimeoutMs: number;
}
export const USUAL_SUBMIT_TIMING: SubmitTiming = { askAfterMs: 3_000, commitTimeoutMs: 10_000 };

/** Peers differ for a moment while a block reaches them. */
const MOST_MISMATCHES = 5;
const MISMATCH_PAUSE_MS = 5;
const MISMATCH_SPREAD_MS = 5;

export interface TransactionSubmitterOptions {
  readonly port: LedgerPort;
  readonly tracker: CommitTracker;
  readonly counters: CountersInUse;
  readonly timing?: SubmitTiming;
  /** Called before a transaction leaves for the orderer. */
  readonly onSubmit?: (txId: string) => void;
}

export class TransactionSubmitter {
  private readonly timing: SubmitTiming;

  constructor(private readonly options: TransactionSubmitterOptions) {
    this.timing = options.timing ?? USUAL_SUBMIT_TIMING;
  }

  /** `onEndorsed` is called when peers have answered and ordering begins. */
  async submit(request: ChaincodeRequest, onEndorsed: () => void = () => undefined): Promise<SubmitResult> {
    let prepared: PreparedTransaction;
    try {
      prepared = await this.endorse(request);
    } catch (error) {
      if (error instanceof EndorseFailure) return { kind: 'failed', failure: error };
      throw error;
    }
    onEndorsed();
    return this.order(prepared);
  }

  /** Endorses again while endorsers merely differ. */
  private async endorse(request: ChaincodeRequest): Promise<PreparedTransaction> {
    for (let mismatches = 0; ; mismatches += 1) {
      try {
        return await this.options.port.endorse(request);
      } catch (error) {
        const again =
          error instanceof EndorseFailure && error.kind === 'mismatch' && mismatches < MOST_MISMATCHES;
        if (!again) throw error;
        this.options.counters.retries += 1;
        await wait(MISMATCH_PAUSE_MS + Math.random() * MISMATCH_SPREAD_MS);
      }
    }
  }

  private async order(prepared: PreparedTransaction): Promise<SubmitResult> {
    const { txId, response } = prepared;
    // Before submitting: the block may come before the orderer's answer.
    const arrival = this.arrivalOf(txId);
    this.options.onSubmit?.(txId);
    this.options.counters.transactions += 1;
    try {
      const cause = await this.sendToOrderer(prepared, arrival);
      if (cause instanceof EndorseFailure) return { kind: 'failed', failure: cause };
      const commit = await this.awaitCommit(txId, arrival);
      return commit === null ? { kind: 'unknown', txId, cause } : { kind: 'committed', commit, response };
    } finally {
      arrival.forget();
    }
  }

  /**
   * Hands it to the orderer. Nothing, or what went wrong: EndorseFailure when it was certainly not ordered, otherwise
   * the cause of the doubt.
   * A commit that arrives before the orderer's answer ends the waiting for that answer.
   */
  private async sendToOrderer(prepared: PreparedTransaction, arrival: Arrival): Promise<Error | undefined> {
    try {
      await Promise.race([prepared.submit(), arrival.committed]);
      return undefined;
    } catch (error) {
      if (!(error instanceof SubmitFailure)) throw error;
      if (error.kind === 'denied') return new EndorseFailure('denied', error.text, { cause: error });
      if (error.kind === 'notSent') return new EndorseFailure('unavailable', error.text, { cause: error });
      return error;
    }
  }

  private arrivalOf(txId: string): Arrival {
    let forget = (): void => undefined;
    const committed = new Promise<Commit>((resolve) => {
      forget = this.options.tracker.watch(txId, resolve);
    });
    return { committed, forget };
  }

  private async awaitCommit(txId: string, { committed }: Arrival): Promise<Commit | null> {
    const { askAfterMs, commitTimeoutMs } = this.timing;
    const early = await within(committed, askAfterMs);
    if (early !== null) return early;
    const remainingMs = commitTimeoutMs - askAfterMs;
    const asked = this.options.port.commitStatus(txId, remainingMs).then(
      (commit) => commit ?? new Promise<never>(() => undefined),
      // The peer cannot be asked now: the stream may still bring the commit.
      () => new Promise<never>(() => undefined),
    );
    return within(Promise.race([committed, asked]), remainingMs);
  }
}

interface Arrival {
  readonly committed: Promise<Commit>;
  readonly forget: () => void;
}

/** The value, or null when it takes longer. */
async function within<T>(value: Promise<T>, ms: number): Promise<T | null> {
  const stop = new AbortController();
  const late = wait(ms, null, { signal: stop.signal }).catch(() => null);
  try {
    return await Promise.race([value, late]);
  } finally {
    stop.abort();
  }
}
