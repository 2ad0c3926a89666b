// A public row as this organisation shows it: as it was written, or as its owner's attestation makes it, with the
// verdict whether its owner stands behind it (architecture §4). Seen from outside: other members' attestations are
// hashes.
import { sha256 } from '#hash';
import { attestationHashOf, attestationKey, collectionOf } from '../../chaincode/protocol/attestation.js';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { OwnedKind, RowKind, Rows } from '../../chaincode/protocol/rows.js';
import { textFault } from '../json-faults.js';
import {
  attestableForms,
  hasAttestedStatus,
  isInitial,
  isOfDeal,
  isOwnedKind,
  isRowKind,
  ownKey,
  readRow,
} from '../../chaincode/protocol/rows.js';

export interface ProjectedRow {
  readonly key: string;
  readonly kind: RowKind;
  /** The deal that the row belongs to; null: none. */
  readonly deal: string | null;
  /** As written; what an attestation hashes. */
  readonly text: string;
  /** As it counts. */
  readonly body: Rows[RowKind];
  /** Of an owned row: whether its owner stands behind it. Shared rows always count. */
  readonly isAttested: boolean;
  /** Hash of the key under which its owner would attest it; null: nobody owns it. */
  readonly keyHash: string | null;
}

/** The hash of an attestation by collection and hash of its key; null: there is none. */
export type Attestations = (collection: string, keyHash: string) => string | null;

/** Null: the text is no row of its key's kind, and no reader takes it for one. */
export function projectedRow(key: string, text: string, attestations: Attestations): ProjectedRow | null {
  const [kind = '', first = ''] = key.split('/');
  if (!isRowKind(kind)) return null;
  const row = storableRow(kind, text);
  if (row === null) return null;
  const isItsKey = [null, key].includes(ownKey(kind, row));
  const deal = isOfDeal(kind) ? first : null;
  if (!isOwnedKind(kind)) {
    // A copy of a shared row under another key is no such row.
    return isItsKey ? { key, kind, deal, text, body: row, isAttested: true, keyHash: null } : null;
  }
  const owned = row as Rows[OwnedKind]; // the kind is an owned one
  const seen = isItsKey ? attestedForm(kind, key, owned, text, attestations) : null;
  const keyHash = attestationKeyHash(key);
  return { key, kind, deal, text, body: seen ?? owned, isAttested: seen !== null, keyHash };
}

/** A form may let a free text pass that a database cannot hold. */
function storableRow(kind: RowKind, text: string): Rows[RowKind] | null {
  const row = readRow(kind, text);
  return textFault(row) === null ? row : null;
}

/** The row's body if it is of this kind, else null. */
export function bodyOf<K extends RowKind>(row: Pick<ProjectedRow, 'kind' | 'body'>, kind: K): Rows[K] | null {
  return row.kind === kind ? (row.body as Rows[K]) : null; // the kind is the row's
}

/** As a block names the key of an attestation for the row with this key. */
export function attestationKeyHash(key: string): string {
  return sha256(attestationKey(key));
}

/** The row as its owner has it; null: he does not stand behind it. */
function attestedForm<K extends OwnedKind>(
  kind: K,
  key: string,
  row: Rows[K],
  text: string,
  attestations: Attestations,
): Rows[K] | null {
  const found = attestations(collectionOf(row.owner), attestationKeyHash(key));
  if (!isInitial(kind, row)) return found === attestationHashOf(text) ? row : null;
  if (!hasAttestedStatus(kind) || found === null) return row;
  const forms = attestableForms(kind, row);
  return forms.find((form) => attestationHashOf(textOf(form)) === found) ?? null;
}

function textOf(row: object): string {
  // Rows hold JSON values only; interfaces merely lack the index signature that Json asks for.
  return canonicalJson(row as unknown as Json);
}
