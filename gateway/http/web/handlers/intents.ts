// Signed commands of any member's people without a session: the signature is the entry, so it is proved first, with
// the key that the ledger knows, and counted before anything else is done for it.
import { COMMANDS, isAction, laneOf } from '../../../../chaincode/protocol/commands.js';
import type { Intent } from '../../../../chaincode/protocol/intent.js';
import type { PersonRow } from '../../../../chaincode/protocol/member.js';
import type { Operations, SignedCommand } from '../../../operations/operations.js';
import type { ClientLimits } from '../../../payments/client-limits.js';
import type { intentEndpoints } from '../../../protocol/api/intents.js';
import { Refused } from '../../../refused.js';
import type { HandlersOf } from '../binding.js';
import { answerOf, found } from './answers.js';

export interface IntentHandlersOptions {
  readonly operations: Operations;
  /** Of any member; null: nobody whom his organisation stands behind. */
  readonly personRow: (person: string) => Promise<PersonRow | null>;
  readonly limits: Pick<ClientLimits, 'take'>;
  /** Counts commands. Resolves to milliseconds to wait, null: go on. */
  readonly count: (kind: 'intentAddress' | 'intentPerson', key: string) => Promise<number | null>;
}

export function intentHandlers(options: IntentHandlersOptions): HandlersOf<keyof typeof intentEndpoints> {
  const { operations } = options;
  const requirePace = async (kind: 'intentAddress' | 'intentPerson', key: string): Promise<void> => {
    const retryAfterMs = await options.count(kind, key);
    if (retryAfterMs !== null) throw new Refused('TOO_MANY_REQUESTS', {}, { retryAfterMs });
  };
  return {
    submitIntent: async ({ body: { intent } }, { client, waitS }) => {
      await requirePace('intentAddress', client.address);
      const { person, id } = intent.body;
      const command = agreedCommand(intent);
      operations.require(person, command);
      await requireSigner(options, intent);
      // Not before: with somebody else's name nobody uses up that person's commands.
      await requirePace('intentPerson', person);
      await options.limits.take(person, command);
      const operation = await operations.submit(person, command, waitS * 1_000);
      return answerOf(operation, `/ledger/v1/intents/${person}/${id}`);
    },
    getIntent: async ({ path: { person, id } }, { client, waitS }) => {
      await requirePace('intentAddress', client.address);
      const operation = found(await operations.find(person, id, waitS * 1_000));
      // What an organisation does by itself stays with its own people.
      return found(isAgreed(operation.action) ? operation : null);
    },
  };
}

function isAgreed(action: string): boolean {
  return isAction(action) && COMMANDS[action].by !== 'machine' && laneOf(action) === 'agreement';
}

/** Throws: Refused WRONG_ACTION (no command of a person), WRONG_LANE (an organisation's own affair). */
function agreedCommand(intent: Intent): SignedCommand {
  const { action } = intent.body;
  if (!isAction(action) || COMMANDS[action].by === 'machine')
    throw new Refused('WRONG_ACTION', { found: action });
  if (!isAgreed(action)) throw new Refused('WRONG_LANE', { found: action });
  return { action, lane: 'agreement', intent };
}

/** One answer for all whom the ledger does not let act, so that nobody learns who is there. */
async function requireSigner({ personRow }: IntentHandlersOptions, { body, key }: Intent): Promise<void> {
  const row = await personRow(body.person);
  if (row?.status !== 'active' || row.key !== key) throw new Refused('KEY_DIFFERS');
}
