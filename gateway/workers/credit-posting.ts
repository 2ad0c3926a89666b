// Duty: post credited lines into their accounts, so that payees can spend them; one post at a time for an account.
// Must not: forget an account that was credited: it is kept on the disk until its lines are posted.
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { RecordFile } from '../store/record-file.js';
import type { Clock } from './clock.js';
import type { KeptOperations } from './kept-operations.js';
import type { Sending } from './sending.js';

const recordSchema = z.strictObject({ account: z.string(), open: z.boolean() });
type PostingRecord = z.infer<typeof recordSchema>;

/** Private answer to `pending`; `postCredits` names lines by their credit's id (ledger-plan rule 23). */
const pendingSchema = z.array(z.looseObject({ credit: z.string() }));

export interface CreditPostingOptions {
  readonly path: string;
  readonly ledger: LedgerClient;
  readonly sending: Sending;
  readonly kept: KeptOperations;
  readonly clock: Clock;
  readonly log: Logger;
  /** Credits of one account that come within this time are posted together. */
  readonly gatherMs: number;
}

const MOST_CREDITS_OF_FOLD = 100;
const AFTER_FAILURE_MS = 2_000;

export class CreditPosting {
  private readonly open = new Set<string>();
  private readonly scheduled = new Set<string>();
  /** Scheduled accounts that were credited since; the look that is under way may have been too early to see it. */
  private readonly creditedSince = new Set<string>();
  /** Credits under way by account: such an account stays open though nothing is there to post yet. */
  private readonly underWay = new Map<string, number>();
  private stopped = false;

  private constructor(
    private readonly file: RecordFile<PostingRecord>,
    private readonly options: CreditPostingOptions,
    records: readonly PostingRecord[],
  ) {
    for (const { account, open } of records) {
      if (open) this.open.add(account);
      else this.open.delete(account);
    }
  }

  static async open(options: CreditPostingOptions): Promise<CreditPosting> {
    const { file, records } = await RecordFile.open(options.path, (value) => recordSchema.parse(value));
    return new CreditPosting(file, options, records);
  }

  /** Goes on with what an earlier process left. */
  start(): void {
    for (const account of this.open) this.schedule(account, this.options.gatherMs);
  }

  /** To be called before a credit is sent, so that a crash leaves a trace; `credited` follows in any case. */
  async expect(account: string): Promise<void> {
    this.underWay.set(account, (this.underWay.get(account) ?? 0) + 1);
    if (this.open.has(account)) return;
    this.open.add(account);
    await this.file.append({ account, open: true });
  }

  /** An expected credit has been taken or refused: its account will be looked at soon. */
  credited(account: string): void {
    const left = (this.underWay.get(account) ?? 1) - 1;
    if (left > 0) this.underWay.set(account, left);
    else this.underWay.delete(account);
    this.schedule(account, this.options.gatherMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.file.close();
  }

  private schedule(account: string, delayMs: number): void {
    if (this.stopped) return;
    if (this.scheduled.has(account)) {
      this.creditedSince.add(account);
      return;
    }
    this.scheduled.add(account);
    this.options.clock.at(this.options.clock.now() + delayMs, () => void this.post(account));
  }

  private async post(account: string): Promise<void> {
    if (this.stopped) return;
    this.creditedSince.delete(account);
    try {
      const more = await this.postOnce(account);
      this.scheduled.delete(account);
      if (more || this.creditedSince.has(account)) this.schedule(account, 0);
    } catch (error) {
      this.scheduled.delete(account);
      // The account's number is private and stays out of the log.
      this.options.log.warn({ err: error }, 'could not post credits of an account');
      this.schedule(account, AFTER_FAILURE_MS);
    }
  }

  /** True: there may be more to post. */
  private async postOnce(account: string): Promise<boolean> {
    const { ledger, sending, kept } = this.options;
    const lines = pendingSchema.parse(await ledger.privately({ about: 'pending', account }));
    if (lines.length === 0) {
      await this.closeAccount(account);
      return false;
    }
    const credits = lines.slice(0, MOST_CREDITS_OF_FOLD).map(({ credit }) => credit);
    const name = createHash('sha256')
      .update(JSON.stringify([account, credits]))
      .digest('hex');
    const operation = await kept.post(name);
    const [outcome] = await sending.own([{ action: 'postCredits', params: { account, operation, credits } }]);
    if (outcome?.ok !== true) throw new Error(`the ledger refused a post: ${outcome?.code ?? 'no result'}`);
    return true;
  }

  private async closeAccount(account: string): Promise<void> {
    if (this.underWay.has(account)) return;
    this.open.delete(account);
    await this.file.append({ account, open: false });
  }
}
