// Every command of the ledger by its action, from the declarations, and how lists of them travel and are answered.
import { accountCommands } from './account.js';
import type { Json } from './canonical-json.js';
import { dealCommands } from './deal.js';
import type { CommandDeclaration, Lane } from './declaration.js';
import type { Intent } from './intent.js';
import { memberCommands } from './member.js';
import { offerCommands } from './offer.js';
import { parametersProposalCommands } from './parameters-proposal.js';
import type { Parsed } from './parse.js';
import { paymentCommands } from './payment.js';
import { payoutCommands } from './payout.js';
import type { RowChanges } from './row-changes.js';
import { shipmentCommands } from './shipment.js';

export const COMMANDS = {
  ...memberCommands,
  ...parametersProposalCommands,
  ...accountCommands,
  ...offerCommands,
  ...dealCommands,
  ...paymentCommands,
  ...payoutCommands,
  ...shipmentCommands,
} as const satisfies { readonly [action: string]: CommandDeclaration };
type Declared = typeof COMMANDS;

export type Action = keyof Declared;
export type PersonAction = {
  [A in Action]: Declared[A]['by'] extends 'machine' ? never : A;
}[Action];
export type MachineAction = {
  [A in Action]: Declared[A]['by'] extends 'person' ? never : A;
}[Action];
export type EitherAction = PersonAction & MachineAction;

/** Person's parameters (`body.params` of the intent). Row created = intent id unless a parameter names another. */
export type IntentParams = { readonly [A in PersonAction]: Parsed<Declared[A]['signed']> };
/** Parameters that a machine gives, alone or beside a person's intent. */
export type MachineParams = { readonly [A in MachineAction]: Parsed<Declared[A]['machine']> };

export function isAction(text: string): text is Action {
  return Object.hasOwn(COMMANDS, text);
}

/** The lane of an action; the other lane refuses it with WRONG_LANE. */
export function laneOf(action: Action): Lane {
  return COMMANDS[action].lane;
}

/**
 * One command of a list. A person's command carries the intent, whose `action` and `params` count; what a worker
 * adds beside it, or a machine's whole command, stands in `params`.
 */
export interface Command {
  readonly action: string;
  readonly intent?: Intent;
  readonly params?: { readonly [name: string]: Json };
}

/**
 * Answer to one command, in the order of the list. `repeated`: it had been carried out before, and nothing was written.
 * `values` are absent where they could disclose a secret.
 */
export type CommandResult =
  | { readonly ok: true; readonly id: string; readonly repeated?: true }
  | {
      readonly ok: false;
      readonly id: string;
      readonly code: string;
      readonly values?: { readonly [name: string]: Json };
    };

/** Most commands of one list, and of one event. */
export const LIST_LIMIT = 500;

/** One command in the ledger's event: its result and the rows that it changed. */
export interface CommandRecord extends RowChanges {
  readonly action: string;
  readonly result: CommandResult;
}

/** Payload of the one event per transaction, named EVENT_NAME. */
export interface LedgerEvent {
  readonly v: 1;
  readonly lane: Lane;
  readonly results: readonly CommandRecord[];
}
export const EVENT_NAME = 'forescrow.commands';

/** Names of the contract's functions, as clients call them. */
export const FUNCTIONS = {
  /** submit; one argument: canonical JSON list of commands. Response: list of results. */
  agree: 'agreement:apply',
  /**
   * submit at the owner alone; transient `commands` (canonical JSON list) and `owner` (MSP id). Response: list of
   * results, private codes masked as REFUSED, refusals without values. If nothing is left to write the endorsement
   * fails with NOTHING_WRITTEN, whose value `results` holds the true results.
   */
  own: 'owner:apply',
  /** evaluate; as `own` without writing, with the true codes. */
  tryOwn: 'owner:try',
  /** evaluate; arguments: row keys as a JSON list. Response: {key: row | null}. */
  rows: 'query:rows',
  /** evaluate; argument: kind, first id or ''. Response: rows of that kind in key order, at most 1,000. */
  list: 'query:list',
  /** evaluate; argument: deal id. Response: DealView. */
  deal: 'query:deal',
  /** evaluate at the owner by its own members; transient `owner`, `query` (JSON). */
  privately: 'owner:query',
} as const;
