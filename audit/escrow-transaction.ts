// One valid transaction of the escrow chaincode: its commands, their results, and each row before and after.
import { canonicalJson, type Json } from '../chaincode/protocol/canonical-json.js';
import { EVENT_NAME, FUNCTIONS, type LedgerEvent } from '../chaincode/protocol/commands.js';
import { type Lane } from '../chaincode/protocol/declaration.js';
import {
  collectionOf,
  attestationHashOf,
  attestationOf,
  attestationKey,
} from '../chaincode/protocol/attestation.js';
import {
  attestableForms,
  hasAttestedStatus,
  isInitial,
  isOwnedKind,
  isRowKind,
  ownKey,
  readRow,
  rowKey,
  type OwnedKind,
  type RowKind,
  type Rows,
} from '../chaincode/protocol/rows.js';
import { fromByteString, sameBytes, sha256 } from '../ledger/fabric/protobuf.js';
import { keyHash, type ParsedCollection } from '../ledger/fabric/read-write-set.js';
import { VALIDATION_PARAMETER } from '../ledger/fabric/write-interest.js';
import type { Findings, Place } from './findings.js';
import type { ValidTransaction } from './replay.js';
import { contentOf, setOf } from './transaction-content.js';

/**
 * A row that a transaction wrote, or of which its owner attested a status. Altered chaincode may have written it: only
 * its form is sure.
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
  /** Null: the function of neither lane, so no command. */
  readonly lane: Lane | null;
  readonly event: LedgerEvent | null;
  readonly response: string;
  readonly writes: readonly RowWrite[];
  /** Public keys whose policies were written. */
  readonly guarded: readonly string[];
}

/** What a check may ask of the ledger as it stands after the transaction. */
export interface LedgerRows {
  /** Null also for what is stored in another form than the kind's: for every reader it is no row. */
  row<K extends RowKind>(kind: K, ...ids: readonly string[]): Rows[K] | null;
  /** The row, if its owner's attestation or its initial form makes it credible. */
  attested<K extends OwnedKind>(kind: K, ...ids: readonly string[]): Rows[K] | null;
  /** Whether the row under this key is credible, and if not, why. */
  attestationFailure<K extends OwnedKind>(kind: K, key: string, row: Rows[K]): string | null;
  /** The key's own policy; empty: none. */
  policy(key: string): Uint8Array;
}

const FOR_NOTHING = 'for nothing that may be attested of it';

export class LedgerReplica implements LedgerRows {
  private readonly rows = new Map<string, { readonly row: unknown; readonly text: string }>();
  /** Keys of owned rows, by the hash of the attestation's key. */
  private readonly attestable = new Map<string, string>();
  private state: ValidTransaction['state'] | null = null;

  constructor(
    private readonly chaincode: string,
    private readonly findings: Findings,
  ) {}

