// Finds out what became of a transaction whose outcome was unknown.
import { setTimeout as wait } from 'node:timers/promises';
import type { CommitTracker } from './commit-tracker.js';
import type { TransactionOutcome } from './ledger-client.js';
import { LedgerUnavailable } from './ledger-errors.js';
import { type Commit, EndorseFailure, type LedgerPort } from './ledger-port.js';

/** Submissions whose time is remembered; older ones are given a whole time window from now on. */
const MOST_REMEMBERED = 20_000;
const ASK_FOR_MS = 1_000;
const RETRY_MS = 1_000;
const VALID = 0;

export interface OutcomeResolverOptions {
  readonly port: Pick<LedgerPort, 'commitStatus'>;
  readonly tracker: CommitTracker;
  /** How long after its submission a transaction may still commit: 2 × window + slack + margin. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

export class OutcomeResolver {
  private readonly sentAt = new Map<string, number>();

  constructor(private readonly options: OutcomeResolverOptions) {}

  /** To be called before a transaction is submitted. */
  recordSubmission(txId: string): void {
    this.sentAt.set(txId, Date.now());
    if (this.sentAt.size <= MOST_REMEMBERED) return;
    const oldest = this.sentAt.keys().next();
    if (oldest.done !== true) this.sentAt.delete(oldest.value);
  }

  /** See `LedgerClient.resolve`. */
  async resolve(txId: string, signal?: AbortSignal): Promise<TransactionOutcome> {
    // This client's own stream cannot have missed what it sent; for another's transaction the peer must have answered.
    const isOurs = this.sentAt.has(txId);
    const first = await this.askPeer(txId);
    if (first.commit !== null) return committed(first.commit);
    const streamed = await this.awaitStream(txId, signal);
    if (streamed !== null) return committed(streamed);
    if (signal?.aborted === true || this.options.signal.aborted) {
      throw new LedgerUnavailable('nobody waits for the outcome of the transaction any more');
    }
    const last = await this.askPeer(txId);
    if (last.commit !== null) return committed(last.commit);
    if (this.options.tracker.isLive && (isOurs || last.isAnswer)) return { state: 'notFound' };
    throw new LedgerUnavailable('the own peer cannot be asked for the outcome of a transaction');
  }

  /** Resolves when the outcome is known, however long the peer is away, or when the client closes. */
  async untilResolved(txId: string): Promise<void> {
    while (!this.options.signal.aborted) {
      try {
        await this.resolve(txId, this.options.signal);
        return;
      } catch (error) {
        if (!(error instanceof LedgerUnavailable)) throw error;
        await pause(RETRY_MS, this.options.signal);
      }
    }
  }

  /** `isAnswer` is false when the peer could not say. */
  private async askPeer(
    txId: string,
  ): Promise<{ readonly commit: Commit | null; readonly isAnswer: boolean }> {
    const seen = this.options.tracker.seen(txId);
    if (seen !== null) return { commit: seen, isAnswer: true };
    try {
      return { commit: await this.options.port.commitStatus(txId, ASK_FOR_MS), isAnswer: true };
    } catch (error) {
      if (error instanceof EndorseFailure) return { commit: null, isAnswer: false };
      throw error;
    }
  }

  /** Until the commit comes or its time is over. */
  private async awaitStream(txId: string, signal?: AbortSignal): Promise<Commit | null> {
    const until = (this.sentAt.get(txId) ?? Date.now()) + this.options.patienceMs;
    const stop = new AbortController();
    const signals = [stop.signal, this.options.signal, ...(signal === undefined ? [] : [signal])];
    let forget = (): void => undefined;
    const arrival = new Promise<Commit>((resolve) => {
      forget = this.options.tracker.watch(txId, resolve);
    });
    try {
      return await Promise.race([
        arrival,
        pause(Math.max(0, until - Date.now()), AbortSignal.any(signals)).then(() => null),
      ]);
    } finally {
      forget();
      stop.abort();
    }
  }
}

function committed(commit: Commit): TransactionOutcome {
  return { state: 'committed', valid: commit.code === VALID, code: commit.code, block: commit.block };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
