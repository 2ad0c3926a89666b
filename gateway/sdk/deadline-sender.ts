// Sends a command that may come too late: the member's receipt is demanded at once, and while a member is silent the
// same signed command goes through the next member's door. Whichever doors it went through, the ledger takes it once.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { Operation } from '../protocol/api/forms.js';
import type { SubmissionReceipt } from '../protocol/submission-receipt.js';
import { ApiProblem, ApiUnreachable } from './api-client.js';
import type { ConsortiumSettings } from './consortium-settings.js';

/** A member's gateway, as the command goes through it. */
export interface Door {
  readonly member: string;
  /** Answers without waiting for the ledger. */
  readonly submit: (signal: AbortSignal) => Promise<Operation>;
  /** Waits a while for the outcome. */
  readonly look: (signal: AbortSignal) => Promise<Operation>;
}

/** What the person is shown meanwhile. */
export interface Submission {
  /** The first one that proved good; null: none yet. */
  readonly receipt: SubmissionReceipt | null;
  /** Those that were asked and have given neither a good receipt nor an outcome in time. */
  readonly silent: readonly string[];
  /** The door to take next, offered while the ones that were asked are silent; null: not needed, or there is none. */
  readonly other: { readonly member: string; readonly take: () => void } | null;
}

export interface DeadlineSending {
  readonly intent: Intent;
  /** When it was sent for the first time. */
  readonly sentAt: Instant;
  /** Own member's first. */
  readonly doors: readonly Door[];
  readonly settings: ConsortiumSettings;
  /** The next door is taken without asking when less than a minute is left; absent: never. */
  readonly deadline?: Instant;
  readonly onSubmission: (submission: Submission) => void;
  readonly now: () => Instant;
  /** Ends at once when the signal says so. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface DeadlineOutcome {
  readonly operation: Operation;
  /** Nothing that was sent can still act otherwise. */
  readonly isSettled: boolean;
}

const RECEIPT_MS = 2_000;
const COMMIT_MS = 10_000;
const LAST_MS = 60_000;
const PAUSE_MS = 500;
/** After it the person is answered with what is known. */
const TOTAL_MS = 40_000;

/**
 * Resolves as soon as the ledger has taken the command, or when every door that was taken has said that it is refused,
 * or with what is known after 40 s. Rejects: ApiProblem (nothing was taken), ApiUnreachable.
 */
export function sendWithDeadline(sending: DeadlineSending): Promise<DeadlineOutcome> {
  return new Run(sending).outcome();
}

type Result = { readonly operation: Operation } | { readonly error: unknown };

class Run {
  private readonly over = new AbortController();
  private readonly results = new Map<string, Result>();
  /** The newest word of a door that is not final. */
  private readonly words = new Map<string, Operation>();
  private readonly silent = new Set<string>();
  private readonly heard = new Set<string>();
  private receipt: SubmissionReceipt | null = null;
  private taken = 0;
  private finish: () => void = () => undefined;

  constructor(private readonly sending: DeadlineSending) {}

  async outcome(): Promise<DeadlineOutcome> {
    const ended = new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    this.sending.signal?.addEventListener('abort', this.finish, { once: true });
    this.takeNext();
    await Promise.race([ended, this.pause(TOTAL_MS)]);
    this.over.abort();
    this.sending.signal?.removeEventListener('abort', this.finish);
    return this.judged();
  }

  private pause(ms: number): Promise<void> {
    return this.sending.sleep(ms, this.over.signal);
  }

  private takeNext(): void {
    const door = this.sending.doors[this.taken];
    if (door === undefined || this.over.signal.aborted) return;
    this.taken += 1;
    this.show();
    void this.through(door).then((result) => {
      this.end(door, result);
    });
    void this.watch(door);
  }

  private end(door: Door, result: Result): void {
    if ('operation' in result && !this.heard.has(door.member)) {
      // Who gives no receipt may say what he likes.
      this.fallSilent(door);
      return;
    }
    this.results.set(door.member, result);
    const isTaken = 'operation' in result && result.operation.status === 'done';
    if (isTaken || this.results.size === this.taken) this.finish();
  }

