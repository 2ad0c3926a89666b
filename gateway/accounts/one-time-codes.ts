// Makes, counts and compares one-time codes that are bound to what they confirm (RTS 2018/389 Art. 4 and 5). A code
// itself is neither stored nor logged.
import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';
import type { Clock } from '../clock.js';
import { CODE_DIGITS, normalisedCode } from '../protocol/one-time-code.js';
import { Refused } from '../refused.js';
import type {
  CodeAttemptRecord,
  OneTimeCodeChange,
  OneTimeCodeRecord,
  OneTimeCodeRecords,
} from '../store/one-time-code-records.js';
import type { AskingLimits, BudgetName } from './asking-limits.js';
import { Turns } from './turns.js';

export const MOST_TRIES = 5;
/** Codes for one subject: five tries at each of any number of codes would be no limit. */
export const MOST_ISSUES = 5;
/** Between two codes of one subject; doubled after each, and over when the earlier one is. */
const FIRST_PAUSE_MS = 30_000;
const CHALLENGE_BYTES = 16;

export type CodeFault =
  'CODE_MALFORMED' | 'CODE_NOT_ASKED' | 'CODE_EXPIRED' | 'CODE_WRONG' | 'CODE_TRIES_OVER';

/** The code was not accepted. `pausedUntil`: nobody is asked for a code of this holder before; null: no pause. */
export class CodeRefused extends Error {
  constructor(
    readonly code: CodeFault,
    readonly triesLeft: number,
    readonly pausedUntil: Instant | null = null,
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
  /** Where its tries are counted beside its own five. */
  readonly budget: BudgetName;
  /** Hash of the signed question that asks for it. */
  readonly question?: Hash;
}

export interface IssuedCode {
  readonly code: string;
  /** Names the code where it must not be shown. */
  readonly challenge: string;
}

/** Who asks, signed: counted once, answered the same however often it comes. */
export interface SignedAttempt {
  readonly attempt: string;
  readonly content: Hash;
  readonly challenge: string;
}

export interface CodeAttempt {
  readonly subject: string;
  /** As it was typed. */
  readonly code: string;
  readonly facts: readonly string[];
  /** Absent: through the admin API, whose callers sign nothing. */
  readonly signed?: SignedAttempt;
  /** A right code is good for one attempt only. */
  readonly once?: boolean;
}

export interface OneTimeCodesOptions {
  readonly records: OneTimeCodeRecords;
  readonly limits: AskingLimits;
  readonly secret: Buffer;
  readonly clock: Clock;
}

export class OneTimeCodes {
  private readonly turns = new Turns();
  private readonly watchers = new Map<string, Set<() => void>>();

  constructor(private readonly options: OneTimeCodesOptions) {}

  /**
   * A new code of six digits; an earlier one for the same subject is void from now on. It is good once it is `sent`.
   * Rejects: CodeRefused (CODE_TRIES_OVER) after MOST_ISSUES codes, Refused (TOO_MANY_REQUESTS) too soon after one.
   */
  issue(request: CodeRequest): Promise<IssuedCode> {
    return this.turns.inTurn(request.subject, () => this.issueOne(request));
  }

  /** The code was handed over, or shall reach nobody; without effect on a later code. */
  deliver(subject: string, challenge: string, delivery: 'sent' | 'withheld'): Promise<void> {
    return this.turns.inTurn(subject, () =>
      this.change(subject, (record) =>
        record?.challenge === challenge
          ? { record: { ...record, delivery }, result: undefined }
          : { result: undefined },
      ),
    );
  }

  /**
   * The code in its one form, if it is the right one; otherwise rejects with CodeRefused. A right code stays right when
   * it is given again. What cannot be a code counts as no try, nor does what answers an earlier challenge.
   */
  check(attempt: CodeAttempt): Promise<string> {
    return this.turns.inTurn(attempt.subject, () => this.checkOne(attempt));
  }

