// What a rule may do with the ledger in each lane (architecture §4). Every key is read once; later commands of a list
// see what earlier ones wrote.
import type { JournalEntry, PrivateKind, PrivateRows } from '../domain/account/private-rows.js';
import type { Owned } from '../protocol/owned.js';
import type { OwnedKind, RowKind, Rows } from '../protocol/rows.js';

/** Ids of a row in the order of its key, after the kind. */
export type Ids = readonly string[];

/**
 * Public rows as a rule reads them. Reading is repeated until everything that it asks for is at hand: what is not, is
 * null, empty or not attested until then, so a function that reads must not do anything else.
 */
export interface RowReader {
  row<K extends RowKind>(kind: K, ...ids: Ids): Rows[K] | null;
  /** An owned row with the verdict on its owner's attestation. */
  owned<K extends OwnedKind>(kind: K, ...ids: Ids): Owned<Rows[K]> | null;
  /** An owned row as it was created, whatever its owner has said since; not attested where it is no such row. */
  created<K extends OwnedKind>(kind: K, ...ids: Ids): Owned<Rows[K]> | null;
  /** All rows whose ids begin with these, in key order. Rejects: TOO_MANY at the peer's limit. */
  rowsUnder<K extends RowKind>(kind: K, ...ids: Ids): readonly Rows[K][];
  /** As `rowsUnder`, each with the verdict on its attestation. */
  ownedUnder<K extends OwnedKind>(kind: K, ...ids: Ids): readonly Owned<Rows[K]>[];
}

/** What an organisation reads besides, in its own lane. */
export interface OwnerRowReader extends RowReader {
  /** The organisation whose affair it is: the caller's own MSP. */
  readonly owner: string;
  /** Whether a public row's key policy is this organisation's alone. */
  isGuarded<K extends OwnedKind>(kind: K, ...ids: Ids): boolean;
  /** A row of the owner's collection. Rejects: NO_SECRET. */
  privateRow<K extends PrivateKind>(kind: K, id: string): PrivateRows[K] | null;
  /** The organisation's secret, 32 bytes in base64url; null before it was set. */
  secret(): string | null;
  /** HMAC-SHA-256 under the organisation's secret, lower-case hexadecimal. Rejects: NO_SECRET. */
  keyed(text: string): string;
}

/** Kinds that nobody owns: the agreement lane creates and changes them. */
export type SharedKind = Exclude<RowKind, OwnedKind>;

/** Writes of the agreement lane. */
export interface AgreementWriter {
  /** Creates or changes a row that nobody owns. */
  put<K extends SharedKind>(kind: K, ids: Ids, row: Rows[K]): void;
  /**
   * Creates an owned row in its initial form, with its owner's key policy, where nothing stands yet. Rejects: EXISTS.
   */
  createOwned<K extends OwnedKind>(kind: K, ids: Ids, row: Rows[K]): Promise<void>;
}

/** Writes of the owner lane. */
export interface OwnerWriter {
  readonly owner: string;
  /**
   * Changes an existing row of this owner and writes the attestation for it; a status that is attested only leaves the
   * row as it was created. The key must have been read.
   */
  changeOwned<K extends OwnedKind>(kind: K, ids: Ids, row: Rows[K]): void;
  putPrivate<K extends PrivateKind>(kind: K, id: string, row: PrivateRows[K]): void;
  removePrivate(kind: PrivateKind, id: string): void;
  /** Posts an operation: what a transaction posts is one row of the journal. */
  enter(entry: JournalEntry): void;
  setSecret(secret: string): void;
}
