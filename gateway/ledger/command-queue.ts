// Gathers commands into lists: at once when idle, while others are in flight otherwise, cut by cost, and never two
// lists in flight that write one row.
import type { CommandOutcome } from '../protocol/admin.js';
import type { BatchSubmitter, Completion, ListRoute } from './batch-submitter.js';
import type { CountersInUse } from './counters.js';
import { LedgerUnavailable, OutcomeUnknown } from './ledger-errors.js';
import type { OutcomeResolver } from './outcome-resolver.js';

export interface QueuedCommand {
  /** Commands of one route may travel in one list; routes are compared by identity. */
  readonly route: ListRoute;
  /** Canonical JSON. */
  readonly text: string;
  /** Names of what it changes and others may not change at the same time (`scheduling.ts`). */
  readonly locks: readonly string[];
  /** Estimated, in stub calls. */
  readonly cost: number;
}

export interface QueueLimits {
  /** Cost of one list; a single command may exceed it. */
  readonly listCost: number;
  readonly listCommands: number;
  readonly listBytes: number;
  /** Lists in flight per route. */
  readonly listsInFlight: number;
  /** Cost in flight per route: so much is committed within a commit's time. One list may exceed it. */
  readonly costInFlight: number;
  /** Of that, what peers are endorsing: so much they answer within a request's time. One list may exceed it. */
  readonly costAtPeers: number;
  /** A list that is not full leaves when its oldest command has waited so long, though others are in flight. */
  readonly gatherMs: number;
  /** Commands waiting; more are refused. */
  readonly waiting: number;
}
export const USUAL_LIMITS: QueueLimits = {
  // Peers that take batched messages answer them in some two hundred round trips. Longer lists spread a transaction's
  // own cost over more commands, but are hashed again for each row that its owner's policy guards.
  listCost: 4_800,
  listCommands: 500,
  // Some four hundred signed payments.
  listBytes: 240_000,
  listsInFlight: 16,
  costInFlight: 16_000,
  // Three long lists: while peers wait for the chaincode of one they serve the others.
  costAtPeers: 14_400,
  gatherMs: 20,
  waiting: 10_000,
};

export interface CommandQueueOptions {
  readonly submitter: Pick<BatchSubmitter, 'run'>;
  /** The locks of an unknown transaction are held until its outcome is known. */
  readonly resolver: Pick<OutcomeResolver, 'untilResolved'>;
  readonly counters: CountersInUse;
  readonly limits?: Partial<QueueLimits>;
}

interface PendingCommand extends QueuedCommand {
  readonly since: number;
  readonly bytes: number;
  readonly resolve: (outcome: CommandOutcome) => void;
  readonly reject: (error: Error) => void;
  readonly stopListening: () => void;
}

interface InFlight {
  readonly lists: number;
  readonly cost: number;
  /** Of the lists that are not endorsed. */
  readonly costAtPeers: number;
}
const NOTHING: InFlight = { lists: 0, cost: 0, costAtPeers: 0 };

export class CommandQueue {
  private readonly limits: QueueLimits;
  private pending: PendingCommand[] = [];
  private readonly locked = new Set<string>();
  private readonly inFlight = new Map<ListRoute, InFlight>();
  private readonly lists = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private isFlushDue = false;
  private isClosed = false;

  constructor(private readonly options: CommandQueueOptions) {
    this.limits = { ...USUAL_LIMITS, ...options.limits };
  }

