// Brings a new one-time code to a holder: within the limits of asking, and again while the provider of messages fails.
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';
import type { Clock } from '../clock.js';
import { until } from '../clock.js';
import type { CodeSender } from '../core-bank/core-bank.js';
import type { Authorisation } from '../protocol/api/payments.js';
import type { CodeSubject } from '../protocol/core.js';
import { Refused } from '../refused.js';
import type { OneTimeCodeRecord } from '../store/one-time-code-records.js';
import type { AskingLimits, BudgetName } from './asking-limits.js';
import { type IssuedCode, MOST_TRIES, type OneTimeCodes } from './one-time-codes.js';

export interface HolderCodesOptions {
  readonly codes: OneTimeCodes;
  readonly limits: AskingLimits;
  readonly phone: CodeSender;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface NewCode {
  readonly subject: string;
  readonly facts: readonly string[];
  readonly validUntil: Instant;
  readonly budget: BudgetName;
  /**
   * The bank's reference of its customer; null: there is no such account, and a code is made that reaches no phone, so
   * that askers cannot tell.
   */
  readonly holder: string | null;
  readonly about: CodeSubject;
  readonly text: (code: string) => string;
  /** Hash of the signed question that asks for it. */
  readonly question?: Hash;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const SOON_MS = 2_000;

export class HolderCodes {
  constructor(private readonly options: HolderCodesOptions) {}

  /**
   * Resolves when the code is made and counted, with the promise of its message, which may take as long as the provider
   * fails, at most the life of the code; then it rejects with CodeNotSent. Rejects: CodeRefused (CODE_TRIES_OVER),
   * Refused (TOO_MANY_REQUESTS).
   */
  async send(wanted: NewCode): Promise<{ readonly sent: Promise<void> }> {
    const { codes, limits } = this.options;
    const { subject, budget, holder } = wanted;
    const { code, challenge } = await codes.issue(wanted);
    const paused = await limits.spendMessage(budget);
    if (paused === null && holder !== null)
      return { sent: this.handOver(holder, wanted, { code, challenge }) };
    await codes.deliver(subject, challenge, 'withheld');
    if (paused !== null) throw new AskingPaused(paused.pausedUntil);
    return { sent: Promise.resolve() };
  }

  /**
   * For an asker who is known to hold the account: waits a moment for the message, so that the answer names the code.
   * The message goes on beyond it.
   */
  async sentSoon(sent: Promise<void>, onFailure: (error: unknown) => void): Promise<void> {
    const { clock, signal } = this.options;
    const over = new AbortController();
    const soon = until(clock, clock.now() + SOON_MS, AbortSignal.any([signal, over.signal]));
    await Promise.race([sent.catch(onFailure), soon.catch(() => undefined)]);
    over.abort();
  }

  private async handOver(holder: string, wanted: NewCode, { code, challenge }: IssuedCode): Promise<void> {
    const { phone, codes, clock, signal } = this.options;
    const { subject, about, validUntil } = wanted;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await phone.send(holder, { about, text: wanted.text(code), code, validUntil });
        return await codes.deliver(subject, challenge, 'sent');
      } catch (cause) {
        if (clock.now() + pauseMs >= validUntil) throw new CodeNotSent(cause);
        await until(clock, clock.now() + pauseMs, signal);
      }
    }
  }
}

/** So many codes were sent to this holder, or asked for about this account, that no more are for a while. */
export class AskingPaused extends Refused {
  constructor(pausedUntil: Instant) {
    super('TOO_MANY_REQUESTS', { pausedUntil });
  }
}

/** The provider of messages has failed until the code was too old. */
export class CodeNotSent extends Error {
  constructor(cause: unknown) {
    super('the code could not be sent to its holder', { cause });
    this.name = 'CodeNotSent';
  }
}

/** What a partner and a payer see of a code. */
export function authorisationOf(record: OneTimeCodeRecord | null, now: Instant): Authorisation {
  if (record === null || record.delivery === 'waiting') {
    return { scaStatus: 'notSent', challenge: null, triesLeft: MOST_TRIES, validUntil: null };
  }
  const { challenge, validUntil, right, tries } = record;
  const triesLeft = MOST_TRIES - tries;
  const isOver = triesLeft <= 0 || now >= validUntil;
  const scaStatus = right ? 'finalised' : isOver ? 'failed' : 'received';
  return { scaStatus, challenge, triesLeft, validUntil };
}
