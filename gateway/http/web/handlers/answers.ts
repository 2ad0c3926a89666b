// What handlers of signed commands have in common: the lane and action of an endpoint, and the answer to its operation.
import type { PersonAction } from '../../../../chaincode/protocol/commands.js';
import { laneOf } from '../../../../chaincode/protocol/commands.js';
import { rowKey, type RowKind, type Rows } from '../../../../chaincode/protocol/rows.js';
import type { Intent } from '../../../../chaincode/protocol/intent.js';
import type { Operations, SignedCommand } from '../../../operations/operations.js';
import type { Viewer } from '../../../people/viewer.js';
import type { Operation } from '../../../protocol/api/forms.js';
import { Refused } from '../../../refused.js';
import type { Observer } from '../../../views/viewer.js';
import { Answer } from '../binding.js';

/** A context of a handler that somebody who is signed in has called. */
export interface SignedIn {
  readonly viewer: Viewer;
  readonly waitS: number;
}

export function observer({ person, roles }: Viewer): Observer {
  return { person: person.id, roles };
}

/** The signed command that an endpoint takes. */
export function commandOf(action: PersonAction, intent: Intent): SignedCommand {
  return { action, lane: laneOf(action), intent };
}

/** Carries the command; 202 with its operation's address where it is not final in time. */
export async function carry(
  operations: Operations,
  { viewer, waitS }: SignedIn,
  command: SignedCommand,
): Promise<Answer<Operation>> {
  const operation = await operations.submit(viewer.person.id, command, waitS * 1_000);
  return answerOf(operation, `/api/v1/operations/${operation.id}`);
}

/** 202 while it is not final, with the address at which it will be. */
export function answerOf(operation: Operation, location: string): Answer<Operation> {
  if (operation.status === 'done' || operation.status === 'refused') return new Answer(operation);
  return new Answer(operation, { status: 202, headers: { location } });
}

/** The command is about what the address names. Throws: Refused WRONG_SUBJECT. */
export function requireSubject(intent: Intent, name: string, needed: string): void {
  const found = intent.body.params[name];
  if (found !== needed)
    throw new Refused('WRONG_SUBJECT', { where: `body.intent.body.params.${name}`, needed });
}

/** Throws: Refused NOT_FOUND. */
export function found<T>(value: T | null): T {
  if (value === null) throw new Refused('NOT_FOUND');
  return value;
}

/** One of the rows that the ledger's client gave. */
export function rowAt<K extends RowKind>(
  rows: { readonly [key: string]: Rows[RowKind] | null },
  kind: K,
  ...ids: readonly string[]
): Rows[K] | null {
  return (rows[rowKey(kind, ...ids)] ?? null) as Rows[K] | null; // the key's kind is the row's
}
