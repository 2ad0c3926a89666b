// Duty: what owners say of a row without rewriting it: a status, in their own collections alone (architecture §4).
// Must not: read or judge attestation; `state/` does.
import type { OwnedKind, Rows } from './rows.js';

/**
 * Statuses that an owner says in his own collection alone: the row stays as it was created, and his attestation is
 * that of the row with this status. A row that is rewritten has every peer hash the whole transaction and verify a
 * signature for it, so this is for rows of which one transaction changes many, and for changes of the status alone.
 */
const ATTESTED_STATUSES: { readonly [K in OwnedKind]?: readonly Rows[K]['status'][] } = {
  payment: ['held', 'voided', 'rejected', 'late'],
};

/** Whether owners say something of rows of this kind without rewriting them. */
export function hasAttestedStatus(kind: OwnedKind): boolean {
  return ATTESTED_STATUSES[kind] !== undefined;
}

/** Whether this status is only said. */
export function isAttestedOnly<K extends OwnedKind>(kind: K, status: Rows[K]['status']): boolean {
  return ATTESTED_STATUSES[kind]?.includes(status) === true;
}

/** What a row as it was created may be by its owner's word. */
export function attestableForms<K extends OwnedKind>(kind: K, created: Rows[K]): readonly Rows[K][] {
  return (ATTESTED_STATUSES[kind] ?? []).map((status) => ({ ...created, status }));
}
