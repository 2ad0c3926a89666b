// What of a deal's rows stands in receipts: kinds and members, listed. Nothing else is put into one or compared with
// one, so that neither a receipt nor its check shows how a price is shared, or who others are. Pure.
import { attestationHashOf } from '../../chaincode/protocol/attestation.js';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { isInitial, isOwnedKind, type RowKind, type Rows } from '../../chaincode/protocol/rows.js';

export type RowBody = { readonly [name: string]: Json };

interface ReceiptForm {
  /** In every receipt that holds such a row. */
  readonly always: readonly string[];
  /** In the receipt of the person whose own it is. */
  readonly ofOwner: readonly string[];
  /** In no receipt. */
  readonly never: readonly string[];
}

/** Names of the members of each row; a member that a form forgets does not compile. */
function form<K extends RowKind>(
  _kind: K,
  names: { readonly [N in keyof Rows[K]]-?: 'always' | 'ofOwner' | 'never' },
): ReceiptForm {
  const all = Object.entries(names) as [string, string][]; // exactly the members of the row
  const which = (wanted: string) => all.filter(([, when]) => when === wanted).map(([name]) => name);
  return { always: which('always'), ofOwner: which('ofOwner'), never: which('never') };
}

const A = 'always';
const FORMS = {
  terms: form('terms', {
    ...{ v: A, deal: A, terms: A, termsHash: A },
    listing: 'never',
    buyersLink: 'never',
    sellersLink: 'never',
    commissionsLink: 'never',
  }),
  phase: form('phase', { v: A, deal: A, status: A, at: A, cancelledBy: A }),
  payment: form('payment', {
    ...{ v: A, id: A, deal: A, owner: A, bank: A, status: A, currency: A, amount: A, fee: A, arrivedAt: A },
    termsHash: A,
    payer: 'ofOwner',
    link: 'ofOwner',
    invitation: 'ofOwner',
    // The commission would show.
    allocation: 'never',
  }),
  shipment: form('shipment', { v: A, deal: A, owner: A, status: A, h1: A }),
  inspection: form('inspection', { v: A, deal: A, status: A, startedAt: A, acceptance: A }),
  credit: form('credit', {
    ...{ v: A, deal: A, payment: A, payee: A, purpose: A, owner: A, bank: A, link: A, currency: A },
    ...{ amount: A, status: A },
  }),
} as const satisfies { readonly [K in RowKind]?: ReceiptForm };

export type ReceiptKind = keyof typeof FORMS;

export function isReceiptKind(kind: string): kind is ReceiptKind {
  return Object.hasOwn(FORMS, kind);
}

/** The row as it stands in a receipt; `isOwn`: the holder's own. */
export function receiptForm(kind: ReceiptKind, body: Rows[ReceiptKind], isOwn: boolean): RowBody {
  const { always, ofOwner } = FORMS[kind];
  return only(body, isOwn ? [...always, ...ofOwner] : always);
}

/** Whether this can be a row of that kind in a receipt. */
export function isReceiptForm(kind: ReceiptKind, row: RowBody): boolean {
  const { always, ofOwner } = FORMS[kind];
  const names = Object.keys(row);
  const has = (wanted: readonly string[]) => wanted.every((name) => names.includes(name));
  const isWhole = has(always) && names.length === always.length;
  return isWhole || (has(always) && has(ofOwner) && names.length === always.length + ofOwner.length);
}

/** The members that `like` has, of a row that a member's own tables hold. */
export function inFormOf(like: RowBody, body: Rows[ReceiptKind]): RowBody {
  return only(body, Object.keys(like));
}

/**
 * What the owner's collection shows in a block of the whole row; null where the receipt lacks a part that the hash
 * would let somebody guess, where nobody owns the row, and where its owner has not spoken yet.
 */
export function attestationIn(kind: ReceiptKind, shown: RowBody, body: Rows[ReceiptKind]): string | null {
  const left = Object.entries(body as RowBody).filter(([name]) => !Object.hasOwn(shown, name));
  if (!isOwnedKind(kind) || left.some(([, value]) => value !== null)) return null;
  if (isInitial<typeof kind>(kind, body as Rows[typeof kind])) return null; // the row is of its kind
  return attestationHashOf(canonicalJson(body));
}

/** Rows hold JSON values only; interfaces merely lack the index signature that RowBody asks for. */
function only(body: Rows[ReceiptKind], names: readonly string[]): RowBody {
  const entries = Object.entries(body);
  return Object.fromEntries(entries.filter(([name]) => names.includes(name)));
}