  /** Outcome of one command. `signal` withdraws it only while it has not been put into a list. */
  submit(command: QueuedCommand, signal?: AbortSignal): Promise<CommandOutcome> {
    return new Promise((resolve, reject) => {
      const refusal = this.refusal(signal);
      if (refusal !== null) {
        reject(refusal);
        return;
      }
      const withdraw = (): void => {
        this.pending = this.pending.filter((one) => one !== entry);
        reject(new LedgerUnavailable('withdrawn before it was sent', { cause: signal?.reason }));
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      const entry: PendingCommand = {
        ...command,
        since: Date.now(),
        bytes: Buffer.byteLength(command.text),
        resolve,
        reject,
        stopListening: () => signal?.removeEventListener('abort', withdraw),
      };
      this.options.counters.commands += 1;
      this.pending.push(entry);
      this.flushSoon();
    });
  }

  /** Refuses what waits and resolves when nothing is in flight any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const entry of this.pending.splice(0)) {
      entry.stopListening();
      entry.reject(new LedgerUnavailable('the ledger client is closing'));
    }
    await Promise.all(this.lists);
  }

  private refusal(signal?: AbortSignal): LedgerUnavailable | null {
    if (this.isClosed) return new LedgerUnavailable('the ledger client is closed');
    if (signal?.aborted === true) {
      return new LedgerUnavailable('withdrawn before it was sent', { cause: signal.reason });
    }
    if (this.pending.length < this.limits.waiting) return null;
    return new LedgerUnavailable(`more than ${String(this.limits.waiting)} commands are waiting`);
  }

  /** Commands given in one go form one list. */
  private flushSoon(): void {
    if (this.isFlushDue) return;
    this.isFlushDue = true;
    queueMicrotask(() => {
      this.isFlushDue = false;
      this.flush();
    });
  }

  private flushAfter(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.flush();
    }, ms);
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const route of new Set(this.pending.map((entry) => entry.route))) {
      while (this.dispatchOne(route)) {
        // One list after the other, as long as one may leave.
      }
    }
  }

  /** Dispatches at most one list of the route; false when none may leave now. */
  private dispatchOne(route: ListRoute): boolean {
    const inFlight = this.inFlight.get(route) ?? NOTHING;
    if (this.isClosed || inFlight.lists >= this.limits.listsInFlight) return false;
    const { list, isFull } = this.gather(route);
    const oldest = list[0];
    if (oldest === undefined) return false;
    if (!this.hasRoom(inFlight, costOf(list))) return false;
    const waitMs = oldest.since + this.limits.gatherMs - Date.now();
    if (inFlight.lists > 0 && !isFull && waitMs > 0) {
      this.flushAfter(waitMs);
      return false;
    }
    this.dispatch(route, list);
    return true;
  }

  private hasRoom({ lists, cost, costAtPeers }: InFlight, more: number): boolean {
    const fitsInFlight = lists === 0 || cost + more <= this.limits.costInFlight;
    return fitsInFlight && (costAtPeers === 0 || costAtPeers + more <= this.limits.costAtPeers);
  }

  /**
   * The next list of a route: commands in their order, without those whose locks are taken or named by an earlier
   * command that stays behind, so that commands on one row never overtake each other.
   */
  private gather(route: ListRoute): { readonly list: PendingCommand[]; readonly isFull: boolean } {
    const list: PendingCommand[] = [];
    const staying = new Set<string>();
    const size = { cost: 0, bytes: 0 };
    for (const entry of this.pending) {
      const free = entry.locks.every((lock) => !this.locked.has(lock) && !staying.has(lock));
      if (entry.route !== route || !free) {
        for (const lock of entry.locks) staying.add(lock);
        continue;
      }
      if (list.length > 0 && !this.fits(entry, list.length, size)) return { list, isFull: true };
      list.push(entry);
      size.cost += entry.cost;
      size.bytes += entry.bytes;
    }
    const isFull = size.cost >= this.limits.listCost || list.length >= this.limits.listCommands;
    return { list, isFull };
  }

  private fits(
    entry: PendingCommand,
    commands: number,
    size: { readonly cost: number; readonly bytes: number },
  ): boolean {
    return (
      commands < this.limits.listCommands &&
      size.cost + entry.cost <= this.limits.listCost &&
      size.bytes + entry.bytes <= this.limits.listBytes
    );
  }

  private dispatch(route: ListRoute, list: readonly PendingCommand[]): void {
    const taken = new Set(list);
    this.pending = this.pending.filter((entry) => !taken.has(entry));
    for (const entry of list) {
      entry.stopListening();
      for (const lock of entry.locks) this.locked.add(lock);
    }
    const cost = costOf(list);
    this.count(route, { lists: 1, cost, costAtPeers: cost });
    const running = this.run(route, list).finally(() => this.lists.delete(running));
    this.lists.add(running);
  }

  private async run(route: ListRoute, list: readonly PendingCommand[]): Promise<void> {
    const cost = costOf(list);
    let atPeers = cost;
    const leavePeers = (): void => {
      this.count(route, { lists: 0, cost: 0, costAtPeers: -atPeers });
      atPeers = 0;
    };
    const onEndorsed = (): void => {
      leavePeers();
      this.flushSoon();
    };
    let unknown: readonly string[] = [];
    try {
      const texts = list.map((entry) => entry.text);
      unknown = complete(list, await this.options.submitter.run({ route, texts, onEndorsed }));
    } catch (error) {
      // A programming error; every caller learns of it.
      for (const entry of list) entry.reject(error instanceof Error ? error : new Error(String(error)));
    }
    leavePeers();
    this.count(route, { lists: -1, cost: -cost, costAtPeers: 0 });
    if (unknown.length === 0) {
      this.unlock(list);
      return;
    }
    // Not awaited: locks are held, but closing need not wait for an outcome.
    void Promise.all(unknown.map((txId) => this.options.resolver.untilResolved(txId))).then(() => {
      this.unlock(list);
    });
    this.flushSoon();
  }

  private unlock(list: readonly PendingCommand[]): void {
    for (const entry of list) for (const lock of entry.locks) this.locked.delete(lock);
    this.flushSoon();
  }

  private count(route: ListRoute, change: InFlight): void {
    const { lists, cost, costAtPeers } = this.inFlight.get(route) ?? NOTHING;
    this.inFlight.set(route, {
      lists: lists + change.lists,
      cost: cost + change.cost,
      costAtPeers: costAtPeers + change.costAtPeers,
    });
    const inFlight = [...this.inFlight.values()].reduce((sum, one) => sum + one.lists, 0);
    this.options.counters.mostInFlight = Math.max(this.options.counters.mostInFlight, inFlight);
  }
}

/** Answers each command; returns the transactions whose outcome is unknown. */
function complete(list: readonly PendingCommand[], completions: readonly Completion[]): readonly string[] {
  const unknown = new Set<string>();
  list.forEach((entry, index) => {
    const completion = completions[index];
    if (completion === undefined) entry.reject(new Error('a command of the list has no completion'));
    else if ('outcome' in completion) entry.resolve(completion.outcome);
    else {
      if (completion.error instanceof OutcomeUnknown) unknown.add(completion.error.txId);
      entry.reject(completion.error);
    }
  });
  return [...unknown];
}

function costOf(list: readonly QueuedCommand[]): number {
  return list.reduce((sum, { cost }) => sum + cost, 0);
}
