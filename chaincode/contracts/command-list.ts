// One list of commands: parse, verify, let each rule decide on its own overlay, gather the results.
import { BoundedCache } from '../protocol/bounded-cache.js';
import { hashOf, type Json } from '../protocol/canonical-json.js';
import {
  type Action,
  type CommandRecord,
  type CommandResult,
  COMMANDS,
  isAction,
  LIST_LIMIT,
} from '../protocol/commands.js';
import type { CommandDeclaration, Lane } from '../protocol/declaration.js';
import { type Hash, id as idForm, type Instant, intentForm } from '../protocol/forms.js';
import { bodyHash, type Intent, INTENT_LIFE_LIMIT_MS, keyThumbprint } from '../protocol/intent.js';
import type { ParametersRow } from '../protocol/member.js';
import { isSigned, proveAhead } from '../signatures/intent-signatures.js';

import { badInput, membersOf, parseCanonical } from '../protocol/parse.js';
import type { RowChanges } from '../protocol/row-changes.js';
import { RuleViolation } from '../protocol/violation.js';
import type { RowReader } from '../state/sessions.js';
import { yieldTurn } from './event-loop-turns.js';
import type { Caller, CommandContext, Deployment, Rule, Signed } from './rule.js';

/** Most UTF-8 bytes of a list. */
export const LIST_BYTES_LIMIT = 1_048_576;

/** What the executor needs of a lane's session. */
export interface ListSession extends RowReader {
  prefetch(reads: readonly (() => unknown)[]): Promise<void>;
  read<T>(read: () => T): Promise<T>;
  keep(): RowChanges;
  discard(): void;
}

/** Where used intents are marked; both functions are called while reading or writing for a command. */
export interface UsedIntents {
  /** Hash of what the intent was used for; null: it was not used. */
  content(intent: Intent): Hash | null;
  write(use: IntentUse): void;
}

export interface IntentUse {
  readonly intent: Intent;
  readonly content: Hash;
  readonly result: Hash;
  /** Whether others will prove the intent again. */
  readonly isKept: boolean;
}

export interface CommandList<R, W> {
  readonly lane: Lane;
  readonly text: string;
  readonly rules: ReadonlyMap<string, Rule<R, W>>;
  readonly session: R & W & ListSession;
  readonly usedIntents: UsedIntents;
  readonly channel: string;
  readonly deployment: Deployment;
  readonly caller: Caller;
  readonly now: Instant;
}

/** A command whose form is right. */
interface Prepared<R, W> {
  readonly rule: Rule<R, W>;
  readonly id: string;
  readonly intent: Intent | null;
  /** Hash of all that the command says; the signature itself may differ from one sending to the next. */
  readonly content: Hash;
  readonly parts: Partial<Signed<unknown>> & { readonly machine?: unknown };
}

interface Outline {
  readonly action: string;
  readonly id: string;
}

/** Results in the order of the list. Rejects (the whole list): BAD_INPUT. Bugs and the peer's failures pass through. */
export async function runList<R, W>(list: CommandList<R, W>): Promise<readonly CommandRecord[]> {
  const commands = await commandsOf(list);
  const wellFormed = commands.flatMap(({ prepared }) =>
    prepared instanceof RuleViolation ? [] : [prepared],
  );
  const intents = wellFormed.flatMap(({ intent }) => intent ?? []);
  // A single one is proved where it is asked for: another thread costs more than it saves.
  await Promise.all([readAhead(list, wellFormed), intents.length > 1 ? proveAhead(intents) : null]);
  await yieldTurn(commands.length);
  const entries: CommandRecord[] = [];
  for (const { outline, prepared } of commands) {
    entries.push(
      prepared instanceof RuleViolation
        ? { action: outline.action, result: refusal(outline.id, prepared), rows: {} }
        : await run(list, prepared),
    );
  }
  return entries;
}

/** A command of a list: its own words, and what they mean or why they mean nothing. */
interface ReadCommand<R, W> {
  readonly outline: Outline;
  readonly prepared: Prepared<R, W> | RuleViolation;
}

/**
 * Public lists read lately, by the rules that take them and their text: one process may endorse for several members,
 * and a list may be endorsed again.
 */
const publicLists = new WeakMap<object, BoundedCache<readonly ReadCommand<never, never>[]>>();
const LISTS_KEPT = 4;
/** Gateways send no longer ones. */
const LONGEST_KEPT = 262_144;

/** Rejects: BAD_INPUT for the whole list. */
async function commandsOf<R, W>(list: CommandList<R, W>): Promise<readonly ReadCommand<R, W>[]> {
  if (list.lane !== 'agreement') return readCommands(list);
  const cache = publicLists.get(list.rules) ?? new BoundedCache(LISTS_KEPT, LONGEST_KEPT);
  publicLists.set(list.rules, cache);
  // The same rules, hence commands for the same session.
  const known = cache.get(list.text) as readonly ReadCommand<R, W>[] | undefined;
  return known ?? cache.keep(list.text, await readCommands(list));
}

