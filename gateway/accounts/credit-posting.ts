// Posts pending credits into their accounts, so that payees can spend them; one posting at a time for an account. An
// account that was credited stays in the store until its credits are posted.
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { PendingPostings } from '../store/pending-postings.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import type { OperationIds } from './operation-ids.js';

/** Private answer to `pending`; `postCredits` names credits by their id. */
const pendingSchema = z.array(z.looseObject({ credit: z.string() }));

export interface CreditPostingOptions {
  readonly postings: PendingPostings;
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly operationIds: OperationIds;
  readonly clock: Clock;
  readonly log: Logger;
  /** Credits of one account that come within this time are posted together. */
  readonly gatherMs: number;
}

const MOST_CREDITS_OF_POSTING = 100;
const AFTER_FAILURE_MS = 2_000;

export class CreditPosting {
  private readonly open: Set<string>;
  private readonly scheduled = new Set<string>();
  /** Scheduled accounts that were credited since; the posting under way may have been too early to see it. */
  private readonly creditedSince = new Set<string>();
  /** Credits under way by account: such an account stays open though nothing is there to post yet. */
  private readonly underWay = new Map<string, number>();
  private stopped = false;

  private constructor(
    private readonly options: CreditPostingOptions,
    accounts: readonly string[],
  ) {
    this.open = new Set(accounts);
  }

  static async open(options: CreditPostingOptions): Promise<CreditPosting> {
    return new CreditPosting(options, await options.postings.accounts());
  }

  /** Goes on with what an earlier process left. */
  start(): void {
    for (const account of this.open) this.schedule(account, this.options.gatherMs);
  }

  /**
   * To be called before a credit is sent, so that a crash leaves a trace; `credited` follows in any case, unless this
   * rejects.
   */
  async expect(account: string): Promise<void> {
    this.underWay.set(account, (this.underWay.get(account) ?? 0) + 1);
    if (this.open.has(account)) return;
    try {
      await this.options.postings.add(account);
      this.open.add(account);
    } catch (error) {
      this.noLongerUnderWay(account);
      throw error;
    }
  }

  /** An expected credit has been taken or refused: its account will be posted soon. */
  credited(account: string): void {
    this.noLongerUnderWay(account);
    this.schedule(account, this.options.gatherMs);
  }

  stop(): void {
    this.stopped = true;
  }

  private noLongerUnderWay(account: string): void {
    const left = (this.underWay.get(account) ?? 1) - 1;
    if (left > 0) this.underWay.set(account, left);
    else this.underWay.delete(account);
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
    const { ledger, submitter, operationIds } = this.options;
    const pending = pendingSchema.parse(await ledger.queryPrivate({ about: 'pending', account }));
    if (pending.length === 0) {
      await this.closeAccount(account);
      return false;
    }
    const credits = pending.slice(0, MOST_CREDITS_OF_POSTING).map(({ credit }) => credit);
    const name = createHash('sha256')
      .update(JSON.stringify([account, credits]))
      .digest('hex');
    const operation = await operationIds.post(name);
    const [outcome] = await submitter.submit('owner', [
      { action: 'postCredits', params: { account, operation, credits } },
    ]);
    if (outcome?.ok !== true)
      throw new Error(`the ledger refused a posting: ${outcome?.code ?? 'no result'}`);
    return true;
  }

  private async closeAccount(account: string): Promise<void> {
    if (this.underWay.has(account)) return;
    this.open.delete(account);
    await this.options.postings.remove(account);
  }
}
