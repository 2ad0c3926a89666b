// Owner lane: statuses change along the life-cycle table by the commands of the event, which names all that changed.
import { canonicalJson } from '../chaincode/protocol/canonical-json.js';
import { isAction, laneOf, type LedgerEvent } from '../chaincode/protocol/commands.js';
import { LIFE_CYCLE } from '../chaincode/protocol/life-cycle.js';
import { firstBroken, type CheckScope } from './check.js';
import type { EscrowTransaction, RowWrite } from './escrow-transaction.js';

/** Kinds whose rows have a status. */
const LIVING: ReadonlySet<string> = new Set(LIFE_CYCLE.map(({ kind }) => kind));

export function checkLifeCycle(transaction: EscrowTransaction, scope: CheckScope): void {
  checkEvent(transaction, scope);
  for (const write of transaction.writes) {
    if (!LIVING.has(write.kind)) continue;
    const fault = faultOf(write, transaction.event);
    scope.findings.expect('lifeCycle', transaction.place, fault === null, () => ({
      found: `${write.key}: ${fault ?? ''}`,
      needed: 'a step of the life-cycle table by the command that may take it',
    }));
  }
}

/** Null: the way from the status before to the one after is a way through the table. */
function faultOf(write: RowWrite, event: LedgerEvent | null): string | null {
  let status = statusOf(write.before);
  const steps = changesTo(write.key, event);
  for (const { action, to } of steps) {
    const from = status;
    const isStep = LIFE_CYCLE.some(
      (step) => step.kind === write.kind && step.action === action && step.from === from && step.to === to,
    );
    if (!isStep) return `${from ?? 'nothing'} to ${to ?? 'nothing'} by ${action}`;
    status = to;
  }
  const after = statusOf(write.after);
  return steps.length > 0 && status === after
    ? null
    : `${status ?? 'nothing'} to ${after ?? 'nothing'} by no command`;
}

function changesTo(
  key: string,
  event: LedgerEvent | null,
): { readonly action: string; readonly to: string | null }[] {
  return (event?.results ?? []).flatMap(({ action, rows, result }) =>
    result.ok && Object.hasOwn(rows, key) ? [{ action, to: rows[key] ?? null }] : [],
  );
}

function statusOf(row: object | null): string | null {
  return row !== null && 'status' in row && typeof row.status === 'string' ? row.status : null;
}

/** The event names exactly the rows that were written. */
function checkEvent(transaction: EscrowTransaction, scope: CheckScope): void {
  const { event, writes, place } = transaction;
  const named = new Set(event?.results.flatMap(({ rows }) => Object.keys(rows)));
  const written = new Set(writes.filter(({ kind }) => kind !== 'usedIntent').map(({ key }) => key));
  const sameRows = named.size === written.size && [...named].every((key) => written.has(key));
  scope.findings.expect('events', place, event !== null && event.lane === 'owner' && sameRows, () => ({
    found: event === null ? 'no event' : `an event of rows ${[...named].join(', ')}`,
    needed: `an event of the owner lane and of rows ${[...written].join(', ')}`,
  }));
  if (event !== null) checkResults(event, transaction, scope);
}

/** Commands of the owner lane, with results equal to the response. */
function checkResults(
  { results }: LedgerEvent,
  { response, place }: EscrowTransaction,
  { findings }: CheckScope,
): void {
  const actions = results.map(({ action }) => action);
  const fault = firstBroken(
    [
      () =>
        results.every(({ action, result }) => !result.ok || (isAction(action) && laneOf(action) === 'owner')),
      'commands of another lane',
    ],
    [
      () => canonicalJson(results.map(({ result }) => result)) === response,
      'results other than in the response',
    ],
  );
  findings.expect('events', place, fault === null, () => ({
    found: fault ?? '',
    needed: `the results of ${actions.join(', ')}`,
  }));
}
