// Duty: what a handler may do with the ledger in each lane (architecture §4); `agreement-session.ts` and
// `owner-session.ts` do it. Every key is read once; later commands of a list see what earlier ones wrote.
// Must not: know rules of the business.
import type { Owned } from '../domain/owned.js';
import type { JournalEntry, PrivateKind, PrivateRows } from '../domain/private-rows.js';
import type { OwnedKind, RowKind, Rows } from '../protocol/rows.js';

/** Ids of a row in the order of its key, after the kind. */
export type Ids = readonly string[];

/** Kind and id of a row in the owner's collection. */
export type PrivateName = readonly [kind: PrivateKind, id: string];

/**
 * Rows as they were loaded, without a question to the peer; null: absent, or not loaded so far. For naming what else is
 * to be loaded, never for deciding: no attestation was judged, and what this transaction writes does not show.
 */
export interface Loaded {
  loadedRow<K extends RowKind>(kind: K, ...ids: Ids): Rows[K] | null;
  /** Always null in the agreement lane. */
  loadedPrivateRow<K extends PrivateKind>(kind: K, id: string): PrivateRows[K] | null;
}

/** Public rows; each of them may be read in both lanes. */
export interface ReadSession extends Loaded {
  row<K extends RowKind>(kind: K, ...ids: Ids): Promise<Rows[K] | null>;
  /** An owned row with the verdict on its owner's attestation. */
  owned<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<Owned<Rows[K]> | null>;
  /** An owned row as it was created, whatever its owner has said since; not attested where it is no such row. */
  created<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<Owned<Rows[K]> | null>;
  /** All rows whose ids begin with these, in key order. Rejects: TOO_MANY at the peer's limit. */
  rowsUnder<K extends RowKind>(kind: K, ...ids: Ids): Promise<readonly Rows[K][]>;
  /** As `rowsUnder`, each with the verdict on its attestation. */
  ownedUnder<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<readonly Owned<Rows[K]>[]>;
}

/** Kinds that nobody owns: the agreement lane creates and changes them. */
export type SharedKind = Exclude<RowKind, OwnedKind>;

export interface AgreementSession extends ReadSession {
  /** Creates or changes a row that nobody owns. */
  put<K extends SharedKind>(kind: K, ids: Ids, row: Rows[K]): void;
  /**
   * Creates an owned row in its initial status, with its owner's key policy. It must have been read as absent, or the
   * used-intent marker of the intent after which it is named, and with which it is written.
   */
  createOwned<K extends OwnedKind>(kind: K, ids: Ids, row: Rows[K]): void;
}

export interface OwnerSession extends ReadSession {
  /** The organisation whose affair it is: the caller's own MSP. */
  readonly owner: string;
  /** Whether a public row's key policy is this organisation's alone. */
  isGuarded<K extends OwnedKind>(kind: K, ...ids: Ids): Promise<boolean>;
  /**
   * Changes an existing row of this owner and writes the attestation for it; a status that is only said
   * (`attested-status.ts`) leaves the row as it was created. The key must have been read.
   */
  changeOwned<K extends OwnedKind>(kind: K, ids: Ids, row: Rows[K]): void;
  /** A row of the owner's collection. Rejects: NO_SECRET. */
  privateRow<K extends PrivateKind>(kind: K, id: string): Promise<PrivateRows[K] | null>;
  putPrivate<K extends PrivateKind>(kind: K, id: string, row: PrivateRows[K]): Promise<void>;
  /** Posts an operation: what a transaction posts is one row of the journal. */
  enter(entry: JournalEntry): void;
  /** The organisation's secret, 32 bytes in base64url; null before it was set. */
  secret(): Promise<string | null>;
  setSecret(secret: string): void;
  /** HMAC-SHA-256 under the organisation's secret, lower-case hexadecimal. Rejects: NO_SECRET. */
  keyed(text: string): Promise<string>;
}
