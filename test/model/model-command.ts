// What a rule of the model is given, and the few words in which rules are written.
// It must not decide anything itself.
import { createHash } from 'node:crypto';
import type { Command, IntentParams, MachineParams } from '../../chaincode/protocol/commands.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { LinkRow } from '../../chaincode/protocol/account.js';
import type { ParametersRow, PersonRow } from '../../chaincode/protocol/member.js';
import type { Role } from '../../chaincode/protocol/forms.js';
import type { ModelState } from './model-state.js';

/** What the maker of a command did to it, which the model could not find out without the code it is to judge. */
export type Flaw = 'BAD_INPUT' | 'WRONG_LANE' | 'BAD_SIGNATURE';
export interface PlayedCommand {
  readonly command: Command;
  readonly flaw: Flaw | null;
}

/** Where and when a list is carried out. */
export interface Setting {
  readonly lane: 'agreement' | 'owner';
  /** Whose machine sends; in the owner lane also whose affair it is. */
  readonly msp: string;
  readonly role: 'gateway' | 'worker' | 'admin' | 'registrar';
  readonly now: number;
  readonly channel: string;
}

export interface ModelCommand extends Setting {
  readonly state: ModelState;
  readonly command: Command;
}
export type Rule = (call: ModelCommand) => 'done' | 'repeated';
export type Rules = { readonly [action: string]: Rule };

export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly code: string) {
    super(code);
  }
}

/** Refuses with the code unless the condition holds. */
export function must(condition: boolean, code: string): asserts condition {
  if (!condition) throw new Refused(code);
}

export function found<T>(value: T | null | undefined, code = 'NOT_FOUND'): T {
  must(value !== null && value !== undefined, code);
  return value;
}

export function intentOf(call: ModelCommand): Intent {
  return found(call.command.intent, 'BAD_INPUT');
}

export function signedBy<A extends keyof IntentParams>(call: ModelCommand, action: A): IntentParams[A] {
  must(call.command.action === action, 'BAD_INPUT');
  return intentOf(call).body.params as unknown as IntentParams[A]; // commands are made in this form
}

export function machineOf<A extends keyof MachineParams>(call: ModelCommand, action: A): MachineParams[A] {
  must(call.command.action === action, 'BAD_INPUT');
  return found(call.command.params, 'BAD_INPUT') as unknown as MachineParams[A]; // as in `signedBy`
}

export function parametersOf({ state }: ModelCommand): ParametersRow {
  return found(state.row('parameters'), 'NO_PARAMETERS');
}

/** Notes the transition, or refuses it; `step` is `<kind>.<action>`. */
export function take<T extends string>(
  { state }: ModelCommand,
  step: string,
  to: T,
  { from, allowed }: { readonly from: string | null; readonly allowed: readonly (string | null)[] },
): T {
  must(allowed.includes(from), 'WRONG_STATE');
  state.steps.push(stepName(step, from, to));
  return to;
}

/** The transition that makes a row. */
export function create<T extends string>(call: ModelCommand, step: string, to: T): T {
  return take(call, step, to, { from: null, allowed: [null] });
}

export function stepName(step: string, from: string | null, to: string): string {
  return `${step} ${from ?? 'nothing'} → ${to}`;
}

/** The registered person behind the signature. */
export function signer(call: ModelCommand, role: Role | null, organisation: string | null): PersonRow {
  const { body, key } = intentOf(call);
  const person = found(call.state.row('person', body.person));
  must(person.status === 'active', 'WRONG_STATE');
  must(person.key === key, 'KEY_DIFFERS');
  must(role === null || person.roles.includes(role), 'WRONG_ROLE');
  must(organisation === null || person.owner === organisation, 'WRONG_ORGANISATION');
  return person;
}

export function activeLink({ state }: ModelCommand, id: string): LinkRow {
  const link = found(state.row('link', id));
  must(link.status === 'active', 'WRONG_STATE');
  return link;
}

/** The signer's own active link in that currency, with the key that the bank proved. */
export function signersLink(call: ModelCommand, id: string, currency: string): LinkRow {
  const { body, key } = intentOf(call);
  const link = activeLink(call, id);
  must(link.person === body.person, 'WRONG_ROLE');
  must(link.keyThumbprint === thumbprint(key), 'KEY_DIFFERS');
  must(link.currency === currency, 'CURRENCY');
  return link;
}

/** Owned rows are changed in their owner's lane only. */
export function mine(call: ModelCommand, row: { readonly owner: string }): void {
  must(row.owner === call.msp, 'WRONG_ORGANISATION');
}

export function thumbprint(key: string): string {
  return sha256(Buffer.from(key, 'base64url'));
}

/** What rows keep of a signed command. */
export function signatureOf({ body, key, signature }: Intent) {
  return { expiresAt: body.expiresAt, key, signature };
}

/** The same with the command's id. */
export function namedSignatureOf(intent: Intent) {
  return { id: intent.body.id, ...signatureOf(intent) };
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** JSON with sorted members. */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${sortedJson(item)}`).join(',')}}`;
}

export function plus(left: string, right: string): string {
  return (BigInt(left) + BigInt(right)).toString();
}

export function minus(left: string, right: string): string {
  return (BigInt(left) - BigInt(right)).toString();
}

export function total(rows: readonly { readonly amount: string }[]): bigint {
  return rows.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}