  /** Null if the transaction has nothing to do with the chaincode. */
  take(transaction: ValidTransaction): EscrowTransaction | null {
    const content = contentOf(transaction.envelope);
    const set = setOf(transaction, content, this.chaincode);
    if (set === null) return null;
    this.state = transaction.state;
    const place = { block: transaction.block, transaction: transaction.txId };
    const written = set.writes.flatMap(({ keyBytes, value, isDelete }) =>
      this.write(fromByteString(keyBytes), isDelete ? null : Buffer.from(value).toString('utf8'), place),
    );
    const keys = new Set(written.map(({ key }) => key));
    const attested = set.collections.flatMap((each) => this.attestedStatuses(each, keys, place));
    // Rows written through another chaincode belong to no command.
    const lane = content.chaincode === this.chaincode ? laneOf(content.args[0] ?? null) : null;
    return {
      place,
      timestampMs: content.timestampMs,
      sender: content.sender,
      lane,
      event: content.event?.name === EVENT_NAME ? eventOf(content.event.payload) : null,
      response: content.response,
      writes: [...written, ...attested],
      guarded: set.metadataWrites.map(({ keyBytes }) => fromByteString(keyBytes)),
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

  private attestation(key: string, owner: string): Uint8Array | null {
    return this.state?.get(this.chaincode, collectionOf(owner), keyHash(attestationKey(key)))?.value ?? null;
  }

  policy(key: string): Uint8Array {
    return this.state?.get(this.chaincode, '', key)?.metadata.get(VALIDATION_PARAMETER) ?? new Uint8Array();
  }

  private write(key: string, text: string | null, place: Place): RowWrite[] {
    const kind = key.split('/', 1)[0] ?? '';
    const row = text !== null && isRowKind(kind) ? rowOf(kind, key, text) : null;
    this.findings.expect('rows', place, row !== null, () => ({
      found: text === null ? `${key} deleted` : `${key} with other content`,
      needed: 'rows of known kinds in their strict form, in canonical JSON, never deleted',
    }));
    if (row === null || text === null || !isRowKind(kind)) {
      this.rows.delete(key); // no reader takes it for a row
      return [];
    }
    if (isOwnedKind(kind)) this.attestable.set(keyHash(attestationKey(key)), key);
    return [this.keep(key, { kind, row, text })];
  }

  private keep(
    key: string,
    { kind, row, text }: { readonly kind: RowKind; readonly row: object; readonly text: string },
  ): RowWrite {
    const before = this.rows.get(key)?.row ?? null;
    this.rows.set(key, { row, text });
    return { key, kind, before, after: row } as RowWrite; // the key's kind is the rows'
  }

  /** Statuses that an owner only attests, applied as if he had rewritten the rows. */
  private attestedStatuses(
    { name, writes, metadataWrites }: ParsedCollection,
    rewritten: ReadonlySet<string>,
    place: Place,
  ): RowWrite[] {
    for (const { keyBytes } of metadataWrites) this.expectPlain(keyBytes, place);
    return writes.flatMap(({ keyBytes, value, isDelete }) => {
      const key = this.attestable.get(keyBytes);
      if (key === undefined || rewritten.has(key)) return [];
      const kind = key.slice(0, key.indexOf('/')) as OwnedKind; // it holds keys of owned rows alone
      const row = (this.rows.get(key)?.row ?? null) as Rows[typeof kind] | null; // the key's kind is the row's
      if (row === null || name !== collectionOf(row.owner)) return [];
      const attestation = isDelete ? null : Buffer.from(value).toString('hex');
      const forms = attestableForms(kind, row).map((form) => ({
        form,
        text: canonicalJson(form as unknown as Json), // rows hold JSON values only
      }));
      const found = forms.find(({ text }) => attestationHashOf(text) === attestation);
      this.findings.expect('attestation', place, found !== undefined, () => ({
        found: `${key}: attestation of ${row.owner} ${isDelete ? 'taken back' : FOR_NOTHING}`,
        needed: 'the hash of the row with a status that its owner may attest',
      }));
      return found === undefined ? [] : [this.keep(key, { kind, row: found.form, text: found.text })];
    });
  }

  /** A word under a policy of its own could be given or taken back by others than its collection's endorsers. */
  private expectPlain(keyBytes: string, place: Place): void {
    const key = this.attestable.get(keyBytes);
    this.findings.expect('guard', place, key === undefined, () => ({
      found: `the attestation of ${key ?? ''} under a policy of its own`,
      needed: "the policy of its owner's collection",
    }));
  }
}

function laneOf(name: string | null): Lane | null {
  return name === FUNCTIONS.agree ? 'agreement' : name === FUNCTIONS.own ? 'owner' : null;
}

/**
 * The row of a text; null: it is none of its kind's strict form, not canonical JSON, or a copy of another key's row.
 * An owned row under another key is one that nobody attests: its own check reports it.
 */
function rowOf<K extends RowKind>(kind: K, key: string, text: string): Rows[K] | null {
  const row = readRow(kind, text);
  if (row === null || canonicalJson(row as unknown as Json) !== text) return null; // rows hold JSON values only
  const own = isOwnedKind(kind) ? null : ownKey(kind, row);
  return own === null || own === key ? row : null;
}

function eventOf(payload: string): LedgerEvent | null {
  try {
    const value = JSON.parse(payload) as LedgerEvent | null; // checked against the writes by its own check
    return value !== null && Array.isArray(value.results) ? value : null;
  } catch {
    return null;
  }
}