async function readCommands<R, W>(list: CommandList<R, W>): Promise<readonly ReadCommand<R, W>[]> {
  const raws = parseList(list.text);
  await yieldTurn(raws.length);
  return raws.map((raw, index) => {
    const outline = outlineOf(raw);
    return { outline, prepared: attempt(() => prepare(list, raw, `[${String(index)}]`)) };
  });
}

function parseList(text: string): readonly Json[] {
  if (Buffer.byteLength(text, 'utf8') > LIST_BYTES_LIMIT) {
    throw badInput('list', 'a longer text', `at most ${String(LIST_BYTES_LIMIT)} bytes`);
  }
  const value = parseCanonical(text, 'list');
  if (Array.isArray(value) && value.length > 0 && value.length <= LIST_LIMIT) return value as readonly Json[];
  throw badInput('list', 'something else', `list of 1 to ${String(LIST_LIMIT)} commands`);
}

/** What can be said of a command before its form is known to be right. */
function outlineOf(raw: Json): Outline {
  const command = objectOrEmpty(raw);
  const body = objectOrEmpty(objectOrEmpty(command['intent'] ?? null)['body'] ?? null);
  const params = objectOrEmpty(command['params'] ?? null);
  const candidates = [body['id'], params['payment'], params['deal'], params['person']];
  const found = candidates.find((value) => typeof value === 'string');
  const id = attempt(() => idForm(found ?? null, 'id'));
  const action = command['action'];
  return {
    action: typeof action === 'string' && isAction(action) ? action : '',
    id: typeof id === 'string' ? id : '',
  };
}

function objectOrEmpty(value: Json): { readonly [name: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [name: string]: Json }) // neither null nor list
    : {};
}

/** Rejects: BAD_INPUT, WRONG_LANE. */
function prepare<R, W>(list: CommandList<R, W>, raw: Json, at: string): Prepared<R, W> {
  const command = membersOf(raw, at);
  const unknown = Object.keys(command).some((name) => !['action', 'intent', 'params'].includes(name));
  if (unknown) throw badInput(at, 'other members', 'action, intent, params');
  const rule = ruleOf(list, command['action'] ?? null, at);
  const { declaration } = rule;
  const { action } = declaration;
  const signed = command['intent'] === undefined ? null : intentForm(command['intent'], `${at}.intent`);
  const machine = command['params'];
  requireParts(declaration, { intent: signed !== null, params: machine !== undefined }, at);
  const parsed = {
    ...(signed === null ? {} : signedPart(signed, declaration, at)),
    ...(machine === undefined ? {} : { machine: declaration.machine(machine, `${at}.params`) }),
  };
  const body = signed === null ? null : bodyHash(signed.body);
  const said = { action, body, params: machine ?? null };
  return { rule, id: outlineOf(raw).id, intent: signed, content: hashOf(said), parts: parsed };
}

function ruleOf<R, W>(list: CommandList<R, W>, action: Json, at: string): Rule<R, W> {
  if (typeof action !== 'string' || !isAction(action)) {
    throw badInput(`${at}.action`, 'something else', 'an action of this process version');
  }
  const rule = list.rules.get(action);
  if (rule === undefined) {
    throw new RuleViolation('WRONG_LANE', {
      found: list.lane,
      needed: COMMANDS[action satisfies Action].lane,
    });
  }
  return rule;
}

interface Parts {
  readonly intent: boolean;
  readonly params: boolean;
}

const PARTS = {
  person: [{ intent: true, params: false }],
  machine: [{ intent: false, params: true }],
  both: [{ intent: true, params: true }],
  either: [
    { intent: true, params: false },
    { intent: false, params: true },
  ],
} as const satisfies { readonly [by: string]: readonly Parts[] };

function requireParts({ by }: CommandDeclaration, found: Parts, at: string): void {
  const allowed: readonly Parts[] = PARTS[by];
  if (allowed.some(({ intent, params }) => intent === found.intent && params === found.params)) return;
  throw badInput(at, partsText(found) || 'neither', allowed.map(partsText).join(' or '));
}

function partsText({ intent, params }: Parts): string {
  return [intent ? 'intent' : '', params ? 'params' : ''].filter((name) => name !== '').join(' and ');
}

function signedPart(intent: Intent, { action, signed }: CommandDeclaration, at: string): Signed<unknown> {
  if (intent.body.action !== action) throw badInput(`${at}.intent.body.action`, 'another action', action);
  const params = signed(intent.body.params, `${at}.intent.body.params`);
  return { intent, params, keyThumbprint: keyThumbprint(intent.key) };
}

/** Loads what the commands read, for the whole list at once. */
async function readAhead<R, W>(list: CommandList<R, W>, commands: readonly Prepared<R, W>[]): Promise<void> {
  const { session, usedIntents } = list;
  const reads = commands.map((prepared) => {
    const { intent, rule } = prepared;
    const context = contextOf(list, prepared, null);
    return () => {
      if (intent !== null) usedIntents.content(intent);
      rule.parts.load(session, context);
    };
  });
  await session.prefetch([() => session.row('parameters'), ...reads]);
}

