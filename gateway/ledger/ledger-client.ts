// What the rest of the gateway may ask of the ledger; `fabric/connect.ts` makes a client.
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { Command, CommandResult, LedgerEvent } from '../../chaincode/protocol/commands.js';
import type { Lane } from '../../chaincode/protocol/declaration.js';
import type {
  BalanceView,
  DealView,
  OperationView,
  PrivateQuery,
  ExposureView,
  TrialBalanceView,
} from '../../chaincode/protocol/queries.js';
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';
import type { CommandOutcome } from '../protocol/admin.js';
import type { IdentityName } from '../protocol/gateway-config.js';
import type { WholeBlock } from './ledger-port.js';

export interface SubmitOptions {
  /** Withdraws commands that are not in a transaction yet (LedgerUnavailable); later it has no effect. */
  readonly signal?: AbortSignal;
  /** Certificate to sign with; `gateway` unless named. */
  readonly as?: IdentityName;
  /**
   * Names, made by the functions of `scheduling.ts`, of what these commands change without naming it themselves, such
   * as a payer's account behind a link: no two transactions in flight have one in common.
   */
  readonly locks?: readonly string[];
}

/** What became of a transaction. `notFound`: it did not commit, and its time is over. */
export type TransactionOutcome =
  | { readonly state: 'committed'; readonly valid: boolean; readonly code: number; readonly block: number }
  | { readonly state: 'notFound' };

/** One block at the organisation's own peer, Forescrow's transactions only; a block without any is given as well. */
export interface LedgerBlock {
  readonly block: number;
  readonly transactions: readonly {
    readonly txId: string;
    /** Fabric's validation code; only 0 has written anything. */
    readonly code: number;
    readonly event: LedgerEvent;
  }[];
}

/** Counted since connecting; a test asserts them, nothing decides by them. */
export interface LedgerCounters {
  readonly transactions: number;
  readonly commands: number;
  readonly endorseCalls: number;
  readonly submitCalls: number;
  readonly evaluateCalls: number;
  readonly commitStatusCalls: number;
  /** Transactions that ended with code 10, 11 or 12. */
  readonly conflicts: number;
  /** Lists that were endorsed again, for whatever reason. */
  readonly retries: number;
  /** Most transactions that were in flight at one time. */
  readonly mostInFlight: number;
}

/** Answer to a private question; a plain JSON value where the chaincode publishes no shape. */
export type ViewOf<Q extends PrivateQuery> = Q['about'] extends 'balance'
  ? BalanceView
  : Q['about'] extends 'statement' | 'operations'
    ? readonly OperationView[]
    : Q['about'] extends 'trialBalance'
      ? readonly TrialBalanceView[]
      : Q['about'] extends 'exposures'
        ? readonly ExposureView[]
        : Json;

/**
 * Submitting throws LedgerRejected, LedgerConflict, LedgerUnavailable, OutcomeUnknown. When commands of one call
 * travel in several transactions, the call waits for all of them and throws the first failure; what the others wrote
 * stays written, and sending the same commands again is safe, since each is idempotent by its intent's id or by
 * the state of its row.
 */
export interface LedgerClient {
  /** Resolves when the organisation's own peer delivers blocks. Rejects only when `signal` is aborted. */
  ready(signal?: AbortSignal): Promise<void>;

  /**
   * Agreement lane: commands are public; an owner's command among them is refused (WRONG_LANE) and stays here. Owner
   * lane: this organisation's own, at its own peer alone; commands travel as transient data. Outcomes stand in the
   * order of the commands. One that has no canonical text is refused alone (BAD_INPUT, with its place).
   */
  submit(
    lane: Lane,
    commands: Command | readonly Command[],
    options?: SubmitOptions,
  ): Promise<readonly CommandOutcome[]>;

  /** The owner lane without writing, with the true codes. */
  dryRun(
    commands: readonly Command[],
    options?: Pick<SubmitOptions, 'as'>,
  ): Promise<readonly CommandResult[]>;

  /** Public rows by key (`rowKey`); null where there is none. */
  rows(keys: readonly string[]): Promise<{ readonly [key: string]: Rows[RowKind] | null }>;

  /** At most 1,000 rows of a kind in key order, from an id on. */
  list<K extends RowKind>(kind: K, from?: string): Promise<readonly Rows[K][]>;

  deal(id: string): Promise<DealView>;

  /** Private rows of this organisation, at its own peer alone. */
  queryPrivate<Q extends PrivateQuery>(query: Q): Promise<ViewOf<Q>>;

  /**
   * Blocks from `fromBlock` on (default: from now on), without gap or repetition; reconnects by itself with bounded
   * backoff. Ends when `signal` is aborted or the client is closed. A reader that stores `block + 1` can go on later.
   */
  follow(fromBlock?: number, signal?: AbortSignal): AsyncIterable<LedgerBlock>;

  /** Whole blocks from `fromBlock` on, with what they wrote; otherwise as `follow`. */
  blocks(fromBlock: number, signal?: AbortSignal): AsyncIterable<WholeBlock>;

  /**
   * What became of a transaction: waits while it may still commit, at most 2 × window + slack and a margin after it was
   * sent. After `notFound` the commands may be sent again: should a held-back envelope come later nevertheless,
   * commands are idempotent. Throws LedgerUnavailable while the own peer cannot be asked.
   */
  resolve(txId: string, signal?: AbortSignal): Promise<TransactionOutcome>;

  readonly counters: LedgerCounters;

  /** Waits for what is in flight, at most a second, then closes the connection. */
  close(): Promise<void>;
}
