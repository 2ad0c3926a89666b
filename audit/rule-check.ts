// Agreement lane: each transaction leaves what the chaincode's own rules make of its commands over the state before.
import { canonicalJson, type Json } from '../chaincode/protocol/canonical-json.js';
import {
  EVENT_NAME,
  FUNCTIONS,
  type CommandResult,
  type LedgerEvent,
} from '../chaincode/protocol/commands.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { fromByteString, sameBytes } from '../ledger/fabric/protobuf.js';
import type { ParsedNamespace } from '../ledger/fabric/read-write-set.js';
import { VALIDATION_PARAMETER } from '../ledger/fabric/write-interest.js';
import type { Fault, Findings } from './findings.js';
import type { StateBefore, ValidTransaction } from './replay.js';
import { type Outcome, RuleRun, type RunScope } from './rule-run.js';
import { contentOf, setOf, type TransactionContent } from './transaction-content.js';

/** A transaction without commands leaves nothing. */
const NOTHING: Outcome = { rows: new Map(), policies: new Map(), event: null, response: '', refusal: null };
const EMPTY = new Uint8Array();
const USED_INTENTS = `${rowKey('usedIntent')}/`;
/** Of a text in a finding. */
const LONGEST = 400;

export class RuleCheck {
  private readonly run: RuleRun;

  constructor(private readonly of: RunScope & { readonly findings: Findings }) {
    this.run = new RuleRun(of);
  }

  /** With the state before the transaction. */
  async check(transaction: ValidTransaction, state: StateBefore): Promise<void> {
    const content = contentOf(transaction.envelope);
    const set = setOf(transaction, content, this.of.chaincode);
    if (set === null) return;
    const isOwn = content.chaincode === this.of.chaincode; // else another chaincode wrote here: for no command
    const name = isOwn ? content.args[0] : undefined;
    if (name === FUNCTIONS.own) return;
    const isList = name === FUNCTIONS.agree;
    const needed = isList ? await this.run.outcomeOf(content, transaction.txId, state) : NOTHING;
    const found = isList ? content : { event: isOwn ? content.event : null, response: '' };
    this.report(new Difference(heldIn(set, found), needed).faults(set), transaction);
  }

  private report(faults: readonly Fault[], { block, txId }: ValidTransaction): void {
    const place = { block, transaction: txId };
    if (faults.length === 0) this.of.findings.expect('rules', place, true, () => ({ found: '', needed: '' }));
    for (const fault of faults) this.of.findings.expect('rules', place, false, () => fault);
  }
}

function heldIn(
  { writes, metadataWrites }: ParsedNamespace,
  { event, response }: Pick<TransactionContent, 'event' | 'response'>,
): Outcome {
  return {
    rows: new Map(
      writes.map(({ keyBytes, value, isDelete }) => [fromByteString(keyBytes), isDelete ? EMPTY : value]),
    ),
    policies: new Map(
      metadataWrites.map(({ keyBytes, metadata }) => [
        fromByteString(keyBytes),
        metadata.get(VALIDATION_PARAMETER) ?? EMPTY,
      ]),
    ),
    event,
    response,
    refusal: null,
  };
}

/** What a block holds beside what the rules give. */
class Difference {
  private readonly heldResults: LedgerEvent['results'];
  private readonly ruleResults: LedgerEvent['results'];

  constructor(
    private readonly held: Outcome,
    private readonly rules: Outcome,
  ) {
    this.heldResults = resultsIn(held.event);
    this.ruleResults = resultsIn(rules.event);
  }

  faults(set: ParsedNamespace): Fault[] {
    const { held, rules } = this;
    const keys = [...new Set([...held.rows.keys(), ...rules.rows.keys()])].sort();
    const guarded = [...new Set([...held.policies.keys(), ...rules.policies.keys()])].sort();
    return [
      ...keys.flatMap((key) => this.rowFault(key)),
      ...guarded.flatMap((key) => this.policyFault(key)),
      ...privateFaults(set),
      ...this.answerFaults(),
    ];
  }

  private rowFault(key: string): Fault[] {
    const [held, made] = [this.held.rows.get(key) ?? null, this.rules.rows.get(key) ?? null];
    if (isSame(held, made)) return [];
    const [found, needed] = differing(textOf(held), textOf(made));
    const what = `${this.commandOf(key)}: ${key}`;
    return [{ found: `${what} ${found}`, needed: `${what} ${needed}${made === null ? this.why(key) : ''}` }];
  }

  private policyFault(key: string): Fault[] {
    const [held, made] = [this.held.policies.get(key) ?? null, this.rules.policies.get(key) ?? null];
    if (isSame(held, made)) return [];
    const what = `${this.commandOf(key)}: the policy of ${key}`;
    return [{ found: `${what} is ${policyText(held)}`, needed: `${what} is ${policyText(made)}` }];
  }

