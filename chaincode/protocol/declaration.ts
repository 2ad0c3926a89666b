// How a public row and a command are declared: one declaration says all that the product knows of it beforehand.
import type { Json } from './canonical-json.js';
import { badInput, type Parsed, type Parser } from './parse.js';

export type Lane = 'agreement' | 'owner';

/** A public row. Its key is the kind and the members that `ids` names, joined by '/'. */
export interface RowDeclaration<K extends string, R> {
  readonly kind: K;
  /** Members of the row that make its key; null: the key says what the row does not repeat. */
  readonly ids: readonly (keyof R & string)[] | null;
  /** The one strict form: a row that fails it is absent for every reader. */
  readonly form: Parser<R>;
  /** Whether the first id is a deal. */
  readonly isOfDeal: boolean;
}

/**
 * A row that one organisation owns: created by the agreement lane in its initial form, changed by its owner alone,
 * who attests each change in its own collection (architecture §4).
 */
export interface OwnedRowDeclaration<K extends string, R> extends RowDeclaration<K, R> {
  /** What the row holds before its owner has said anything. */
  readonly initial: Partial<R>;
  /**
   * Statuses that the owner attests without rewriting the row. A row that is rewritten has every peer hash the whole
   * transaction and verify a signature for it, so this is for rows of which one transaction changes many.
   */
  readonly attestedOnly: readonly string[];
}

/** `F` is the form: its type says what the row holds. */
interface RowOptions<K extends string, F> {
  readonly kind: K;
  readonly ids: readonly (keyof Parsed<F> & string)[] | null;
  readonly form: F;
}

/** Declares a row that the agreement lane creates and changes. */
export function sharedRow<const K extends string, F>({
  kind,
  ids,
  form,
}: RowOptions<K, F>): RowDeclaration<K, Parsed<F>> {
  // A parser is the parser of what it lets through.
  return { kind, ids, form: form as Parser<Parsed<F>>, isOfDeal: ids?.[0] === 'deal' };
}

type Status<R> = R extends { readonly status: infer S } ? S : never;

/** Declares an owned row: first what each row has, then what it is before and beside its owner's rewriting it. */
export function ownedRow<const K extends string, F>(
  row: RowOptions<K, F>,
  owned: {
    readonly initial: Partial<Parsed<NoInfer<F>>>;
    readonly attestedOnly?: readonly Status<Parsed<NoInfer<F>>>[];
  },
): OwnedRowDeclaration<K, Parsed<F>> {
  const attestedOnly = (owned.attestedOnly ?? []) as readonly string[]; // statuses are texts
  return { ...sharedRow(row), initial: owned.initial, attestedOnly };
}

/** The type of a declared row. */
export type RowOf<D> = D extends { readonly form: Parser<infer R> } ? Readonly<R> : never;

/** Statuses by kind, each with those that may come before it; null: the row does not exist yet. */
export interface Steps {
  readonly [kind: string]: { readonly [to: string]: readonly (string | null)[] };
}

/** What all commands declare. */
interface CommandOptions {
  readonly action: string;
  readonly lane: Lane;
  /** How the command changes the statuses of rows: kind → status afterwards → statuses before. */
  readonly steps?: Steps;
  /**
   * Names by which commands could disturb each other in two transactions at once; `{deal}` stands for the command's
   * parameter of that name, and a name whose parameter is missing is left out.
   */
  readonly conflictKeys: readonly string[];
  /**
   * About how much work the command is for peers and chaincode, in calls of the chaincode to its peer; gateways cut
   * their lists by it. A wrong guess costs a retry, never a result.
   */
  readonly cost: number;
  /** The command moves a deal's money, or says where it goes: it asks first whether the money may move now. */
  readonly movesMoney?: true;
  /** The used-intent marker stores the signature, because others prove the intent again. */
  readonly keepsSignature?: true;
  /** May come before the channel has parameters. */
  readonly isFirst?: true;
  /** The organisation's registrar may give it, by certificate alone; it may give no other command. */
  readonly byRegistrar?: true;
}

/** Which parts a command has: a person's signed parameters, a machine's, both, or one of the two. */
export type CommandBy = 'person' | 'machine' | 'both' | 'either';

export interface CommandDeclaration extends CommandOptions {
  readonly by: CommandBy;
  /** Form of the person's signed parameters; rejects all where there are none. */
  readonly signed: Parser<unknown>;
  /** Form of the machine's parameters; rejects all where there are none. */
  readonly machine: Parser<unknown>;
}

type Params = Parser<unknown>;

const none: Parser<never> = (_: Json, at: string) => {
  throw badInput(at, 'parameters', 'none');
};

/** A command that a person signs. */
export function personCommand<const O extends CommandOptions & { readonly signed: Params }>(options: O) {
  return { ...options, by: 'person', machine: none } as const;
}

/** A command of a member's machine. */
export function machineCommand<const O extends CommandOptions & { readonly machine: Params }>(options: O) {
  return { ...options, by: 'machine', signed: none } as const;
}

interface TwoForms {
  readonly signed: Params;
  readonly machine: Params;
}

/** A person's signed command to which a machine adds parameters of its own. */
export function jointCommand<const O extends CommandOptions & TwoForms>(options: O) {
  return { ...options, by: 'both' } as const;
}

/** A command that either a person signs or a machine gives. */
export function eitherCommand<const O extends CommandOptions & TwoForms>(options: O) {
  return { ...options, by: 'either' } as const;
}
