// Passes each commit to those who wait for it, out of one stream of filtered blocks of the own peer.
import { type Backoff, resumedBlocks } from './block-stream.js';
import type { Commit, CommitBlock, LedgerPort } from './ledger-port.js';

/** Commits that are remembered for late callers. */
const MOST_REMEMBERED = 20_000;

export class CommitTracker {
  private readonly waiting = new Map<string, Set<(commit: Commit) => void>>();
  private readonly recent = new Map<string, Commit>();
  private readonly lifetime = new AbortController();
  private readonly readers: (() => void)[] = [];
  private running: Promise<void> | null = null;
  private newest: number | null = null;
  private live = false;

  constructor(
    private readonly port: Pick<LedgerPort, 'commits'>,
    private readonly backoff?: Backoff,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** The peer's newest block that was seen; null before the first. */
  get height(): number | null {
    return this.newest;
  }

  /** True while the stream is up: then no commit before now is missing. */
  get isLive(): boolean {
    return this.live;
  }

  /** Resolves when the first block has come. Rejects with the signal's reason. */
  ready(signal?: AbortSignal): Promise<void> {
    if (this.newest !== null) return Promise.resolve();
    return new Promise((resolve, reject) => {
      // A signal's reason is an Error unless its owner chose otherwise.
      const aborted = (): void => {
        reject(signal?.reason as Error);
      };
      if (signal?.aborted === true) {
        aborted();
        return;
      }
      signal?.addEventListener('abort', aborted, { once: true });
      this.readers.push(() => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      });
    });
  }

  /** Calls back once when the transaction commits; at once if it already has. Returns how to stop waiting. */
  watch(txId: string, onCommit: (commit: Commit) => void): () => void {
    const known = this.recent.get(txId);
    if (known !== undefined) {
      onCommit(known);
      return () => undefined;
    }
    const watchers = this.waiting.get(txId) ?? new Set();
    watchers.add(onCommit);
    this.waiting.set(txId, watchers);
    return () => {
      watchers.delete(onCommit);
      if (watchers.size === 0 && this.waiting.get(txId) === watchers) this.waiting.delete(txId);
    };
  }

  seen(txId: string): Commit | null {
    return this.recent.get(txId) ?? null;
  }

  async close(): Promise<void> {
    this.lifetime.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const blocks = resumedBlocks<CommitBlock>({
      open: (from) => this.port.commits(from),
      from: 'newest',
      signal: this.lifetime.signal,
      ...(this.backoff === undefined ? {} : { backoff: this.backoff }),
      onLive: () => {
        this.live = true;
      },
      onLost: () => {
        this.live = false;
      },
    });
    for await (const block of blocks) this.take(block);
  }

  private take(block: CommitBlock): void {
    for (const commit of block.commits) this.publish(commit);
    this.newest = block.block;
    for (const resolve of this.readers.splice(0)) resolve();
  }

  private publish(commit: Commit): void {
    // A replayed envelope stands in a later block as invalid; the first commit decides.
    if (this.recent.has(commit.txId)) return;
    this.remember(commit);
    const watchers = this.waiting.get(commit.txId);
    this.waiting.delete(commit.txId);
    watchers?.forEach((onCommit) => {
      onCommit(commit);
    });
  }

  private remember(commit: Commit): void {
    this.recent.set(commit.txId, commit);
    if (this.recent.size <= MOST_REMEMBERED) return;
    const oldest = this.recent.keys().next();
    if (oldest.done !== true) this.recent.delete(oldest.value);
  }
}
