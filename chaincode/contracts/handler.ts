// Duty: what a command's handler is and what it is told; the list executor does the rest (parse, signature,
// used-intent marker). Must not: touch state; sessions do.
import type {
  Action,
  IntentParams,
  MachineAction,
  MachineParams,
  PersonAction,
} from '../protocol/commands.js';
import type { Intent } from '../protocol/intent.js';
import type { Hash, Instant, ParametersRow } from '../protocol/rows.js';
import type { AgreementSession, Loaded, OwnerSession, PrivateName } from '../state/sessions.js';

/** Who sent the transaction, by X.509. */
export interface Caller {
  readonly msp: string;
  readonly role: 'gateway' | 'worker' | 'admin';
}

/** What every handler is told. */
export interface Call {
  readonly channel: string;
  readonly caller: Caller;
  /** The transaction's timestamp. In the owner lane no rule against others may depend on it (architecture §4). */
  readonly now: Instant;
  /** Rejects: NO_PARAMETERS. */
  parameters(): ParametersRow;
}

/** A command with its signed intent: form parsed, signature, channel, action, used-intent marker and expiry checked. */
export interface Signed<P> {
  readonly intent: Intent;
  readonly params: P;
  /** Thumbprint of the key that signed. Whether it is the right key is the handler's affair. */
  readonly keyThumbprint: Hash;
}
export type PersonCall<A extends PersonAction> = Call & Signed<IntentParams[A]>;
export interface MachineCall<A extends MachineAction> extends Call {
  readonly machine: MachineParams[A];
}
export type EitherAction = PersonAction & MachineAction;
export type BothCall<A extends EitherAction> = PersonCall<A> & MachineCall<A>;

/** `repeated`: it had been done before and nothing was written. */
export type Done = 'done' | 'repeated';

/** Rejects with RuleViolation: then nothing that it wrote counts. */
export interface Rule<C, S> {
  /**
   * Public keys (`rowKey`) that the command is sure to read, by what is loaded so far: asked again after each load, so
   * that rows which name rows are followed for the whole list at once.
   */
  keys?(call: C, loaded: Loaded): readonly string[];
  /** The same for rows of the owner's collection. */
  privateRows?(call: C, loaded: Loaded): readonly PrivateName[];
  /** The public used-intent marker keeps the signature, because others prove the intent again. */
  readonly keepsSignature?: true;
  decide(call: C, session: S): Promise<Done>;
}

/** Which parts a command of this action must have. */
export type Form = 'person' | 'machine' | 'both' | 'either';

/** A handler without its types, as the executor keeps it. The parser of `action` guarantees the call's shape. */
export interface Handler<S> {
  readonly action: Action;
  readonly form: Form;
  /** Runs before the channel has parameters. */
  readonly unbounded: boolean;
  readonly rule: Rule<never, S>;
}

interface Forms<S> {
  byPerson<A extends PersonAction>(action: A, rule: Rule<PersonCall<A>, S>): Handler<S>;
  byMachine<A extends MachineAction>(action: A, rule: Rule<MachineCall<A>, S>): Handler<S>;
  /** A person's intent, and beside it what the machine adds. */
  byBoth<A extends EitherAction>(action: A, rule: Rule<BothCall<A>, S>): Handler<S>;
  /** A person's intent or a machine's parameters, never both. */
  byEither<A extends EitherAction>(action: A, rule: Rule<PersonCall<A> | MachineCall<A>, S>): Handler<S>;
  /** A machine's command that may come before the channel has parameters. */
  first<A extends MachineAction>(action: A, rule: Rule<MachineCall<A>, S>): Handler<S>;
}

function formsOf<S>(): Forms<S> {
  return {
    byPerson: (action, rule) => ({ action, form: 'person', unbounded: false, rule }),
    byMachine: (action, rule) => ({ action, form: 'machine', unbounded: false, rule }),
    byBoth: (action, rule) => ({ action, form: 'both', unbounded: false, rule }),
    byEither: (action, rule) => ({ action, form: 'either', unbounded: false, rule }),
    first: (action, rule) => ({ action, form: 'machine', unbounded: true, rule }),
  };
}

/** Makes handlers of the agreement lane. */
export const agreement: Forms<AgreementSession> = formsOf();
/** Makes handlers of the owner lane. */
export const owner: Forms<OwnerSession> = formsOf();

/** Handlers by action. Two for one action are a bug. */
export function handlerTable<S>(handlers: readonly Handler<S>[]): ReadonlyMap<Action, Handler<S>> {
  const table = new Map(handlers.map((handler) => [handler.action, handler]));
  if (table.size !== handlers.length) throw new Error('two handlers for one action');
  return table;
}
