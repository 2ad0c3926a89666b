// Gives every command of a list its outcome: endorses again on conflicts, halves, narrows down to one command. It never
// sends a command again while the outcome of a transaction that held it is unknown.
import type { CommandResult } from '../../chaincode/protocol/commands.js';
import type { Lane } from '../../chaincode/protocol/declaration.js';
import type { CommandOutcome } from '../protocol/admin.js';
import type { IdentityName } from '../protocol/gateway-config.js';
import { readResults } from './command-results.js';
import type { CountersInUse } from './counters.js';
import { ledgerErrorOf, resultsIn } from './ledger-error-of.js';
import {
  LedgerConflict,
  type LedgerError,
  LedgerRejected,
  LedgerUnavailable,
  OutcomeUnknown,
} from './ledger-errors.js';
import type { ChaincodeRequest, Commit, EndorseFailure } from './ledger-port.js';
import type { TransactionSubmitter } from './transaction-submitter.js';

/** What became of one command. */
export type Completion = { readonly outcome: CommandOutcome } | { readonly error: LedgerError };

/** How commands of one lane, signed by one identity, are put into a request. */
export interface ListRoute {
  readonly lane: Lane;
  readonly identity: IdentityName;
  readonly format: (texts: readonly string[]) => ChaincodeRequest;
}

export interface CommandList {
  readonly route: ListRoute;
  /** Commands in canonical JSON. */
  readonly texts: readonly string[];
  /** Called whenever peers have answered a transaction of the list and ordering begins. */
  readonly onEndorsed?: () => void;
}

export interface BatchSubmitterOptions {
  readonly transactions: Pick<TransactionSubmitter, 'submit'>;
  readonly counters: CountersInUse;
}

/** Fabric: endorsement policy, version conflict, phantom. Each may be gone when the list is endorsed again. */
const CONFLICT_CODES: readonly number[] = [10, 11, 12];
const VALID = 0;
/** A list is endorsed again once before it is halved; a single command some more times before it is given up. */
const LIST_ATTEMPTS = 2;
const SINGLE_ATTEMPTS = 5;

export class BatchSubmitter {
  constructor(private readonly options: BatchSubmitterOptions) {}

  /** One completion for each command, in their order. Rejects only on programming errors. */
  async run(list: CommandList): Promise<readonly Completion[]> {
    const { route, texts, onEndorsed } = list;
    const { transactions, counters } = this.options;
    const attempts = texts.length === 1 ? SINGLE_ATTEMPTS : LIST_ATTEMPTS;
    for (let attempt = 1; ; attempt += 1) {
      const result = await transactions.submit(route.format(texts), onEndorsed);
      if (result.kind === 'unknown') {
        return all(texts.length, new OutcomeUnknown(result.txId, { cause: result.cause }));
      }
      if (result.kind === 'failed') return this.afterFailure(list, result.failure);
      const { commit } = result;
      if (commit.code === VALID) return outcomes(readResults(result.response, texts.length), commit);
      if (!CONFLICT_CODES.includes(commit.code)) return all(texts.length, invalid(commit));
      counters.conflicts += 1;
      if (attempt >= attempts) return this.afterConflicts(list, commit);
      counters.retries += 1;
    }
  }

  private async afterConflicts(list: CommandList, { code, txId }: Commit): Promise<readonly Completion[]> {
    if (list.texts.length === 1) return [{ error: new LedgerConflict(code, txId) }];
    return this.halves(list);
  }

  /** One command may spoil its whole list: where that can be, the list is halved until it stands alone. */
  private async afterFailure(list: CommandList, failure: EndorseFailure): Promise<readonly Completion[]> {
    const error = ledgerErrorOf(failure);
    const results = resultsIn(error, list.texts.length);
    if (results !== null)
      return results.map((result) => ({ outcome: { ...result, txId: null, block: null } }));
    const mayBeOne = failure.kind === 'refused' || failure.kind === 'mismatch';
    if (mayBeOne && list.texts.length > 1) return this.halves(list);
    return all(list.texts.length, error);
  }

  /** One after the other: the halves may write the same rows. */
  private async halves(list: CommandList): Promise<readonly Completion[]> {
    this.options.counters.retries += 1;
    const middle = Math.ceil(list.texts.length / 2);
    const first = await this.run({ ...list, texts: list.texts.slice(0, middle) });
    const rest = list.texts.slice(middle);
    const second = first.some(isOpen)
      ? all(rest.length, new LedgerUnavailable('an earlier part of the list is open; nothing was sent'))
      : await this.run({ ...list, texts: rest });
    return [...first, ...second];
  }
}

function isOpen(completion: Completion): boolean {
  if (!('error' in completion)) return false;
  return completion.error instanceof OutcomeUnknown || completion.error instanceof LedgerUnavailable;
}

function outcomes(results: readonly CommandResult[], { txId, block }: Commit): readonly Completion[] {
  return results.map((result) => ({ outcome: { ...result, txId, block } }));
}

function all(count: number, error: LedgerError): readonly Completion[] {
  return Array.from({ length: count }, () => ({ error }));
}

function invalid({ code, txId }: Commit): LedgerRejected {
  return new LedgerRejected('LEDGER_INVALID', `transaction ${txId} is invalid (code ${String(code)})`, {
    values: { code, txId },
  });
}
