// Duty: gives every command of a list its outcome: endorses again on conflicts, halves, narrows down to one command.
// Must not: send anything again while the fate of a transaction that held it is unknown.
import type { CommandResult } from '../../chaincode/protocol/commands.js';
import { readResults } from './command-results.js';
import type { CountersInUse } from './counters.js';
import type { Outcome } from './ledger-client.js';
import {
  LedgerConflict,
  LedgerRejected,
  LedgerUnavailable,
  OutcomeUnknown,
  type LedgerError,
} from './ledger-errors.js';
import type { Call, Commit, EndorseFailure } from './ledger-port.js';
import { refusalOf, unwrittenResults } from './refusal.js';
import type { Ending } from './transaction-sender.js';

/** What became of one command. */
export type Settlement = { readonly outcome: Outcome } | { readonly error: LedgerError };

/** How commands of one lane, signed by one identity, are put into a call. */
export type ListFormat = (commands: readonly string[]) => Call;

/** Sends the commands, all of them as one transaction. */
type SendList = (commands: readonly string[]) => Promise<Ending>;

export interface ListSenderOptions {
  /** `onEndorsed` is told when peers have answered. */
  readonly send: (call: Call, onEndorsed: () => void) => Promise<Ending>;
  readonly counters: CountersInUse;
}

/** Fabric: endorsement policy, version conflict, phantom. Each may be gone when endorsed again (rule 26). */
const CONFLICT_CODES: readonly number[] = [10, 11, 12];
const VALID = 0;
/** A list is endorsed again once before it is halved; a single command some more times before it is given up. */
const LIST_ATTEMPTS = 2;
const SINGLE_ATTEMPTS = 5;

export class ListSender {
  constructor(private readonly options: ListSenderOptions) {}

  /**
   * One settlement for each command, in their order. Never rejects but for defects. `onEndorsed` is told whenever
   * peers have answered a transaction of it.
   */
  async send(
    format: ListFormat,
    commands: readonly string[],
    onEndorsed: () => void = () => undefined,
  ): Promise<readonly Settlement[]> {
    return this.settle((list) => this.options.send(format(list), onEndorsed), commands);
  }

  private async settle(send: SendList, commands: readonly string[]): Promise<readonly Settlement[]> {
    const attempts = commands.length === 1 ? SINGLE_ATTEMPTS : LIST_ATTEMPTS;
    for (let attempt = 1; ; attempt += 1) {
      const ending = await send(commands);
      if (ending.kind === 'unknown') return unknown(ending.txId, commands.length, ending.cause);
      if (ending.kind === 'failed') return this.afterFailure(send, commands, ending.failure);
      const { commit } = ending;
      if (commit.code === VALID) return outcomes(readResults(ending.response, commands.length), commit);
      if (!CONFLICT_CODES.includes(commit.code)) return all(commands.length, invalid(commit));
      this.options.counters.conflicts += 1;
      if (attempt >= attempts) return this.afterConflicts(send, commands, commit);
      this.options.counters.retries += 1;
    }
  }

  private async afterConflicts(
    send: SendList,
    commands: readonly string[],
    { code, txId }: Commit,
  ): Promise<readonly Settlement[]> {
    if (commands.length === 1) return [{ error: new LedgerConflict(code, txId) }];
    return this.halves(send, commands);
  }

  private async afterFailure(
    send: SendList,
    commands: readonly string[],
    failure: EndorseFailure,
  ): Promise<readonly Settlement[]> {
    switch (failure.kind) {
      case 'unavailable':
        return all(
          commands.length,
          new LedgerUnavailable('the ledger cannot be reached', { cause: failure }),
        );
      case 'denied':
        return all(
          commands.length,
          new LedgerRejected('LEDGER_DENIED', 'the ledger refuses this organisation’s request', {
            cause: failure,
          }),
        );
      case 'mismatch':
        if (commands.length > 1) return this.halves(send, commands);
        return [{ error: new LedgerUnavailable('peers do not agree on the result', { cause: failure }) }];
      case 'refused':
        return this.afterRefusal(send, commands, failure);
    }
  }

  /** The owner lane refuses a list of which nothing is left to write and tells its results (rule 27). */
  private async afterRefusal(
    send: SendList,
    commands: readonly string[],
    failure: EndorseFailure,
  ): Promise<readonly Settlement[]> {
    const refusal = refusalOf(failure.text, failure);
    const results = unwrittenResults(refusal, commands.length);
    if (results !== null)
      return results.map((result) => ({ outcome: { ...result, txId: null, block: null } }));
    if (commands.length > 1) return this.halves(send, commands);
    return [{ error: refusal }];
  }

  /** One after the other: the halves may write the same rows. */
  private async halves(send: SendList, commands: readonly string[]): Promise<readonly Settlement[]> {
    this.options.counters.retries += 1;
    const middle = Math.ceil(commands.length / 2);
    const first = await this.settle(send, commands.slice(0, middle));
    const rest = commands.slice(middle);
    const stopped = first.some(isUnsettled);
    const second = stopped
      ? all(rest.length, new LedgerUnavailable('an earlier part of the list is unsettled; nothing was sent'))
      : await this.settle(send, rest);
    return [...first, ...second];
  }
}

function isUnsettled(settlement: Settlement): boolean {
  if (!('error' in settlement)) return false;
  return settlement.error instanceof OutcomeUnknown || settlement.error instanceof LedgerUnavailable;
}

function outcomes(results: readonly CommandResult[], { txId, block }: Commit): readonly Settlement[] {
  return results.map((result) => ({ outcome: { ...result, txId, block } }));
}

function all(count: number, error: LedgerError): readonly Settlement[] {
  return Array.from({ length: count }, () => ({ error }));
}

function unknown(txId: string, count: number, cause: unknown): readonly Settlement[] {
  return all(count, new OutcomeUnknown(txId, { cause }));
}

function invalid({ code, txId }: Commit): LedgerRejected {
  return new LedgerRejected('LEDGER_INVALID', `transaction ${txId} is invalid (code ${String(code)})`, {
    values: { code, txId },
  });
}
