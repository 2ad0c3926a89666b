// What the rule of a command is: what it reads, what it decides of that, what it writes. The list executor does the
// rest: form, signature, used intents, guards, refusals.
import type { CommandBy, CommandDeclaration } from '../protocol/declaration.js';
import type { Hash, Instant } from '../protocol/forms.js';
import type { Intent } from '../protocol/intent.js';
import type { ParametersRow } from '../protocol/member.js';
import type { Parsed } from '../protocol/parse.js';
import type { AgreementWriter, OwnerRowReader, OwnerWriter, RowReader } from '../state/sessions.js';

/** Who sent the transaction, by X.509. */
export interface Caller {
  readonly msp: string;
  readonly role: 'gateway' | 'worker' | 'admin' | 'registrar';
}

/**
 * What the operator of a chaincode process says of the channel. Peers whose operators say different things come to
 * different results, and nothing is endorsed.
 */
export interface Deployment {
  /** MSP id of the organisation that founds the channel; null: the operator names none, and nobody founds it here. */
  readonly marketplace: string | null;
}

/** Input common to all rules. */
export interface CommandContext {
  readonly channel: string;
  readonly deployment: Deployment;
  readonly caller: Caller;
  /** The transaction's timestamp. In the owner lane no rule against others may depend on it (architecture §4). */
  readonly now: Instant;
  /** Rejects: NO_PARAMETERS. */
  parameters(): ParametersRow;
}

/** A person's part: form parsed, signature, channel, action, used intent and expiry checked. */
export interface Signed<P> {
  readonly intent: Intent;
  readonly params: P;
  /** Thumbprint of the key that signed. Whether it is the right key is the rule's affair. */
  readonly keyThumbprint: Hash;
}

interface ByMachine<M> {
  readonly machine: M;
}

type PersonsOf<C> = C extends { readonly signed: infer F } ? Signed<Parsed<F>> : never;
type MachinesOf<C> = C extends { readonly machine: infer F } ? ByMachine<Parsed<F>> : never;

/** A command in the shape that its declaration gives it. */
export type CommandOf<C extends { readonly by: CommandBy }> = CommandContext &
  (C['by'] extends 'person'
    ? PersonsOf<C>
    : C['by'] extends 'machine'
      ? MachinesOf<C>
      : C['by'] extends 'both'
        ? PersonsOf<C> & MachinesOf<C>
        : PersonsOf<C> | MachinesOf<C>);

/** Rejects with RuleViolation: then nothing is written. */
export interface RuleParts<C, R, W, L, X> {
  /** The rows that the decision needs. Called until all of them are at hand, so it reads and does nothing else. */
  load(rows: R, command: C): L;
  /** Pure. Null: it had been done before, and nothing is to be written. */
  decide(loaded: L, command: C): X | null;
  save(write: W, decided: X, command: C): void | Promise<void>;
}

/** A rule without its types, as the executor uses it. The declaration's forms guarantee the command's shape. */
export interface Rule<R, W> {
  readonly declaration: CommandDeclaration;
  readonly parts: RuleParts<never, R, W, unknown, unknown>;
}

export type AgreementRule = Rule<RowReader, AgreementWriter>;
export type OwnerRule = Rule<OwnerRowReader, OwnerWriter>;

type Lane<L> = CommandDeclaration & { readonly lane: L };

/** The rule of a command of the agreement lane. */
export function agreementRule<C extends Lane<'agreement'>, L, X>(
  declaration: C,
  parts: RuleParts<CommandOf<C>, RowReader, AgreementWriter, L, X>,
): AgreementRule {
  return { declaration, parts: parts };
}

/** The rule of a command of the owner lane. */
export function ownerRule<C extends Lane<'owner'>, L, X>(
  declaration: C,
  parts: RuleParts<CommandOf<C>, OwnerRowReader, OwnerWriter, L, X>,
): OwnerRule {
  return { declaration, parts: parts };
}

/** Rules by action. Two for one action are a bug. */
export function rulesByAction<R, W>(rules: readonly Rule<R, W>[]): ReadonlyMap<string, Rule<R, W>> {
  const table = new Map(rules.map((rule) => [rule.declaration.action, rule]));
  if (table.size !== rules.length) throw new Error('two rules for one action');
  return table;
}
