// Duty: one list of commands: parse, verify, let each handler decide on its own overlay, gather the results.
// Must not: hold rules of the business or know the stub.
import { hashOf, type Json } from '../protocol/canonical-json.js';
import { id as idForm, intentForm, MACHINE_FORMS, PERSON_FORMS } from '../protocol/command-forms.js';
import {
  LANE_OF,
  type Action,
  type CommandResult,
  type Lane,
  type MachineAction,
  type PersonAction,
  type CommandRecord,
} from '../protocol/commands.js';
import {
  bodyHash,
  INTENT_LIFE_LIMIT_MS,
  isSigned,
  keyThumbprint,
  proveAhead,
  type Intent,
} from '../protocol/intent.js';
import { BoundedCache } from '../protocol/bounded-cache.js';
import { badInput, membersOf, parseCanonical } from '../protocol/parse.js';
import { rowKey, type Hash, type Instant, type ParametersRow } from '../protocol/rows.js';
import type { RowChanges } from '../protocol/row-changes.js';
import { RuleViolation } from '../protocol/violation.js';
import type { PrivateName, ReadSession } from '../state/sessions.js';
import type { Call, Caller, Handler, Signed } from './handler.js';
import { yieldTurn } from './event-loop-turns.js';

/** Most commands in a list, and most UTF-8 bytes. */
export const LIST_LIMIT = 500;
export const LIST_BYTES_LIMIT = 1_048_576;

/** What the executor needs of a lane's session. */
export interface ListSession extends ReadSession {
  /** False: nothing was missing. */
  prefetch(keys: Iterable<string>): Promise<boolean>;
  prefetchPrivate(names: readonly PrivateName[]): Promise<boolean>;
  keep(): RowChanges;
  discard(): void;
}

/** Where used intents are remembered (ledger-plan rule 28). */
export interface UsedIntents {
  /**
   * Where an intent's used-intent marker stands, to be loaded beforehand: a public key, or a row of the owner's
   * collection.
   */
  place(intent: string): string | PrivateName;
  content(intent: string): Promise<Hash | null>;
  write(used: IntentUse): Promise<void>;
}

export interface IntentUse {
  readonly intent: Intent;
  readonly content: Hash;
  readonly result: Hash;
  /** Whether others will prove the intent again. */
  readonly isKept: boolean;
}

export interface CommandList<S> {
  readonly lane: Lane;
  readonly text: string;
  readonly handlers: ReadonlyMap<Action, Handler<S>>;
  readonly session: S & ListSession;
  readonly usedIntents: UsedIntents;
  readonly channel: string;
  readonly caller: Caller;
  readonly now: Instant;
}

/** A command whose form is right. */
interface Prepared<S> {
  readonly handler: Handler<S>;
  readonly action: Action;
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
export async function runList<S>(list: CommandList<S>): Promise<readonly CommandRecord[]> {
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
interface ReadCommand<S> {
  readonly outline: Outline;
  readonly prepared: Prepared<S> | RuleViolation;
}

/**
 * Public lists read lately, by the handlers that take them and their text: one process may endorse for several members,
 * and a list may be endorsed again.
 */
const publicLists = new WeakMap<object, BoundedCache<readonly ReadCommand<never>[]>>();
const LISTS_KEPT = 4;
/** Gateways send no longer ones. */
const LONGEST_KEPT = 262_144;

/** Rejects: BAD_INPUT for the whole list. */
async function commandsOf<S>(list: CommandList<S>): Promise<readonly ReadCommand<S>[]> {
  if (list.lane !== 'agreement') return readCommands(list);
  const kept = publicLists.get(list.handlers) ?? new BoundedCache(LISTS_KEPT, LONGEST_KEPT);
  publicLists.set(list.handlers, kept);
  // The same handlers, hence commands for the same session.
  const known = kept.get(list.text) as readonly ReadCommand<S>[] | undefined;
  return known ?? kept.keep(list.text, await readCommands(list));
}

async function readCommands<S>(list: CommandList<S>): Promise<readonly ReadCommand<S>[]> {
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
    action: typeof action === 'string' && Object.hasOwn(LANE_OF, action) ? action : '',
    id: typeof id === 'string' ? id : '',
  };
}

function objectOrEmpty(value: Json): { readonly [name: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [name: string]: Json }) // neither null nor list
    : {};
}

/** Rejects: BAD_INPUT, WRONG_LANE. */
function prepare<S>(list: CommandList<S>, raw: Json, at: string): Prepared<S> {
  const command = membersOf(raw, at);
  const unknown = Object.keys(command).some((name) => !['action', 'intent', 'params'].includes(name));
  if (unknown) throw badInput(at, 'other members', 'action, intent, params');
  const handler = handlerOf(list, command['action'] ?? null, at);
  const signed = command['intent'] === undefined ? null : intentForm(command['intent'], `${at}.intent`);
  requireForm(handler, { intent: signed !== null, params: command['params'] !== undefined }, at);
  const { action } = handler;
  const machine = command['params'];
  const parsed = {
    ...(signed === null ? {} : signedPart(signed, action, at)),
    ...(machine === undefined ? {} : { machine: machineForm(action)(machine, `${at}.params`) }),
  };
  const body = signed === null ? null : bodyHash(signed.body);
  const said = { action, body, params: machine ?? null };
  return { handler, action, id: outlineOf(raw).id, intent: signed, content: hashOf(said), parts: parsed };
}