  /** The event command by command, where both have as many; the answer, where the event is as it should be. */
  private answerFaults(): Fault[] {
    const { held, rules } = this;
    if (canonical(held.event) !== canonical(rules.event)) return this.eventFaults();
    if (held.response === rules.response) return [];
    const needed = `${shortened(rules.response)}${this.refusedWhole()}`;
    return [{ found: `the answer ${shortened(held.response)}`, needed }];
  }

  private eventFaults(): Fault[] {
    const { held, rules, heldResults, ruleResults } = this;
    const records =
      heldResults.length === ruleResults.length
        ? ruleResults.flatMap((made, index) => recordFault(heldResults[index] ?? null, made))
        : [];
    if (records.length > 0) return records;
    const found = `an event ${shortened(held.event?.payload ?? 'missing')}`;
    return [{ found, needed: `${shortened(rules.event?.payload ?? 'none')}${this.refusedWhole()}` }];
  }

  private refusedWhole(): string {
    const { refusal } = this.rules;
    return refusal === null ? '' : `: the list is refused, ${refusal}`;
  }

  private commandOf(key: string): string {
    const index = this.indexOf(key);
    return this.heldResults[index]?.action ?? this.ruleResults[index]?.action ?? 'no command';
  }

  /** Which command wrote a row, as the events say; a used intent's marker names its command by itself. */
  private indexOf(key: string): number {
    const name = ({ rows, result }: LedgerEvent['results'][number]) =>
      Object.hasOwn(rows, key) || (key.startsWith(USED_INTENTS) && key.endsWith(`/${result.id}`));
    const held = this.heldResults.findIndex(name);
    return held >= 0 ? held : this.ruleResults.findIndex(name);
  }

  /** Why the rules do not write a row that the block holds. */
  private why(key: string): string {
    if (this.rules.refusal !== null) return this.refusedWhole();
    const result = this.ruleResults[this.indexOf(key)]?.result;
    if (result === undefined || result.ok) return '';
    return `: the command is refused, ${refusalText(result)}`;
  }
}

function privateFaults({ collections }: ParsedNamespace): Fault[] {
  return collections
    .filter(({ writes, metadataWrites }) => writes.length + metadataWrites.length > 0)
    .map(({ name }) => ({ found: `private rows in ${name}`, needed: 'none: agreements are public' }));
}

function recordFault(
  held: LedgerEvent['results'][number] | null,
  made: LedgerEvent['results'][number],
): Fault[] {
  const [found, needed] = [canonical(held), canonical(made)];
  if (found === needed) return [];
  const name = made.action === '' ? 'a command' : made.action;
  return [{ found: `${name}: the event says ${shortened(found)}`, needed: shortened(needed) }];
}

function refusalText({ code, values }: CommandResult & { readonly ok: false }): string {
  return `${code} ${canonical(values ?? {})}`;
}

/** Only the members that differ, where both are rows. */
function differing(held: string | null, made: string | null): [found: string, needed: string] {
  const [one, other] = [membersOf(held), membersOf(made)];
  if (one === null || other === null) return [shown(held), shown(made)];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (name) => canonical(one[name]) !== canonical(other[name]),
  );
  const part = (row: { readonly [name: string]: unknown }) =>
    names.map((name) => `${name} ${canonical(row[name])}`).join(', ');
  return [`with ${shortened(part(one))}`, `with ${shortened(part(other))}`];
}

function shown(text: string | null): string {
  return text === null ? 'not written' : shortened(text);
}

function membersOf(text: string | null): { readonly [name: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    const isRow = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isRow ? (value as { readonly [name: string]: unknown }) : null; // neither null nor list
  } catch {
    return null;
  }
}

function resultsIn(event: Outcome['event']): LedgerEvent['results'] {
  if (event?.name !== EVENT_NAME) return [];
  const results = membersOf(event.payload)?.['results'];
  if (!Array.isArray(results)) return [];
  const isRecord = (each: unknown): each is LedgerEvent['results'][number] =>
    isObject(each) &&
    typeof each['action'] === 'string' &&
    isObject(each['rows']) &&
    isObject(each['result']);
  return results.every(isRecord) ? results : [];
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return value !== null && typeof value === 'object';
}

/** Values of events and rows are JSON; what is absent reads as nothing. */
function canonical(value: unknown): string {
  return value === undefined ? 'nothing' : canonicalJson(value as Json);
}

function isSame(held: Uint8Array | null, made: Uint8Array | null): boolean {
  return held !== null && made !== null ? sameBytes(held, made) : held === made;
}

/** Fabric: an empty value is a delete. */
function textOf(value: Uint8Array | null): string | null {
  return value?.length === 0 ? 'deleted' : value && Buffer.from(value).toString('utf8');
}

function policyText(policy: Uint8Array | null): string {
  return policy === null ? 'not set' : Buffer.from(policy).toString('base64');
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
