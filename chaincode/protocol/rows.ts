// Every public row by its kind, from the declarations: keys, owners, initial forms, and the one strict reading of a
// row.
import { accountRows } from './account.js';
import { canonicalJson, type Json } from './canonical-json.js';
import { dealRows } from './deal.js';
import type { OwnedRowDeclaration, RowDeclaration, RowOf } from './declaration.js';
import { memberRows } from './member.js';
import { offerRows } from './offer.js';
import { parametersProposalRows } from './parameters-proposal.js';
import { paymentRows } from './payment.js';
import { payoutRows } from './payout.js';
import { shipmentRows } from './shipment.js';
import { usedIntentRow } from './used-intent.js';
import { RuleViolation } from './violation.js';

const ROWS = {
  ...memberRows,
  ...parametersProposalRows,
  ...accountRows,
  ...offerRows,
  ...dealRows,
  ...paymentRows,
  ...payoutRows,
  ...shipmentRows,
  usedIntent: usedIntentRow,
} as const;
type Declared = typeof ROWS;

/** Every public row by its kind; the kind is the first part of the key. */
export type Rows = { readonly [K in keyof Declared]: RowOf<Declared[K]> };
export type RowKind = keyof Rows;

/** Kinds that one organisation owns; any status but the initial one needs the owner's attestation. */
export type OwnedKind = {
  [K in RowKind]: Declared[K] extends { readonly initial: object } ? K : never;
}[RowKind];
/** Kinds whose rows have a status. */
export type LivingKind = { [K in RowKind]: Rows[K] extends { readonly status: string } ? K : never }[RowKind];
export type StatusOf<K extends LivingKind> = Rows[K] extends { readonly status: infer S extends string }
  ? S
  : never;

/** The names of a record are exactly its keys. */
export const ROW_KINDS = Object.keys(ROWS) as readonly RowKind[];

export function isRowKind(text: string): text is RowKind {
  return Object.hasOwn(ROWS, text);
}

export function isOwnedKind(text: string): text is OwnedKind {
  return isRowKind(text) && 'initial' in ROWS[text];
}

/** Whether the first id of such a row is a deal. */
export function isOfDeal(kind: string): boolean {
  return isRowKind(kind) && ROWS[kind].isOfDeal;
}

/** Key of a public row: kind and ids joined by '/'. Ids never hold '/', U+0000 or U+10FFFF (parsers refuse them). */
export function rowKey(kind: RowKind, ...ids: readonly string[]): string {
  let key: string = kind;
  for (const id of ids) key += `/${id}`;
  return key;
}

/** The key that a row itself claims; null: rows of this kind do not repeat their key. */
export function ownKey<K extends RowKind>(kind: K, row: Rows[K]): string | null {
  const { ids } = declarationOf(kind);
  // Members that make a key are texts, by the row's form.
  return ids === null ? null : rowKey(kind, ...ids.map((name) => row[name] as string));
}

/** The row that a stored text is; null: it is none of this kind's strict form, and counts as absent. */
export function readRow<K extends RowKind>(kind: K, text: string): Rows[K] | null {
  try {
    return declarationOf(kind).form(JSON.parse(text) as Json, kind); // JSON.parse yields JSON values only
  } catch (error) {
    if (error instanceof RuleViolation || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Initial form with nothing in it that only the owner may say: what others may create for him. */
export function isInitial<K extends OwnedKind>(kind: K, row: Rows[K]): boolean {
  const { initial } = ownedDeclarationOf(kind);
  const names = Object.keys(initial) as (keyof Rows[K])[]; // an object literal of these members
  return names.every((name) => isSame(row[name], initial[name]));
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || canonicalJson(left as Json) === canonicalJson(right as Json); // both hold JSON
}

/** Whether owners attest statuses of such rows without rewriting them. */
export function hasAttestedStatus(kind: OwnedKind): boolean {
  return ownedDeclarationOf(kind).attestedOnly.length > 0;
}

/** Whether this status is attested only. */
export function isAttestedOnly<K extends OwnedKind>(kind: K, status: Rows[K]['status']): boolean {
  return ownedDeclarationOf(kind).attestedOnly.includes(status);
}

/** What a row as it was created may be by its owner's attestation. */
export function attestableForms<K extends OwnedKind>(kind: K, created: Rows[K]): readonly Rows[K][] {
  return ownedDeclarationOf(kind).attestedOnly.map((status) => ({ ...created, status }));
}

/** Indexing by a type parameter hides from the compiler that each kind has the declaration of its own row. */
function declarationOf<K extends RowKind>(kind: K): RowDeclaration<K, Rows[K]> {
  return ROWS[kind] as unknown as RowDeclaration<K, Rows[K]>;
}

function ownedDeclarationOf<K extends OwnedKind>(kind: K): OwnedRowDeclaration<K, Rows[K]> {
  return ROWS[kind] as unknown as OwnedRowDeclaration<K, Rows[K]>; // as above, of an owned kind
}