/** The command in the shape that its declaration's forms have made sure of. */
function contextOf<R, W>(
  list: CommandList<R, W>,
  prepared: Prepared<R, W>,
  parameters: ParametersRow | null,
): never {
  const context: CommandContext = {
    ...prepared.parts,
    channel: list.channel,
    deployment: list.deployment,
    caller: list.caller,
    now: list.now,
    parameters: () => {
      if (parameters === null) throw new RuleViolation('NO_PARAMETERS');
      return parameters;
    },
  };
  return context as never; // the rule's own type is hidden in Rule
}

async function run<R, W>(list: CommandList<R, W>, prepared: Prepared<R, W>): Promise<CommandRecord> {
  const { id, rule } = prepared;
  const { action } = rule.declaration;
  try {
    const result = await decide(list, prepared);
    return { action, result, ...list.session.keep() };
  } catch (error) {
    list.session.discard();
    if (!(error instanceof RuleViolation)) throw error;
    return { action, result: refusal(id, error), rows: {} };
  }
}

async function decide<R, W>(list: CommandList<R, W>, prepared: Prepared<R, W>): Promise<CommandResult> {
  const { session, usedIntents } = list;
  const { rule, intent, id, content } = prepared;
  const { declaration, parts } = rule;
  requireRegistrarsAffair(list.caller, declaration, intent);
  const parameters = await session.read(() => session.row('parameters'));
  if (list.lane === 'agreement' && declaration.isFirst !== true) requireMember(list.caller, parameters);
  if (intent !== null && (await wasUsed(list, intent, content))) return { ok: true, id, repeated: true };
  const context = contextOf(list, prepared, parameters);
  const loaded = await session.read(() => parts.load(session, context));
  const decided = computed(() => parts.decide(loaded, context));
  const result: CommandResult = decided === null ? { ok: true, id, repeated: true } : { ok: true, id };
  if (decided !== null) await parts.save(session, decided, context);
  if (intent !== null) {
    const isKept = declaration.keepsSignature === true;
    usedIntents.write({ intent, content, result: hashOf({ ...result }), isKept });
  }
  return result;
}

/**
 * Rows are of strict forms, yet together they may say what no honest chaincode writes, such as a sum above a price.
 * What cannot be computed from them is refused for this command alone: its neighbours in the list go on.
 */
function computed<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError))
      throw error;
    throw new RuleViolation('BAD_ROW', { found: error.message });
  }
}

/**
 * Agreements are among members. The owner lane asks only whose affair it is: a bank that two others strike from the
 * list must still be able to give back what it holds (architecture §1e). Rejects: NO_PARAMETERS, WRONG_ORGANISATION.
 */
function requireMember(caller: Caller, parameters: ParametersRow | null): void {
  if (parameters === null) throw new RuleViolation('NO_PARAMETERS');
  if (parameters.members.some(({ msp }) => msp === caller.msp)) return;
  throw new RuleViolation('WRONG_ORGANISATION', { found: caller.msp, needed: 'a member' });
}

/** A registrar gives its few commands and carries nobody's. Rejects: WRONG_ROLE. */
function requireRegistrarsAffair(
  { role }: Caller,
  { byRegistrar }: CommandDeclaration,
  intent: Intent | null,
): void {
  if (role !== 'registrar' || (byRegistrar === true && intent === null)) return;
  throw new RuleViolation('WRONG_ROLE', { found: role, needed: ['gateway', 'worker', 'admin'] });
}

/**
 * Whether this very command was carried out before (I9). Expiry counts for first use, in both lanes: in the owner lane
 * the organisation's own clock may refuse its own people's commands, and decides nothing against others.
 * Rejects: BAD_SIGNATURE, BAD_INPUT (channel), OTHER_CONTENT, INTENT_EXPIRED.
 */
async function wasUsed<R, W>(list: CommandList<R, W>, intent: Intent, content: Hash): Promise<boolean> {
  const { body } = intent;
  if (body.channel !== list.channel) throw badInput('intent.body.channel', 'another channel', list.channel);
  if (!isSigned(intent)) throw new RuleViolation('BAD_SIGNATURE', { what: 'intent' });
  const found = await list.session.read(() => list.usedIntents.content(intent));
  if (found === content) return true;
  if (found !== null) throw new RuleViolation('OTHER_CONTENT', { what: body.id });
  requireFresh(body.expiresAt, list.now);
  return false;
}

function requireFresh(expiresAt: Instant, now: Instant): void {
  if (now > expiresAt) throw new RuleViolation('INTENT_EXPIRED', { now, found: expiresAt });
  const most = now + INTENT_LIFE_LIMIT_MS;
  if (expiresAt > most)
    throw new RuleViolation('OUT_OF_RANGE', { what: 'expiresAt', found: expiresAt, most });
}

function refusal(id: string, { code, values }: RuleViolation): CommandResult {
  return { ok: false, id, code, values };
}

/** The value, or the refusal that it ends with. */
function attempt<T>(action: () => T): T | RuleViolation {
  try {
    return action();
  } catch (error) {
    if (error instanceof RuleViolation) return error;
    throw error;
  }
}
