// Duty: make, count and compare one-time codes bound to what they confirm (RTS 2018/389 Art. 4 and 5).
// Must not: keep or log a code itself: only its keyed hash is kept, and that on the disk before the code is sent.
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Hash, Instant } from '../../chaincode/protocol/rows.js';
import { RecordFile } from '../store/record-file.js';
import type { Clock } from '../workers/clock.js';

export const MOST_TRIES = 5;
/** Codes for one subject: five tries at each of any number of codes would be no limit. */
export const MOST_ISSUES = 5;
const CODE_DIGITS = 6;

const recordSchema = z.strictObject({
  subject: z.string(),
  /** HMAC of code and bound facts under the bank's secret. */
  binding: z.string(),
  validUntil: z.number(),
  /** Codes issued for this subject so far, this one included. */
  issues: z.number().default(1),
  tries: z.number(),
  right: z.boolean(),
});
type CodeRecord = z.infer<typeof recordSchema>;

export type CodeFault = 'CODE_NOT_ASKED' | 'CODE_EXPIRED' | 'CODE_WRONG' | 'CODE_TRIES_OVER';

/** The code was not accepted; `triesLeft` tells how many tries remain. */
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

interface OneTimeCodesOptions {
  readonly path: string;
  readonly secret: Buffer;
  readonly clock: Clock;
}

export class OneTimeCodes {
  private readonly records = new Map<string, CodeRecord>();
  private readonly checks = new Map<string, Promise<unknown>>();
  private readonly watchers = new Map<string, Set<() => void>>();

  private constructor(
    private readonly file: RecordFile<CodeRecord>,
    private readonly options: OneTimeCodesOptions,
    records: readonly CodeRecord[],
  ) {
    for (const record of records) this.records.set(record.subject, record);
  }

  static async open(options: OneTimeCodesOptions): Promise<OneTimeCodes> {
    const { file, records } = await RecordFile.open(options.path, (value) => recordSchema.parse(value));
    return new OneTimeCodes(file, options, records);
  }

  /**
   * A new code of six digits; an earlier one for the same subject is void from now on. Rejects with CodeRefused
   * (CODE_TRIES_OVER) after MOST_ISSUES codes.
   */
  async issue(request: CodeRequest): Promise<string> {
    const issues = (this.records.get(request.subject)?.issues ?? 0) + 1;
    if (issues > MOST_ISSUES) throw new CodeRefused('CODE_TRIES_OVER', 0);
    const code = randomInt(10 ** CODE_DIGITS)
      .toString()
      .padStart(CODE_DIGITS, '0');
    const binding = this.bind(code, request.facts);
    const { subject, validUntil } = request;
    await this.save({ subject, binding, validUntil, issues, tries: 0, right: false });
    return code;
  }

  /** Rejects with CodeRefused unless the code is the right one. A right code stays right when it is given again. */
  async check(attempt: { subject: string; code: string; facts: readonly string[] }): Promise<void> {
    // One at a time for a subject, so that guesses sent at once are all counted.
    const earlier = this.checks.get(attempt.subject) ?? Promise.resolve();
    const turn = earlier.then(() => this.checkOne(attempt));
    const settled = turn.catch(() => undefined);
    this.checks.set(attempt.subject, settled);
    await settled;
    if (this.checks.get(attempt.subject) === settled) this.checks.delete(attempt.subject);
    await turn;
  }

  state(subject: string): CodeState {
    const record = this.records.get(subject);
    if (record === undefined) return 'none';
    if (record.right) return 'right';
    return this.isOver(record) ? 'dead' : 'open';
  }

  /** Keyed hash that binds the newest code of `subject` to its facts; null if none was ever issued. */
  binding(subject: string): Hash | null {
    return this.records.get(subject)?.binding ?? null;
  }

  /** A keyed hash of the same form for a subject that never had a code. */
  bindingWithoutCode(subject: string): Hash {
    return this.bind('', [subject]);
  }

  /** Resolves when the newest code of `subject` was given rightly or is dead. Rejects when `signal` is aborted. */
  async settled(subject: string, signal: AbortSignal): Promise<'right' | 'dead'> {
    for (;;) {
      signal.throwIfAborted();
      const state = this.state(subject);
      if (state === 'right') return 'right';
      if (state !== 'open') return 'dead';
      await this.changed(subject, signal);
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async checkOne(attempt: {
    subject: string;
    code: string;
    facts: readonly string[];
  }): Promise<void> {
    const record = this.records.get(attempt.subject);
    if (record === undefined) throw new CodeRefused('CODE_NOT_ASKED', 0);
    const right = sameHash(record.binding, this.bind(attempt.code, attempt.facts));
    if (record.right) {
      if (right) return;
      throw new CodeRefused('CODE_WRONG', 0);
    }
    if (record.tries >= MOST_TRIES) throw new CodeRefused('CODE_TRIES_OVER', 0);
    if (this.isOver(record)) throw new CodeRefused('CODE_EXPIRED', 0);
    // The try is on the disk before its result is told: a crash gives nobody another guess.
    await this.save({ ...record, tries: record.tries + 1, right });
    if (!right) throw new CodeRefused('CODE_WRONG', MOST_TRIES - record.tries - 1);
  }

  private isOver(record: CodeRecord): boolean {
    return record.tries >= MOST_TRIES || this.options.clock.now() >= record.validUntil;
  }

  private async save(record: CodeRecord): Promise<void> {
    await this.file.append(record);
    this.records.set(record.subject, record);
    for (const wake of this.watchers.get(record.subject) ?? []) wake();
  }

  private changed(subject: string, signal: AbortSignal): Promise<void> {
    const validUntil = this.records.get(subject)?.validUntil ?? 0;
    const watchers = this.watchers.get(subject) ?? new Set();
    this.watchers.set(subject, watchers);
    return new Promise((resolve) => {
      const wake = (): void => {
        cancelTimer();
        signal.removeEventListener('abort', wake);
        watchers.delete(wake);
        if (watchers.size === 0) this.watchers.delete(subject);
        resolve();
      };
      const cancelTimer = this.options.clock.at(validUntil, wake);
      signal.addEventListener('abort', wake, { once: true });
      watchers.add(wake);
    });
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
