// What the queue must know of a command beforehand: what it changes that others change too, and about what it costs.
// Both stand in the commands' declarations. A wrong guess costs a retry, never a result.
import { type Command, COMMANDS, isAction, laneOf } from '../../chaincode/protocol/commands.js';
import { rowKey } from '../../chaincode/protocol/rows.js';

interface Schedule {
  readonly conflictKeys: readonly string[];
  readonly cost: number;
}
const UNKNOWN_ACTION: Schedule = { conflictKeys: [], cost: 1 };

/** Never part of an id. */
const MISSING = '\u0000';

/** No two transactions in flight may share one; an intent has its own key, so that it is never in flight twice. */
export function conflictKeys(command: Command): readonly string[] {
  const params = { ...command.intent?.body.params, ...command.params };
  const keys = scheduleOf(command).conflictKeys.flatMap((template) => {
    const key = template.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name];
      return typeof value === 'string' ? value : MISSING;
    });
    return key.includes(MISSING) ? [] : [key];
  });
  if (command.intent === undefined) return keys;
  const { person, id } = command.intent.body;
  return [rowKey('usedIntent', person, id), ...keys];
}

/** Whether a command belongs to an owner's lane: sent in the public one, it would be in the blocks for good. */
export function mustStayPrivate({ action, intent }: Command): boolean {
  return [action, intent?.body.action].some(
    (name) => name !== undefined && isAction(name) && laneOf(name) === 'owner',
  );
}

export function estimatedCost(command: Command): number {
  return scheduleOf(command).cost;
}

/** A command of an unknown action is sent as well: the chaincode refuses it. */
function scheduleOf({ action }: Command): Schedule {
  return isAction(action) ? COMMANDS[action] : UNKNOWN_ACTION;
}
