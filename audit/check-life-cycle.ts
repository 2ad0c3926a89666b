// Statuses change along the life-cycle table, by the commands that the event names; the event names all that changed.
// It must not ask whether a step was due.
import { canonicalJson } from '../chaincode/protocol/canonical-json.js';
import { LANE_OF, type Action, type Lane, type LedgerEvent } from '../chaincode/protocol/commands.js';
import { LIFE_CYCLE, type Living } from '../chaincode/protocol/life-cycle.js';
import { firstBroken, type CheckScope } from './check.js';
import type { EscrowTransaction, RowWrite } from './escrow-transaction.js';

/** Steps of the table whose name is not the command's own. */
const STEPS_OF: { readonly [A in Action]?: readonly string[] } = {
  moderateOffer: ['approveOffer', 'rejectOffer'],
  admitPayment: ['admitPayment', 'refusePayment'],
  answerPayment: ['answerYes', 'answerNo', 'answerLate'],
  expire: ['expire', 'expireFull'],
};

interface Step {
  readonly from: readonly (string | null)[];
  readonly to: string;
}

export function checkLifeCycle(transaction: EscrowTransaction, scope: CheckScope): void {
  checkEvent(transaction, scope);
  for (const write of transaction.writes) {
    if (!Object.hasOwn(LIFE_CYCLE, write.kind)) continue;
    const trouble = troubleOf(write, write.kind as Living, transaction.event); // a key of the table
    scope.findings.expect('lifeCycle', transaction.place, trouble === null, () => ({
      found: `${write.key}: ${trouble ?? ''}`,
      needed: 'a step of the life-cycle table by the command that may take it',
    }));
  }
}

/** Null: the way from the status before to the one after is a way through the table. */
function troubleOf(write: RowWrite, kind: Living, event: LedgerEvent | null): string | null {
  let status = statusOf(write.before);
  const steps = changesTo(write.key, event);
  for (const { action, to } of steps) {
    const table: { readonly [name: string]: Step } = LIFE_CYCLE[kind];
    const names = stepsOf(kind, action);
    const isStep = names.some(
      (name) => table[name]?.to === to && table[name]?.from.includes(status) === true,
    );
    if (!isStep) return `${status ?? 'nothing'} to ${to ?? 'nothing'} by ${action}`;
    status = to;
  }
  const after = statusOf(write.after);
  return steps.length > 0 && status === after
    ? null
    : `${status ?? 'nothing'} to ${after ?? 'nothing'} by no command`;
}

/** A deal that proves to be paid when it is to expire is paid out as if it had been marked paid. */
function stepsOf(kind: Living, action: string): readonly string[] {
  if (kind === 'credit' && action === 'expire') return ['markPaid'];
  return STEPS_OF[action as Action] ?? [action];
}

function changesTo(key: string, event: LedgerEvent | null): { action: string; to: string | null }[] {
  return (event?.results ?? []).flatMap(({ action, rows, result }) =>
    result.ok && Object.hasOwn(rows, key) ? [{ action, to: rows[key] ?? null }] : [],
  );
}

function statusOf(row: object | null): string | null {
  return row !== null && 'status' in row && typeof row.status === 'string' ? row.status : null;
}

/** The rows written are the rows told. */
function checkEvent(transaction: EscrowTransaction, scope: CheckScope): void {
  const { event, lane, writes, place } = transaction;
  const told = new Set(event?.results.flatMap(({ rows }) => Object.keys(rows)));
  const written = new Set(writes.filter(({ kind }) => kind !== 'usedIntent').map(({ key }) => key));
  const sameRows = told.size === written.size && [...told].every((key) => written.has(key));
  scope.findings.expect('events', place, event !== null && event.lane === lane && sameRows, () => ({
    found: event === null ? 'no event' : `an event of rows ${[...told].join(', ')}`,
    needed: `an event of the ${lane ?? 'agreement or owner'} lane and of rows ${[...written].join(', ')}`,
  }));
  if (event !== null) checkResults(event, transaction, scope);
}

/** One result for each command of that lane, in their order, as the sender was told. */
function checkResults(
  { results }: LedgerEvent,
  transaction: EscrowTransaction,
  { findings }: CheckScope,
): void {
  const { lane, commands, response, place } = transaction;
  const actions = results.map(({ action }) => action);
  const asked = lane === 'owner' ? actions : commands.map(({ action }) => action);
  const trouble = firstBroken(
    [
      () => results.every(({ action, result }) => !result.ok || laneOf(action) === lane),
      'commands of another lane',
    ],
    [() => actions.length === asked.length, `${String(actions.length)} results`],
    [() => asked.every((action, index) => ['', action].includes(actions[index] ?? '')), actions.join(', ')],
    [
      () => canonicalJson(results.map(({ result }) => result)) === response,
      'results that the sender was not told',
    ],
  );
  findings.expect('events', place, trouble === null, () => ({
    found: trouble ?? '',
    needed: `the results of ${asked.join(', ')}`,
  }));
}

function laneOf(action: string): Lane | null {
  return Object.hasOwn(LANE_OF, action) ? LANE_OF[action as Action] : null; // a key of it
}