  /**
   * Whether the attempt may be opened and judged: it answers the newest code, which lives, or was answered before.
   * Rejects: CodeRefused (CODE_NOT_ASKED, CODE_EXPIRED), Refused (OTHER_CONTENT).
   */
  async expect(subject: string, signed: SignedAttempt): Promise<void> {
    const record = await this.options.records.find(subject);
    if (record === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
    if (knownAttempt(record, { signed }) !== null) return;
    const triesLeft = MOST_TRIES - record.tries;
    if (signed.challenge !== record.challenge) throw new CodeRefused('CODE_EXPIRED', triesLeft);
  }

  /** The newest code's record, for what is shown of it. */
  record(subject: string): Promise<OneTimeCodeRecord | null> {
    return this.options.records.find(subject);
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

  private async issueOne(request: CodeRequest): Promise<IssuedCode> {
    const { subject, validUntil, facts, budget, question = null } = request;
    const code = randomInt(10 ** CODE_DIGITS)
      .toString()
      .padStart(CODE_DIGITS, '0');
    const challenge = `challenge_${randomBytes(CHALLENGE_BYTES).toString('hex')}`;
    const issuedAt = this.options.clock.now();
    const fresh = { delivery: 'waiting', tries: 0, right: false } as const;
    const binding = this.bind(code, facts);
    return this.change(subject, (earlier) => {
      const issues = issuesWith(earlier);
      if (issues > MOST_ISSUES) throw new CodeRefused('CODE_TRIES_OVER', 0);
      const pausedUntil = earlier === null ? issuedAt : pauseAfter(earlier);
      if (issuedAt < pausedUntil) throw new Refused('TOO_MANY_REQUESTS', { pausedUntil });
      const attempts = earlier?.attempts ?? [];
      const named = { subject, challenge, validUntil, budget, question };
      const record = { ...named, ...fresh, binding, issuedAt, issues, attempts };
      return { record, result: { code, challenge } };
    });
  }

  private async checkOne(attempt: CodeAttempt): Promise<string> {
    const { records, limits } = this.options;
    const judged = this.judged(await records.find(attempt.subject), attempt);
    if (typeof judged === 'string') return judged;
    // Tries are stored before a result is given: a crash gives nobody another guess.
    const budget = judged.budget as BudgetName; // issued with one
    const paused = await limits.spendTry(budget);
    if (paused !== null)
      throw new CodeRefused('CODE_TRIES_OVER', MOST_TRIES - judged.tries, paused.pausedUntil);
    const code = await this.change(attempt.subject, (record) => this.counted(record, attempt));
    if (code instanceof CodeRefused) throw code;
    await limits.succeeded(budget);
    return code;
  }

  /** The code where no try is needed, or the record that a try counts at; throws where it is refused without one. */
  private judged(record: OneTimeCodeRecord | null, attempt: CodeAttempt): string | OneTimeCodeRecord {
    if (record === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
    const known = knownAttempt(record, attempt);
    if (known !== null) return answerAgain(known, attempt.code);
    const triesLeft = MOST_TRIES - record.tries;
    if (attempt.signed !== undefined && attempt.signed.challenge !== record.challenge) {
      throw new CodeRefused('CODE_EXPIRED', triesLeft);
    }
    const code = normalisedCode(attempt.code);
    if (code === null) throw new CodeRefused('CODE_MALFORMED', triesLeft);
    if (record.right) return ofRightCode(attempt, code, this.isRight(record, attempt, code));
    if (record.tries >= MOST_TRIES) throw new CodeRefused('CODE_TRIES_OVER', 0);
    if (this.isOver(record)) throw new CodeRefused('CODE_EXPIRED', 0);
    return record;
  }

  private counted(
    found: OneTimeCodeRecord | null,
    attempt: CodeAttempt,
  ): OneTimeCodeChange<string | CodeRefused> {
    const record = this.judged(found, attempt);
    if (typeof record === 'string') return { result: record };
    const code = normalisedCode(attempt.code) ?? '';
    const right = this.isRight(record, attempt, code);
    const tries = record.tries + 1;
    const triesLeft = MOST_TRIES - tries;
    const { signed } = attempt;
    const attempts =
      signed === undefined
        ? record.attempts
        : [...record.attempts, { attempt: signed.attempt, content: signed.content, right, triesLeft }];
    const result = right ? code : new CodeRefused('CODE_WRONG', triesLeft);
    return { record: { ...record, tries, right, attempts }, result };
  }

  private isRight(record: OneTimeCodeRecord, { facts }: CodeAttempt, code: string): boolean {
    return record.delivery === 'sent' && sameHash(record.binding, this.bind(code, facts));
  }

  private stateOf(record: OneTimeCodeRecord | null): CodeState {
    if (record === null) return 'none';
    if (record.right) return 'right';
    return this.isOver(record) ? 'dead' : 'open';
  }

  private isOver(record: OneTimeCodeRecord): boolean {
    return record.tries >= MOST_TRIES || this.options.clock.now() >= record.validUntil;
  }

  private async change<Result>(
    subject: string,
    decide: (record: OneTimeCodeRecord | null) => OneTimeCodeChange<Result>,
  ): Promise<Result> {
    const result = await this.options.records.change(subject, decide);
    for (const wake of this.watchers.get(subject) ?? []) wake();
    return result;
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

/** What was not handed over, through no fault of the asker's, counts for nothing. */
function issuesWith(earlier: OneTimeCodeRecord | null): number {
  if (earlier === null) return 1;
  return earlier.delivery === 'waiting' ? earlier.issues : earlier.issues + 1;
}

function pauseAfter({ delivery, issuedAt, issues, validUntil }: OneTimeCodeRecord): Instant {
  if (delivery === 'waiting') return issuedAt;
  return Math.min(issuedAt + FIRST_PAUSE_MS * 2 ** (issues - 1), validUntil);
}

/** An attempt that was answered before; null: a new one. */
function knownAttempt(
  { attempts }: OneTimeCodeRecord,
  { signed }: Pick<CodeAttempt, 'signed'>,
): CodeAttemptRecord | null {
  const known = attempts.find(({ attempt }) => attempt === signed?.attempt) ?? null;
  if (known !== null && known.content !== signed?.content) throw new Refused('OTHER_CONTENT');
  return known;
}

function answerAgain({ right, triesLeft }: CodeAttemptRecord, typed: string): string {
  const code = normalisedCode(typed);
  if (!right || code === null) throw new CodeRefused('CODE_WRONG', triesLeft);
  return code;
}

function ofRightCode({ once }: CodeAttempt, code: string, right: boolean): string {
  if (once === true) throw new CodeRefused('CODE_EXPIRED', 0);
  if (!right) throw new CodeRefused('CODE_WRONG', 0);
  return code;
}

function sameHash(left: Hash, right: Hash): boolean {
  return timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}
