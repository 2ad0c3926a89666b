// One valid transaction of the escrow chaincode: its commands, what became of them, and each row before and after.
// It must not judge; it keeps the rows as the ledger holds them after it.
import { canonicalJson, type Json } from '../chaincode/protocol/canonical-json.js';
import {
  EVENT_NAME,
  FUNCTIONS,
  type Command,
  type Lane,
  type LedgerEvent,
} from '../chaincode/protocol/commands.js';
import {
  collectionOf,
  attestationHashOf,
  attestationOf,
  attestationKey,
} from '../chaincode/protocol/attestation.js';
import { ownKey, INITIAL_STATUS, isInitial, ROW_KINDS, rowKey } from '../chaincode/protocol/rows.js';
import type { OwnedKind, RowKind, Rows } from '../chaincode/protocol/rows.js';
import { hasAttestedStatus, attestableForms } from '../chaincode/protocol/attested-status.js';
import { fromByteString, sameBytes, sha256 } from '../ledger/fabric/protobuf.js';
import { keyHash, type ParsedCollection } from '../ledger/fabric/read-write-set.js';
import { validationParameter } from '../ledger/fabric/write-interest.js';
import type { Findings, Place } from './findings.js';
import type { ValidTransaction } from './replay.js';
import { contentOf } from './transaction-content.js';

/**
 * A row that a transaction wrote, or of which its owner said a status. Rows may have been written by altered chaincode:
 * only their JSON is sure.
 */
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
  /** The row, if its owner's attestation or its initial form makes it credible. */
  attested<K extends OwnedKind>(kind: K, ...ids: readonly string[]): Rows[K] | null;
  /** Whether the row under this key is credible, and if not, why. */
  attestationFailure<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): string | null;
  /** The key's own policy; empty: none. */
  policy(key: string): Uint8Array;
}

export class LedgerReplica implements LedgerRows {
  private readonly rows = new Map<string, { readonly row: unknown; readonly text: string }>();
  /** Keys of the rows of which owners only say a status, by the hash of the attestation's key. */
  private readonly spokenOf = new Map<string, string>();
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
    const written = set.writes.flatMap(({ keyBytes, value, isDelete }) =>
      this.write(fromByteString(keyBytes), isDelete ? null : Buffer.from(value).toString('utf8'), place),
    );
    const keys = new Set(written.map(({ key }) => key));
    const said = set.collections.flatMap((collection) => this.said(collection, keys, place));
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
      writes: [...written, ...said],
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

  attested<K extends OwnedKind>(kind: K, ...ids: readonly string[]): Rows[K] | null {
    const row = this.row(kind, ...ids);
    return row !== null && this.attestationFailure(kind, rowKey(kind, ...ids), row) === null ? row : null;
  }

  attestationFailure<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): string | null {
    if (ownKey(kind, row) !== key) return `a row that says of itself ${ownKey(kind, row)}`;
    const isFirst = isInitial(kind, row);
    if (isFirst && !hasAttestedStatus(kind)) return null;
    const attestation = this.attestation(key, row.owner);
    if (!attestation) return isFirst ? null : `${row.status} without attestation of ${row.owner}`;
    const text = this.rows.get(key)?.text ?? '';
    return sameBytes(attestation, sha256(Buffer.from(attestationOf(text), 'utf8')))
      ? null
      : `other than ${row.owner}'s attestation says`;
  }

  private attestation(key: string, owner: string): Uint8Array | undefined {
    return this.state?.get(this.chaincode, collectionOf(owner), keyHash(attestationKey(key)))?.value;
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
    if (isOwnedKind(kind) && hasAttestedStatus(kind)) this.spokenOf.set(keyHash(attestationKey(key)), key);
    return [this.keep(key, { kind, row, text })];
  }

  private keep(key: string, { kind, row, text }: { kind: RowKind; row: object; text: string }): RowWrite {
    const before = this.rows.get(key)?.row ?? null;
    this.rows.set(key, { row, text });
    return { key, kind, before, after: row } as RowWrite; // the key's kind is the rows'
  }

  /** What an owner says of rows that he does not rewrite, as if he did. */
  private said({ name, writes }: ParsedCollection, rewritten: ReadonlySet<string>, place: Place): RowWrite[] {
    return writes.flatMap(({ keyBytes, value }) => {
      const key = this.spokenOf.get(keyBytes);
      if (key === undefined || rewritten.has(key)) return [];
      const kind = key.slice(0, key.indexOf('/')) as OwnedKind; // only their keys are kept there
      const row = this.rows.get(key)?.row as Rows[typeof kind]; // the key's kind is the row's
      if (name !== collectionOf(row.owner)) return [];
      const attestation = Buffer.from(value).toString('hex');
      const forms = attestableForms(kind, row).map((form) => ({
        form,
        text: canonicalJson(form as unknown as Json),
      })); // JSON
      const found = forms.find(({ text }) => attestationHashOf(text) === attestation);
      this.findings.expect('attestation', place, found !== undefined, () => ({
        found: `${key}: attestation of ${row.owner} for nothing that may be said of it`,
        needed: 'the hash of the row with a status that its owner may say',
      }));
      return found === undefined ? [] : [this.keep(key, { kind, row: found.form, text: found.text })];
    });
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
