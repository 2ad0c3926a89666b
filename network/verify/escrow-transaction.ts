// One valid transaction of the escrow chaincode: its commands, what became of them, and each row before and after.
// It must not judge; it keeps the rows as the ledger holds them after it.
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import {
  EVENT_NAME,
  FUNCTIONS,
  type Command,
  type Lane,
  type LedgerEvent,
} from '../../chaincode/protocol/commands.js';
import { collectionOf, evidenceOf, factKey } from '../../chaincode/protocol/evidence.js';
import { isInitial, claimedKey, INITIAL_STATUS, ROW_KINDS, rowKey } from '../../chaincode/protocol/rows.js';
import type { OwnedKind, RowKind, Rows } from '../../chaincode/protocol/rows.js';
import { fromByteString, sameBytes, sha256 } from '../embedded/engine/protobuf.js';
import { keyHash } from '../embedded/engine/read-write-set.js';
import { validationParameter } from '../embedded/engine/write-interest.js';
import type { Findings, Place } from './findings.js';
import type { ValidTransaction } from './replay.js';
import { contentOf } from './transaction-content.js';

/** A row that a transaction wrote. Rows may have been written by altered chaincode: only their JSON is sure. */
export interface RowWrite<K extends RowKind = RowKind> {
  readonly key: string;
  readonly kind: K;
  readonly before: Rows[K] | null;
  readonly after: Rows[K];
}

export interface EscrowTransaction {
  readonly place: Place & { readonly transaction: string };
  readonly timestampMs: number;
  /** MSP of the sender. */
  readonly sender: string;
  /** Null: neither lane's function, so nobody's command. */
  readonly lane: Lane | null;
  /** Public in the agreement lane; in the owner lane they are not on the ledger. */
  readonly commands: readonly Command[];
  readonly event: LedgerEvent | null;
  readonly response: string;
  readonly writes: readonly RowWrite[];
}

/** What a check may ask of the ledger as it stands after the transaction. */
export interface LedgerRows {
  row<K extends RowKind>(kind: K, ...ids: readonly string[]): Rows[K] | null;
  /** The row, if its owner's evidence or its initial form makes it credible. */
  believed<K extends OwnedKind>(kind: K, ...ids: readonly string[]): Rows[K] | null;
  /** Whether the row under this key is credible, and if not, why. */
  disbelief<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): string | null;
  /** The key's own policy; empty: none. */
  policy(key: string): Uint8Array;
}

export class EscrowLedger implements LedgerRows {
  private readonly rows = new Map<string, { readonly row: unknown; readonly text: string }>();
  private state: ValidTransaction['state'] | undefined;

  constructor(
    private readonly chaincode: string,
    private readonly findings: Findings,
  ) {}

  /** Null if the transaction writes nothing of the chaincode's. */
  take(transaction: ValidTransaction): EscrowTransaction | null {
    const set = transaction.action.sets.find(({ name }) => name === this.chaincode);
    if (!set) return null;
    this.state = transaction.state;
    const place = { block: transaction.block, transaction: transaction.txId };
    const writes = set.writes.flatMap(({ keyBytes, value, isDelete }) =>
      this.write(fromByteString(keyBytes), isDelete ? null : Buffer.from(value).toString('utf8'), place),
    );
    const content = contentOf(transaction.envelope);
    // Rows written by way of another chaincode are nobody's command.
    const lane = content.chaincode === this.chaincode ? laneOf(content.args[0]) : null;
    return {
      place,
      timestampMs: content.timestampMs,
      sender: content.sender,
      lane,
      commands: lane === 'agreement' ? listOf<Command>(content.args[1]) : [],
      event: content.event?.name === EVENT_NAME ? eventOf(content.event.payload) : null,
      response: content.response,
      writes,
    };
  }

  row<K extends RowKind>(kind: K, ...ids: readonly string[]): Rows[K] | null {
    return (this.rows.get(rowKey(kind, ...ids))?.row ?? null) as Rows[K] | null; // the key's kind is the row's
  }

  all<K extends RowKind>(kind: K): readonly { readonly key: string; readonly row: Rows[K] }[] {
    return [...this.rows]
      .filter(([key]) => key.startsWith(`${kind}/`))
      .map(([key, { row }]) => ({ key, row: row as Rows[K] })); // the key's kind is the row's
  }

  believed<K extends OwnedKind>(kind: K, ...ids: readonly string[]): Rows[K] | null {
    const row = this.row(kind, ...ids);
    return row !== null && this.disbelief(kind, rowKey(kind, ...ids), row) === null ? row : null;
  }

  disbelief<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): string | null {
    if (claimedKey(kind, row) !== key) return `a row that says of itself ${claimedKey(kind, row)}`;
    if (isInitial(kind, row)) return null;
    const hash = keyHash(factKey(key));
    const evidence = this.state?.get(this.chaincode, collectionOf(row.owner), hash)?.value;
    if (!evidence) return `${row.status} without evidence of ${row.owner}`;
    const text = this.rows.get(key)?.text ?? '';
    return sameBytes(evidence, sha256(Buffer.from(evidenceOf(text), 'utf8')))
      ? null
      : `other than ${row.owner}'s evidence says`;
  }

  policy(key: string): Uint8Array {
    return this.state?.get(this.chaincode, '', key)?.metadata.get(validationParameter) ?? new Uint8Array();
  }

  private write(key: string, text: string | null, place: Place): RowWrite[] {
    const kind = ROW_KINDS.find((candidate) => candidate === key.split('/', 1)[0]);
    const row = text === null ? null : rowOf(text);
    const isRow = kind !== undefined && row !== null;
    this.findings.expect('rows', place, isRow, () => ({
      found: text === null ? `${key} deleted` : `${key} with other content`,
      needed: 'rows of known kinds in canonical JSON, never deleted',
    }));
    if (!isRow || text === null) return [];
    const before = this.rows.get(key)?.row ?? null;
    this.rows.set(key, { row, text });
    return [{ key, kind, before, after: row } as RowWrite]; // the key's kind is the rows'
  }
}

export function isOwnedKind(kind: RowKind): kind is OwnedKind {
  return Object.hasOwn(INITIAL_STATUS, kind);
}

function laneOf(name: string | undefined): Lane | null {
  return name === FUNCTIONS.agree ? 'agreement' : name === FUNCTIONS.own ? 'owner' : null;
}

/** An object in canonical JSON with the schema version; null: something else. */
function rowOf(text: string): object | null {
  try {
    const value = JSON.parse(text) as Json; // JSON.parse yields JSON values only
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && canonicalJson(value) === text && 'v' in value && value['v'] === 1 ? value : null;
  } catch {
    return null;
  }
}

function listOf<T>(text: string | undefined): readonly T[] {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return Array.isArray(value) ? (value as T[]) : []; // chaincode took it, or the event's check tells
  } catch {
    return [];
  }
}

function eventOf(payload: string): LedgerEvent | null {
  try {
    const value = JSON.parse(payload) as LedgerEvent | null; // checked against the writes by its own check
    return value !== null && Array.isArray(value.results) ? value : null;
  } catch {
    return null;
  }
}