  /** No receipt in 2 s, or no commit in 10 s. */
  private async watch(door: Door): Promise<void> {
    await this.pause(RECEIPT_MS);
    if (!this.heard.has(door.member)) this.fallSilent(door);
    await this.pause(COMMIT_MS - RECEIPT_MS);
    if (!this.results.has(door.member)) this.fallSilent(door);
  }

  private fallSilent({ member }: Door): void {
    if (this.over.signal.aborted || this.silent.has(member)) return;
    this.silent.add(member);
    const { deadline, now } = this.sending;
    const leftMs = deadline === undefined ? null : deadline - now();
    this.show();
    if (leftMs !== null && leftMs < LAST_MS) this.takeNext();
  }

  private async through(door: Door): Promise<Result> {
    try {
      const first = await this.submitted(door);
      return { operation: isFinal(first) ? first : await this.watched(door) };
    } catch (error) {
      return { error };
    }
  }

  /** As long as there is no answer, it is asked again: the same command. */
  private async submitted(door: Door): Promise<Operation> {
    for (;;) {
      try {
        const operation = await door.submit(this.over.signal);
        this.words.set(door.member, operation);
        await this.take(door, operation);
        return operation;
      } catch (error) {
        if (!isPassing(error) || this.over.signal.aborted) throw error;
        await this.pause(PAUSE_MS);
      }
    }
  }

  private async take(door: Door, operation: Operation): Promise<void> {
    const { settings, intent, sentAt, now } = this.sending;
    const { receipt } = operation;
    const expected = { settings, member: door.member, intent, sentAt, answeredAt: now() };
    if (receipt === undefined) return;
    // Loaded with the first receipt, since certificates are read by much code.
    const { isReceipt } = await import('./receipt-check.js');
    if (!(await isReceipt(receipt, expected))) return;
    this.heard.add(door.member);
    this.receipt ??= receipt;
    this.show();
  }

  private async watched(door: Door): Promise<Operation> {
    for (;;) {
      try {
        const operation = await door.look(this.over.signal);
        this.words.set(door.member, operation);
        if (isFinal(operation) || this.over.signal.aborted) return operation;
      } catch (error) {
        if (!isPassing(error) || this.over.signal.aborted) throw error;
      }
      await this.pause(PAUSE_MS);
    }
  }

  private show(): void {
    const { doors, onSubmission } = this.sending;
    const next = doors[this.taken];
    const isSilent = this.silent.size >= this.taken;
    const number = this.taken;
    const take = (): void => {
      if (this.taken === number) this.takeNext();
    };
    onSubmission({
      receipt: this.receipt,
      silent: [...this.silent],
      other: isSilent && next !== undefined ? { member: next.member, take } : null,
    });
  }

  private judged(): DeadlineOutcome {
    const asked = this.sending.doors.slice(0, this.taken).map(({ member }) => member);
    const results = asked.flatMap((member) => this.results.get(member) ?? []);
    const answers = results.flatMap((result) => ('operation' in result ? [result.operation] : []));
    const done = answers.find(({ status }) => status === 'done');
    if (done !== undefined) return { operation: done, isSettled: true };
    const isSettled = results.length === asked.length;
    const open = asked.flatMap((member) =>
      this.results.has(member) ? [] : (this.words.get(member) ?? []),
    )[0];
    if (open !== undefined) return { operation: asOpen(open), isSettled: false };
    const [refused] = answers;
    if (refused !== undefined) return { operation: refused, isSettled };
    const [first] = results;
    if (isSettled && first !== undefined && 'error' in first) throw first.error;
    throw new ApiUnreachable(first);
  }
}

/** A final word without a receipt is none. */
function asOpen(operation: Operation): Operation {
  return isFinal(operation) ? { ...operation, status: 'unknown', code: null } : operation;
}

function isFinal({ status }: Operation): boolean {
  return status === 'done' || status === 'refused';
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiUnreachable || (error instanceof ApiProblem && error.problem.status >= 500);
}
