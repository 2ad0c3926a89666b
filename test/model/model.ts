// The pure model of the whole process: what a list of commands ought to answer and to leave on the ledger.
// It must not import the product's rules, formulas or state; shapes and the client's words only.
import type { Command, CommandResult } from '../../chaincode/protocol/commands.js';
import {
  Refused,
  must,
  parametersOf,
  sha256,
  signatureOf,
  sortedJson,
  type ModelCommand,
  type PlayedCommand,
  type Setting,
} from './model-command.js';
import { DEAL_RULES } from './model-deal.js';
import { INVITATION_RULES } from './model-invitation.js';
import { OFFER_RULES } from './model-offers.js';
import { FINISH_RULES } from './model-finish.js';
import { OUTCOME_RULES } from './model-outcome.js';
import { OWNER_RULES } from './model-owner.js';
import { PARAMETER_RULES } from './model-parameters.js';
import { REGISTRY_RULES } from './model-registry.js';
import type { ModelState } from './model-state.js';

const RULES = {
  ...PARAMETER_RULES,
  ...REGISTRY_RULES,
  ...OFFER_RULES,
  ...DEAL_RULES,
  ...INVITATION_RULES,
  ...OWNER_RULES,
  ...FINISH_RULES,
  ...OUTCOME_RULES,
};
/** Work before the channel has parameters. */
const FIRST = ['setParameters', 'setSecret', 'trustBanks'];
const INTENT_LIFE_LIMIT_MS = 24 * 3_600_000;
/** Would give away what only the bank may know: public results say REFUSED. */
const PRIVATE_CODES = [
  ...['ACCOUNT_EXISTS', 'CHECK_DIGITS', 'CODE', 'FEE', 'FUNDS', 'NOT_HOLDER', 'NO_ACCOUNT'],
  ...['OPERATION_EXISTS', 'REFUND_KEY'],
];

/** What a result must be, values aside. */
export type Expected =
  | { readonly ok: true; readonly id: string; readonly repeated?: true }
  | { readonly ok: false; readonly code: string };

export interface ListOutcome {
  readonly expected: readonly Expected[];
  /** The state after the list; nothing has reached the state before. */
  readonly after: ModelState;
}

export function carryOut(
  state: ModelState,
  commands: readonly PlayedCommand[],
  setting: Setting,
): ListOutcome {
  const after = state.layer();
  const expected = commands.map(({ command, flaw }) => {
    const layer = after.layer();
    try {
      const result = decide({ ...setting, state: layer, command }, flaw);
      layer.commit();
      return result;
    } catch (cause) {
      if (cause instanceof Refused) return { ok: false as const, code: cause.code };
      throw cause;
    }
  });
  return { expected, after };
}

/** As a submitted list of the owner lane shows it. */
export function masked(expected: Expected): Expected {
  const hidden = !expected.ok && PRIVATE_CODES.includes(expected.code);
  return hidden ? { ok: false, code: 'REFUSED' } : expected;
}

export function isAsExpected(found: CommandResult | undefined, expected: Expected): boolean {
  if (found === undefined) return false;
  if (!found.ok || !expected.ok) return !found.ok && !expected.ok && found.code === expected.code;
  return found.id === expected.id && found.repeated === expected.repeated;
}

/** What a registrar may give, by certificate alone. */
const REGISTRARS: readonly string[] = ['registerPerson', 'confirmClient'];

function decide(call: ModelCommand, flaw: PlayedCommand['flaw']): Expected {
  const { command } = call;
  must(flaw !== 'BAD_INPUT', 'BAD_INPUT');
  must(flaw !== 'WRONG_LANE', 'WRONG_LANE');
  const isRegistrars = REGISTRARS.includes(command.action) && command.intent === undefined;
  must(call.role !== 'registrar' || isRegistrars, 'WRONG_ROLE');
  // An organisation's own affairs are its own, member or not.
  if (call.lane === 'agreement' && !FIRST.includes(command.action)) {
    const member = parametersOf(call).members.some(({ msp }) => msp === call.msp);
    must(member, 'WRONG_ORGANISATION');
  }
  must(flaw !== 'BAD_SIGNATURE', 'BAD_SIGNATURE');
  const id = idOf(command);
  if (isUsed(call)) return { ok: true, id, repeated: true };
  const rule = RULES[command.action];
  if (rule === undefined) throw new Error(`the model has no rule for ${command.action}`);
  const result =
    rule(call) === 'repeated' ? ({ ok: true, id, repeated: true } as const) : ({ ok: true, id } as const);
  writeUsedIntent(call, result);
  return result;
}

/** Same person, id and content: same answer; other content: refused; unused: still fresh (I9). */
function isUsed(call: ModelCommand): boolean {
  const { intent } = call.command;
  if (intent === undefined) return false;
  const { id, person, expiresAt } = intent.body;
  const before =
    call.lane === 'owner'
      ? call.state.secret(call.msp, 'usedIntent', `${person}/${id}`)
      : call.state.row('usedIntent', person, id);
  if (before !== null) {
    must(before.content === contentOf(call.command), 'OTHER_CONTENT');
    return true;
  }
  must(call.now <= expiresAt, 'INTENT_EXPIRED');
  must(expiresAt <= call.now + INTENT_LIFE_LIMIT_MS, 'OUT_OF_RANGE');
  return false;
}

/** What money follows from is proved again later. */
const KEPT: readonly string[] = ['listOffer', 'buy', 'submitPayment'];

function writeUsedIntent(call: ModelCommand, result: Expected): void {
  const { intent } = call.command;
  if (intent === undefined) return;
  const { id, person } = intent.body;
  const content = contentOf(call.command);
  if (call.lane === 'owner') {
    call.state.putSecret(call.msp, 'usedIntent', `${person}/${id}`, { v: 1, person, intent: id, content });
    return;
  }
  const signed = KEPT.includes(call.command.action) ? signatureOf(intent) : null;
  call.state.put('usedIntent', [person, id], { v: 1, content, result: sha256(sortedJson(result)), signed });
}

function contentOf({ action, intent, params }: Command): string {
  return sha256(sortedJson({ action, body: intent?.body ?? null, params: params ?? null }));
}

function idOf({ intent, params }: Command): string {
  const named = [intent?.body.id, params?.['payment'], params?.['deal'], params?.['person']];
  return named.find((value) => typeof value === 'string') ?? '';
}
