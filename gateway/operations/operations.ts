// Carries people's signed commands to the ledger, each at most once at a time, and knows what became of them: also
// after a lost answer, a restart, or a hundred equal requests. The ledger alone decides.
import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Lane } from '../../chaincode/protocol/declaration.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { bodyHash, type Intent } from '../../chaincode/protocol/intent.js';
import { isSigned } from '../../chaincode/signatures/intent-signatures.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { LedgerError, LedgerRejected, LedgerUnavailable, OutcomeUnknown } from '../ledger/ledger-errors.js';
import type { CommandOutcome } from '../protocol/admin.js';
import type { Operation } from '../protocol/api/forms.js';
import { Refused } from '../refused.js';
import { StoreUnavailable } from '../store-unavailable.js';
import type {
  OperationOutcome,
  OperationRecord,
  OperationRecords,
  SeenOutcome,
} from '../store/operation-records.js';
import type { SubmissionReceipts } from './submission-receipts.js';

export interface SignedCommand {
  readonly lane: Lane;
  readonly action: string;
  readonly intent: Intent;
  /** What the gateway's machine adds beside the intent. */
  readonly beside?: Command['params'];
}

export interface OperationsOptions {
  readonly channel: string;
  readonly ledger: Pick<LedgerClient, 'submit' | 'resolve'>;
  readonly records: OperationRecords;
  /** What the organisation's own tables of the ledger say of a person's command; null: nothing. */
  readonly seenOnLedger: (person: string, id: string) => Promise<SeenOutcome | null>;
  readonly receipts: SubmissionReceipts;
  /** Resolves when what is read here holds this block, so that who has acted sees what he did. */
  readonly shown: (block: number, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const AGAIN_MS = 1_000;
const SHOWN_WITHIN_MS = 2_000;
/** A command that the ledger may still take when its time is over, by the clocks of others. */
const MARGIN_MS = 60_000;
const UNDER_WAY_MS = 60_000;
const MOST_RESUMED = 10_000;
const KEPT_MS = 30 * 86_400_000;
const REMOVED_AT_ONCE = 10_000;

/** A command that this process carries just now. */
interface Carried {
  readonly record: OperationRecord;
  readonly outcome: Promise<OperationRecord>;
}

export class Operations {
  private readonly running = new Map<string, Carried>();

  constructor(private readonly options: OperationsOptions) {
    // Each command under way listens for the stop; Node.js takes more than ten listeners for a leak.
    setMaxListeners(0, options.signal);
  }

  /** Goes on with what an earlier process left open, and removes what is old. */
  async start(): Promise<void> {
    const { records, clock } = this.options;
    await records.removeOlder(clock.now() - KEPT_MS, REMOVED_AT_ONCE);
    for (const record of await records.open(MOST_RESUMED)) void this.run(record);
  }

  /**
   * Takes a command of this person. Resolves with its outcome, or with `pending` after `waitMs`. Rejects: Refused
   * (NOT_YOUR_INTENT, WRONG_ACTION, BAD_SIGNATURE, INTENT_EXPIRED, OTHER_CONTENT). Nothing is stored before the
   * signature is good.
   */
  async submit(person: string, command: SignedCommand, waitMs: number): Promise<Operation> {
    this.require(person, command);
    const { intent, lane, action, beside } = command;
    const { id, expiresAt } = intent.body;
    const content = bodyHash(intent.body);
    const { records, receipts, clock } = this.options;
    const carried = this.running.get(nameOf({ person, id }));
    if (carried !== undefined) {
      requireSame(carried.record, content);
      return this.outcomeOf(carried, waitMs);
    }
    // One that was taken in time is answered for ever.
    const receivedAt = clock.now();
    if (isExpired(intent, receivedAt) && (await records.find(person, id)) === null)
      throw new Refused('INTENT_EXPIRED');
    const { record, isNew } = await records.create({
      ...{ person, id, action, lane, expiresAt },
      content,
      command: { action, intent, ...(beside === undefined ? {} : { params: beside }) },
      ...{ status: 'pending', code: null, txId: null, block: null },
      receipt: receipts(intent, receivedAt),
      createdAt: receivedAt,
    });
    requireSame(record, content);
    if (isFinal(record)) return operationOf(record);
    return this.outcomeOf(this.run(record, isNew), waitMs);
  }

  /** Null: this person has sent no such command here. Waits for its outcome for `waitMs` at most. */
  async find(person: string, id: string, waitMs = 0): Promise<Operation | null> {
    const record = await this.options.records.find(person, id);
    if (record === null) {
      const seen = await this.options.seenOnLedger(person, id);
      return seen === null ? null : { id, ...seen };
    }
    if (isFinal(record)) return operationOf(record);
    // What an outage has stopped goes on when its person asks.
    const carried = this.run(record);
    return waitMs === 0 ? operationOf(record) : this.outcomeOf(carried, waitMs);
  }

  /**
   * Intents of a person for this action that may not stand in the organisation's tables yet: taken within the last
   * minute, and not refused.
   */
  async underWay(person: string, action: string): Promise<readonly Intent[]> {
    const { records, clock } = this.options;
    const found = await records.recent(person, action, clock.now() - UNDER_WAY_MS);
    return found.flatMap(({ command: { intent } }) => intent ?? []);
  }

  /**
   * Whether this command is this person's. Throws: Refused NOT_YOUR_INTENT, WRONG_ACTION, BAD_SIGNATURE.
   */
  require(person: string, { intent, action }: SignedCommand): void {
    const { body } = intent;
    if (body.person !== person) throw new Refused('NOT_YOUR_INTENT');
    if (body.action !== action) throw new Refused('WRONG_ACTION', { found: body.action, needed: action });
    if (body.channel !== this.options.channel) {
      throw new Refused('BAD_INPUT', { found: body.channel, needed: this.options.channel });
    }
    if (!isSigned(intent)) throw new Refused('BAD_SIGNATURE');
  }

  private async outcomeOf(carried: Carried, waitMs: number): Promise<Operation> {
    const operation = await this.wait(carried, waitMs);
    await this.untilShown(operation);
    return operation;
  }

  /** Not for long: where the tables are behind, the answer is true all the same. */
  private async untilShown({ block }: Operation): Promise<void> {
    const { shown, signal } = this.options;
    if (block === null) return;
    await shown(block, AbortSignal.any([signal, AbortSignal.timeout(SHOWN_WITHIN_MS)]));
  }

  /** What has become of it within `waitMs`. */
  private async wait({ record, outcome }: Carried, waitMs: number): Promise<Operation> {
    const { clock } = this.options;
    let cancel = (): void => undefined;
    const limit = new Promise<OperationRecord>((resolve) => {
      cancel = clock.at(clock.now() + waitMs, () => {
        resolve(record);
      });
    });
    try {
      const found = await Promise.race([outcome, limit]);
      if (found !== record || waitMs === 0) return operationOf(found);
      // What is known by now, such as that the outcome is not.
      return operationOf((await this.options.records.find(record.person, record.id)) ?? record);
    } finally {
      cancel();
    }
  }

  /** One sender for each command of this process; others wait for it. */
  private run(record: OperationRecord, isNew = false): Carried {
    const name = nameOf(record);
    const known = this.running.get(name);
    if (known !== undefined) return known;
    const outcome = this.carry(record, isNew).finally(() => this.running.delete(name));
    // Callers that wait see the failure; without one it must not end the process.
    outcome.catch((error: unknown) => {
      this.options.log.error({ err: error, operation: record.id }, 'an operation could not be carried on');
    });
    const carried = { record, outcome };
    this.running.set(name, carried);
    return carried;
  }

  private async carry(record: OperationRecord, isNew: boolean): Promise<OperationRecord> {
    const { records, signal } = this.options;
    // Another sender may have ended since the record was read.
    const stored = isNew ? null : await records.find(record.person, record.id);
    if (stored !== null && isFinal(stored)) return stored;
    let isFirst = isNew;
    while (!signal.aborted) {
      const outcome = await this.attempt(record, isFirst);
      if (outcome !== null) return { ...record, ...outcome };
      isFirst = false;
      await this.pause();
    }
    return record;
  }

  /** Null: the ledger or the store is away, try again. What nobody here has sent before is not looked for. */
  private async attempt(record: OperationRecord, isFirst: boolean): Promise<OperationOutcome | null> {
    try {
      const seen = isFirst ? null : await this.seen(record);
      const outcome = seen ?? (await this.sendOnce(record));
      if (outcome !== null) await this.options.records.finish(record.person, record.id, outcome);
      return outcome;
    } catch (error) {
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
  }

  /** A commit whose answer got lost is found, not repeated. */
  private seen({ person, id }: OperationRecord): Promise<SeenOutcome | null> {
    return this.options.seenOnLedger(person, id);
  }

  /** Null: it may be sent again. */
  private async sendOnce(record: OperationRecord): Promise<OperationOutcome | null> {
    const { ledger, clock, signal } = this.options;
    if (isOver(record.expiresAt, clock.now())) return refused('INTENT_EXPIRED');
    try {
      const [outcome] = await ledger.submit(record.lane, record.command, { signal });
      if (outcome === undefined) return null;
      // Carried out before by another way than this: that transaction is the true one, where it is known here.
      const earlier = outcome.ok && outcome.repeated === true ? await this.seen(record) : null;
      return earlier ?? outcomeOf(outcome);
    } catch (error) {
      return this.afterFailure(record, error);
    }
  }

  private async afterFailure(record: OperationRecord, error: unknown): Promise<OperationOutcome | null> {
    const { log, ledger, records, signal } = this.options;
    if (error instanceof LedgerRejected) return refused(error.code);
    if (error instanceof OutcomeUnknown) {
      const unknown = { status: 'unknown', code: null, txId: error.txId, block: null } as const;
      await records.finish(record.person, record.id, unknown);
      await ledger.resolve(error.txId, signal).catch((failure: unknown) => {
        log.warn({ err: failure, operation: record.id }, 'the outcome of an operation is not known yet');
      });
      return null;
    }
    if (!(error instanceof LedgerError)) throw error;
    const isAway = error instanceof LedgerUnavailable;
    log.info({ operation: record.id, code: error.code, isAway }, 'an operation is sent again');
    return null;
  }

  private pause(): Promise<void> {
    const { clock, signal } = this.options;
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.at(clock.now() + AGAIN_MS, end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

function isFinal({ status }: OperationRecord): boolean {
  return status === 'done' || status === 'refused';
}

/** Throws: Refused OTHER_CONTENT. */
function requireSame({ id, content }: OperationRecord, needed: string): void {
  if (content !== needed) throw new Refused('OTHER_CONTENT', { id });
}

function nameOf({ person, id }: Pick<OperationRecord, 'person' | 'id'>): string {
  return `${person}/${id}`;
}

function outcomeOf(outcome: CommandOutcome): OperationOutcome {
  const { txId, block } = outcome;
  if (outcome.ok) return { status: 'done', code: null, txId, block };
  return { status: 'refused', code: outcome.code, txId, block };
}

function refused(code: string): OperationOutcome {
  return { status: 'refused', code, txId: null, block: null };
}

export function operationOf({ id, action, status, code, txId, block, receipt }: OperationRecord): Operation {
  return { id, action, status, code, txId, block, ...(receipt === null ? {} : { receipt }) };
}

/** Whether a command that nobody has taken before comes too late to be taken. */
export function isExpired({ body }: Intent, now: Instant): boolean {
  return isOver(body.expiresAt, now);
}

function isOver(expiresAt: Instant, now: Instant): boolean {
  return now > expiresAt + MARGIN_MS;
}
