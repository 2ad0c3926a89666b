// Makes, counts and compares one-time codes that are bound to what they confirm (RTS 2018/389 Art. 4 and 5). A code
// itself is neither stored nor logged.
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';
import type { Clock } from '../clock.js';
import { CODE_DIGITS, normalisedCode } from '../protocol/one-time-code.js';
import type { OneTimeCodeRecord, OneTimeCodeRecords } from '../store/one-time-code-records.js';

export const MOST_TRIES = 5;
/** Codes for one subject: five tries at each of any number of codes would be no limit. */
export const MOST_ISSUES = 5;

export type CodeFault =
  'CODE_MALFORMED' | 'CODE_NOT_ASKED' | 'CODE_EXPIRED' | 'CODE_WRONG' | 'CODE_TRIES_OVER';

/** The code was not accepted. */
export class CodeRefused extends Error {
  constructor(
    readonly code: CodeFault,
    readonly triesLeft: number,
  ) {
    super('the one-time code was not accepted');
    this.name = 'CodeRefused';
  }
}

/** `dead`: expired or guessed too often, without a right code. */
export type CodeState = 'none' | 'open' | 'right' | 'dead';

export interface CodeRequest {
  readonly subject: string;
  /** Facts that the code confirms, such as amount, payee and payment; a code is good for exactly these. */
  readonly facts: readonly string[];
  readonly validUntil: Instant;
}

export interface CodeAttempt {
  readonly subject: string;
  /** As it was typed. */
  readonly code: string;
  readonly facts: readonly string[];
}

export interface OneTimeCodesOptions {
  readonly records: OneTimeCodeRecords;
  readonly secret: Buffer;
  readonly clock: Clock;
}

export class OneTimeCodes {
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly watchers = new Map<string, Set<() => void>>();

  constructor(private readonly options: OneTimeCodesOptions) {}

  /**
   * A new code of six digits; an earlier one for the same subject is void from now on. Rejects with CodeRefused
   * (CODE_TRIES_OVER) after MOST_ISSUES codes.
   */
  issue(request: CodeRequest): Promise<string> {
    return this.inTurn(request.subject, () => this.issueOne(request));
  }

  /**
   * The code in its one form, if it is the right one; otherwise rejects with CodeRefused. A right code stays right when
   * it is given again. What cannot be a code counts as no try.
   */
  check(attempt: CodeAttempt): Promise<string> {
    return this.inTurn(attempt.subject, () => this.checkOne(attempt));
  }

  async state(subject: string): Promise<CodeState> {
    return this.stateOf(await this.options.records.find(subject));
  }

  /** Keyed hash that binds the newest code of `subject` to its facts; null if none was ever issued. */
  async binding(subject: string): Promise<Hash | null> {
    return (await this.options.records.find(subject))?.binding ?? null;
  }

  /** A keyed hash of the same form for a subject that never had a code. */
  bindingWithoutCode(subject: string): Hash {
    return this.bind('', [subject]);
  }

  /** Resolves when the newest code of `subject` was given rightly or is dead. Rejects when `signal` is aborted. */
  async decided(subject: string, signal: AbortSignal): Promise<'right' | 'dead'> {
    for (;;) {
      signal.throwIfAborted();
      // Watching begins before the record is read, so that no change falls between.
      const change = this.watch(subject, signal);
      const record = await this.options.records.find(subject);
      const state = this.stateOf(record);
      if (state === 'open') await change.next(record?.validUntil ?? 0);
      else change.stop();
      if (state === 'right') return 'right';
      if (state !== 'open') return 'dead';
    }
  }

  /** One at a time for a subject, so that guesses and requests sent at once are all counted. */
  private async inTurn(subject: string, work: () => Promise<string>): Promise<string> {
    const earlier = this.turns.get(subject) ?? Promise.resolve();
    const turn = earlier.then(work);
    const ended = turn.catch(() => undefined);
    this.turns.set(subject, ended);
    await ended;
    if (this.turns.get(subject) === ended) this.turns.delete(subject);
    return turn;
  }

  private async issueOne(request: CodeRequest): Promise<string> {
    const earlier = await this.options.records.find(request.subject);
    const issues = (earlier?.issues ?? 0) + 1;
    if (issues > MOST_ISSUES) throw new CodeRefused('CODE_TRIES_OVER', 0);
    const code = randomInt(10 ** CODE_DIGITS)
      .toString()
      .padStart(CODE_DIGITS, '0');
    const binding = this.bind(code, request.facts);
    const { subject, validUntil } = request;
    await this.save({ subject, binding, validUntil, issues, tries: 0, right: false });
    return code;
  }

  private async checkOne(attempt: CodeAttempt): Promise<string> {
    const record = await this.options.records.find(attempt.subject);
    if (record === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
    const code = normalisedCode(attempt.code);
    if (code === null) throw new CodeRefused('CODE_MALFORMED', MOST_TRIES - record.tries);
    const right = sameHash(record.binding, this.bind(code, attempt.facts));
    if (record.right) {
      if (right) return code;
      throw new CodeRefused('CODE_WRONG', 0);
    }
    if (record.tries >= MOST_TRIES) throw new CodeRefused('CODE_TRIES_OVER', 0);
    if (this.isOver(record)) throw new CodeRefused('CODE_EXPIRED', 0);
    // The try is stored before its result is given: a crash gives nobody another guess.
    await this.save({ ...record, tries: record.tries + 1, right });
    if (!right) throw new CodeRefused('CODE_WRONG', MOST_TRIES - record.tries - 1);
    return code;
  }

  private stateOf(record: OneTimeCodeRecord | null): CodeState {
    if (record === null) return 'none';
    if (record.right) return 'right';
    return this.isOver(record) ? 'dead' : 'open';
  }

  private isOver(record: OneTimeCodeRecord): boolean {
    return record.tries >= MOST_TRIES || this.options.clock.now() >= record.validUntil;
  }

  private async save(record: OneTimeCodeRecord): Promise<void> {
    await this.options.records.save(record);
    for (const wake of this.watchers.get(record.subject) ?? []) wake();
  }

  /** `next` resolves at a change since the watching began, at the instant given, or when the signal is aborted. */
  private watch(
    subject: string,
    signal: AbortSignal,
  ): { readonly next: (until: Instant) => Promise<void>; readonly stop: () => void } {
    let resolve = (): void => undefined;
    const changed = new Promise<void>((wake) => (resolve = wake));
    const wake = (): void => {
      resolve();
    };
    const watchers = this.watchers.get(subject) ?? new Set();
    this.watchers.set(subject, watchers.add(wake));
    signal.addEventListener('abort', wake, { once: true });
    const stop = (): void => {
      signal.removeEventListener('abort', wake);
      watchers.delete(wake);
      if (watchers.size === 0) this.watchers.delete(subject);
    };
    const next = async (until: Instant): Promise<void> => {
      const cancelTimer = this.options.clock.at(until, wake);
      await changed;
      cancelTimer();
      stop();
    };
    return { next, stop };
  }

  private bind(code: string, facts: readonly string[]): Hash {
    return createHmac('sha256', this.options.secret)
      .update(JSON.stringify(['one-time code', code, ...facts]))
      .digest('hex');
  }
}

function sameHash(left: Hash, right: Hash): boolean {
  return timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}