function handlerOf<S>(list: CommandList<S>, action: Json, at: string): Handler<S> {
  if (typeof action !== 'string' || !Object.hasOwn(LANE_OF, action)) {
    throw badInput(`${at}.action`, 'something else', 'an action of this process version');
  }
  const handler = list.handlers.get(action as Action); // it is a key of LANE_OF
  if (handler === undefined) {
    throw new RuleViolation('WRONG_LANE', { found: list.lane, needed: LANE_OF[action as Action] });
  }
  return handler;
}

const PARTS = {
  person: { intent: true, params: false },
  machine: { intent: false, params: true },
  both: { intent: true, params: true },
} as const;

function requireForm<S>(
  { form }: Handler<S>,
  found: { readonly intent: boolean; readonly params: boolean },
  at: string,
): void {
  const forms = form === 'either' ? (['person', 'machine'] as const) : [form];
  const right = forms.some((name) => {
    const needed = PARTS[name];
    return needed.intent === found.intent && needed.params === found.params;
  });
  if (right) return;
  const partsOf = (parts: typeof found) =>
    [parts.intent ? 'intent' : '', parts.params ? 'params' : ''].filter((name) => name !== '').join(' and ');
  throw badInput(at, partsOf(found) || 'neither', forms.map((name) => partsOf(PARTS[name])).join(' or '));
}

function signedPart(intent: Intent, action: Action, at: string): Signed<unknown> {
  if (intent.body.action !== action) throw badInput(`${at}.intent.body.action`, 'another action', action);
  const form = PERSON_FORMS[action as PersonAction]; // the handler's form asks for an intent
  const params: unknown = form(intent.body.params, `${at}.intent.body.params`);
  return { intent, params, keyThumbprint: keyThumbprint(intent.key) };
}

function machineForm(action: Action): (value: Json, at: string) => unknown {
  return MACHINE_FORMS[action as MachineAction]; // the handler's form asks for parameters
}

/** Rows name rows that name rows: terms, offer, link. */
const READ_ROUNDS = 8;

/** Loads what the commands are sure to read, round by round, until nothing that they name is missing. */
async function readAhead<S>(list: CommandList<S>, commands: readonly Prepared<S>[]): Promise<void> {
  const { session, usedIntents } = list;
  const calls = commands.map((prepared) => ({
    rule: prepared.handler.rule,
    call: callOf(list, prepared, null),
  }));
  const places = commands.flatMap(({ intent }) =>
    intent === null ? [] : [usedIntents.place(intent.body.id)],
  );
  const [publicPlaces, privatePlaces] = [places.filter(isKey), places.filter(isName)];
  for (let isMore = true, round = 0; isMore && round < READ_ROUNDS; round += 1) {
    const keys = calls.flatMap(({ rule, call }) => rule.keys?.(call, session) ?? []);
    const more = await session.prefetch([rowKey('parameters'), ...publicPlaces, ...keys]);
    const names = calls.flatMap(({ rule, call }) => rule.privateRows?.(call, session) ?? []);
    isMore = (await session.prefetchPrivate([...privatePlaces, ...names])) || more;
  }
}

function isKey(place: string | PrivateName): place is string {
  return typeof place === 'string';
}

function isName(place: string | PrivateName): place is PrivateName {
  return !isKey(place);
}

/** The call in the shape that the handler's form and the action's parsers have made sure of. */
function callOf<S>(list: CommandList<S>, prepared: Prepared<S>, parameters: ParametersRow | null): never {
  const call: Call = {
    ...prepared.parts,
    channel: list.channel,
    caller: list.caller,
    now: list.now,
    parameters: () => {
      if (parameters === null) throw new RuleViolation('NO_PARAMETERS');
      return parameters;
    },
  };
  return call as never; // the rule's own type is hidden in Handler
}

async function run<S>(list: CommandList<S>, prepared: Prepared<S>): Promise<CommandRecord> {
  const { action, id } = prepared;
  try {
    const result = await decide(list, prepared);
    return { action, result, ...list.session.keep() };
  } catch (error) {
    list.session.discard();
    if (!(error instanceof RuleViolation)) throw error;
    return { action, result: refusal(id, error), rows: {} };
  }
}

async function decide<S>(list: CommandList<S>, prepared: Prepared<S>): Promise<CommandResult> {
  const { session, usedIntents } = list;
  const { handler, intent, id, content } = prepared;
  const parameters = await session.row('parameters');
  if (list.lane === 'agreement' && !handler.unbounded) requireMember(list.caller, parameters);
  if (intent !== null && (await wasUsed(list, intent, content))) return { ok: true, id, repeated: true };
  const done = await handler.rule.decide(callOf(list, prepared, parameters), session);
  const result: CommandResult = done === 'repeated' ? { ok: true, id, repeated: true } : { ok: true, id };
  if (intent !== null) {
    const isKept = handler.rule.keepsSignature === true;
    await usedIntents.write({ intent, content, result: hashOf({ ...result }), isKept });
  }
  return result;
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

/**
 * Whether this very command was carried out before (I9). Expiry counts for first use in the agreement lane only.
 * Rejects: BAD_SIGNATURE, BAD_INPUT (channel), OTHER_CONTENT, INTENT_EXPIRED.
 */
async function wasUsed<S>(list: CommandList<S>, intent: Intent, content: Hash): Promise<boolean> {
  const { body } = intent;
  if (body.channel !== list.channel) throw badInput('intent.body.channel', 'another channel', list.channel);
  if (!isSigned(intent)) throw new RuleViolation('BAD_SIGNATURE', { what: 'intent' });
  const found = await list.usedIntents.content(body.id);
  if (found === content) return true;
  if (found !== null) throw new RuleViolation('OTHER_CONTENT', { what: body.id });
  if (list.lane === 'agreement') requireFresh(body.expiresAt, list.now);
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
