// Duty: gathers commands into lists: at once when idle, while a list is in flight otherwise, cut by cost, and never two
// lists in flight that write one row (ledger-plan rules 22, 25). Must not: know what a list is sent as, or retry.
import type { CountersInUse } from './counters.js';
import type { Outcome } from './ledger-client.js';
import { LedgerUnavailable, OutcomeUnknown } from './ledger-errors.js';
import type { Settlement } from './list-sender.js';

/** A command on its way. Commands of one group may travel in one list. */
export interface Parcel {
  readonly group: string;
  /** Canonical JSON. */
  readonly text: string;
  /** Shared rows that it writes. */
  readonly locks: readonly string[];
  /** Estimated, in stub calls. */
  readonly cost: number;
}

export interface BatchLimits {
  /** Cost of one list; a single command may exceed it. */
  readonly listCost: number;
  readonly listCommands: number;
  readonly listBytes: number;
  /** Lists in flight per group. */
  readonly listsInFlight: number;
  /** Cost in flight per group: so much is committed within a commit's time. One list may exceed it. */
  readonly costInFlight: number;
  /** Of that, what peers are endorsing: so much they answer within a request's time. One list may exceed it. */
  readonly costAtPeers: number;
  /** A list that is not full leaves when its oldest command has waited so long, though others are in flight. */
  readonly gatherMs: number;
  /** Commands waiting; more are refused. */
  readonly waiting: number;
}
export const USUAL_LIMITS: BatchLimits = {
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

export interface BatcherOptions {
  /** One settlement for each text, in their order. `onEndorsed`: peers have answered, ordering begins. */
  readonly send: (
    group: string,
    texts: readonly string[],
    onEndorsed: () => void,
  ) => Promise<readonly Settlement[]>;
  /** Resolves when the fate of an unknown transaction is known; its rows stay locked until then. */
  readonly settled: (txId: string) => Promise<void>;
  readonly counters: CountersInUse;
  readonly limits?: Partial<BatchLimits>;
}

interface Waiting extends Parcel {
  readonly since: number;
  readonly bytes: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  readonly stopListening: () => void;
}

interface Flying {
  readonly lists: number;
  readonly cost: number;
  /** Of the lists that are not endorsed. */
  readonly costAtPeers: number;
}
const NOTHING: Flying = { lists: 0, cost: 0, costAtPeers: 0 };

export class Batcher {
  private readonly limits: BatchLimits;
  private waiting: Waiting[] = [];
  private readonly locked = new Set<string>();
  private readonly inFlight = new Map<string, Flying>();
  private readonly lists = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private isPumpDue = false;
  private isClosed = false;

  constructor(private readonly options: BatcherOptions) {
    this.limits = { ...USUAL_LIMITS, ...options.limits };
  }

  /** Outcome of one command. `signal` withdraws it only while it has not been put into a list. */
  submit(parcel: Parcel, signal?: AbortSignal): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const refusal = this.refusal(signal);
      if (refusal !== null) {
        reject(refusal);
        return;
      }
      const withdraw = (): void => {
        this.waiting = this.waiting.filter((one) => one !== entry);
        reject(new LedgerUnavailable('withdrawn before it was sent', { cause: signal?.reason }));
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      const entry: Waiting = {
        ...parcel,
        since: Date.now(),
        bytes: Buffer.byteLength(parcel.text),
        resolve,
        reject,
        stopListening: () => signal?.removeEventListener('abort', withdraw),
      };
      this.options.counters.commands += 1;
      this.waiting.push(entry);
      this.pumpSoon();
    });
  }

  /** Refuses what waits and resolves when nothing is in flight any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const entry of this.waiting.splice(0)) {
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
    if (this.waiting.length < this.limits.waiting) return null;
    return new LedgerUnavailable(`more than ${String(this.limits.waiting)} commands are waiting`);
  }

  /** Commands given in one go form one list. */
  private pumpSoon(): void {
    if (this.isPumpDue) return;
    this.isPumpDue = true;
    queueMicrotask(() => {
      this.isPumpDue = false;
      this.pump();
    });
  }

  private pump(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const group of new Set(this.waiting.map((entry) => entry.group))) {
      while (this.sendOne(group)) {
        // One list after the other, as long as one may leave.
      }
    }
  }

  /** Sends at most one list of the group; false when none may leave now. */
  private sendOne(group: string): boolean {
    const flying = this.inFlight.get(group) ?? NOTHING;
    if (this.isClosed || flying.lists >= this.limits.listsInFlight) return false;
    const { list, isFull } = this.gather(group);
    const oldest = list[0];
    if (oldest === undefined) return false;
    if (!this.hasRoom(flying, costOf(list))) return false;
    const waitMs = oldest.since + this.limits.gatherMs - Date.now();
    if (flying.lists > 0 && !isFull && waitMs > 0) {
      this.pumpAfter(waitMs);
      return false;
    }
    this.launch(group, list);
    return true;
  }

  private hasRoom({ lists, cost, costAtPeers }: Flying, more: number): boolean {
    const fitsInFlight = lists === 0 || cost + more <= this.limits.costInFlight;
    return fitsInFlight && (costAtPeers === 0 || costAtPeers + more <= this.limits.costAtPeers);
  }

  /**
   * The next list of a group: commands in their order, without those whose rows are locked or written by an earlier
   * command that stays behind, so that commands on one row never overtake each other.
   */
  private gather(group: string): { list: Waiting[]; isFull: boolean } {
    const list: Waiting[] = [];
    const staying = new Set<string>();
    const size = { cost: 0, bytes: 0 };
    for (const entry of this.waiting) {
      const free = entry.locks.every((lock) => !this.locked.has(lock) && !staying.has(lock));
      if (entry.group !== group || !free) {
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

  private fits(entry: Waiting, commands: number, size: { cost: number; bytes: number }): boolean {
    return (
      commands < this.limits.listCommands &&
      size.cost + entry.cost <= this.limits.listCost &&
      size.bytes + entry.bytes <= this.limits.listBytes
    );
  }

  private pumpAfter(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.pump();
    }, ms);
  }

  private launch(group: string, list: readonly Waiting[]): void {
    const taken = new Set(list);
    this.waiting = this.waiting.filter((entry) => !taken.has(entry));
    for (const entry of list) {
      entry.stopListening();
      for (const lock of entry.locks) this.locked.add(lock);
    }
    const cost = costOf(list);
    this.count(group, { lists: 1, cost, costAtPeers: cost });
    const flight = this.fly(group, list).finally(() => this.lists.delete(flight));
    this.lists.add(flight);
  }

  private async fly(group: string, list: readonly Waiting[]): Promise<void> {
    const cost = costOf(list);
    let atPeers = cost;
    const leavePeers = (): void => {
      this.count(group, { lists: 0, cost: 0, costAtPeers: -atPeers });
      atPeers = 0;
    };
    const unknown = await this.settle(group, list, () => {
      leavePeers();
      this.pumpSoon();
    });
    leavePeers();
    this.count(group, { lists: -1, cost: -cost, costAtPeers: 0 });
    if (unknown.length === 0) {
      this.unlock(list);
      return;
    }
    // Not awaited: rows stay locked, but closing need not wait for a fate.
    void Promise.all(unknown.map((txId) => this.options.settled(txId))).then(() => {
      this.unlock(list);
    });
    this.pumpSoon();
  }

  /** Answers each command; returns the transactions whose fate is unknown. */
  private async settle(
    group: string,
    list: readonly Waiting[],
    onEndorsed: () => void,
  ): Promise<readonly string[]> {
    let settlements: readonly Settlement[];
    try {
      settlements = await this.options.send(
        group,
        list.map((entry) => entry.text),
        onEndorsed,
      );
    } catch (error) {
      // A defect; every caller gets to know it.
      for (const entry of list) entry.reject(error instanceof Error ? error : new Error(String(error)));
      return [];
    }
    const unknown = new Set<string>();
    list.forEach((entry, index) => {
      const settlement = settlements[index];
      if (settlement === undefined) entry.reject(new Error('a command of the list has no settlement'));
      else if ('outcome' in settlement) entry.resolve(settlement.outcome);
      else {
        if (settlement.error instanceof OutcomeUnknown) unknown.add(settlement.error.txId);
        entry.reject(settlement.error);
      }
    });
    return [...unknown];
  }

  private unlock(list: readonly Waiting[]): void {
    for (const entry of list) for (const lock of entry.locks) this.locked.delete(lock);
    this.pumpSoon();
  }

  private count(group: string, change: Flying): void {
    const { lists, cost, costAtPeers } = this.inFlight.get(group) ?? NOTHING;
    this.inFlight.set(group, {
      lists: lists + change.lists,
      cost: cost + change.cost,
      costAtPeers: costAtPeers + change.costAtPeers,
    });
    const flying = [...this.inFlight.values()].reduce((sum, one) => sum + one.lists, 0);
    this.options.counters.mostInFlight = Math.max(this.options.counters.mostInFlight, flying);
  }
}

function costOf(list: readonly Parcel[]): number {
  return list.reduce((sum, { cost }) => sum + cost, 0);
}
