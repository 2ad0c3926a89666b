// Duty: the shape of every public row and who owns it (architecture §4, ledger-plan).
// Must not: hold rules; the life-cycle table and the domain decide what may follow what.
import type { DetachedSignature } from './intent.js';

/** Schema version that every row carries. */
export const SCHEMA_VERSION = 1;

/** Positive or zero integer minor units, decimal digits without sign, exponent or leading zero. */
export type Amount = string;
/** Milliseconds since 1970-01-01 UTC, a safe integer. */
export type Instant = number;
/** Lower-case hexadecimal SHA-256. */
export type Hash = string;

export type MemberKind = 'marketplace' | 'bank' | 'courier';
export type Range = { readonly least: number; readonly most: number; readonly usual: number };

/** `parameters`: one row, agreement lane. Times in milliseconds. */
export interface ParametersRow {
  readonly v: 1;
  readonly channel: string;
  readonly marketplace: string;
  readonly members: readonly { readonly msp: string; readonly kind: MemberKind }[];
  readonly commissionBasisPoints: number;
  readonly commissionCapBasisPoints: number;
  readonly minimumPartBasisPoints: number;
  readonly windowMs: number;
  readonly slackMs: number;
  readonly payTimeMs: Range;
  readonly answerTimeMs: Range;
  readonly inspectionTimeMs: Range;
  readonly longStopMs: number;
  /** The marketplace's commission account; null until it has been linked. */
  readonly commissionLink: string | null;
}

export type Role = 'client' | 'administrator' | 'moderator' | 'operator' | 'agent';

/** `person/<id>`: owned by the organisation that registered the person. Initial: new, no key, no roles. */
export interface PersonRow {
  readonly v: 1;
  readonly id: string;
  readonly owner: string;
  readonly status: 'new' | 'active';
  readonly key: string | null;
  readonly roles: readonly Role[];
}

export interface Tariff {
  /** Interbank fee in basis points for banks that `toBank` does not name. */
  readonly usualBasisPoints: number;
  readonly toBank: { readonly [bank: string]: number };
}

/** `bank/<two digits>`: owned by that bank. Initial: new, nothing published. */
export interface BankRow {
  readonly v: 1;
  readonly id: string;
  readonly owner: string;
  readonly status: 'new' | 'active';
  readonly name: string;
  readonly bic: string;
  readonly tariff: Tariff | null;
  /** Still accepted for the life of a quote (ledger-plan rule 33). */
  readonly previousTariff: Tariff | null;
  readonly tariffSince: Instant;
  /** HPKE public key (X25519, base64url) that browsers seal codes to. */
  readonly sealingKey: string | null;
  /** Most that this bank may owe all others together; null: no cap. */
  readonly debitCap: Amount | null;
}

/** `link/<id>`: client ↔ bank without the number; owned by the bank. Initial: asked. */
export interface LinkRow {
  readonly v: 1;
  readonly id: string;
  readonly owner: string;
  readonly bank: string;
  readonly person: string;
  readonly currency: string;
  /** SHA-256 of the person's SubjectPublicKeyInfo DER; proven to the bank by code when active. */
  readonly keyThumbprint: Hash;
  readonly status: 'asked' | 'active';
}

/** What a seller offers and signs as a whole; frozen into each deal. */
export interface OfferTerms {
  readonly v: 1;
  readonly process: 1;
  readonly offer: string;
  readonly offerVersion: number;
  readonly contentHash: Hash;
  readonly seller: string;
  readonly sellerLink: string;
  readonly sellerBank: string;
  readonly commissionLink: string;
  readonly commissionBank: string;
  readonly marketplace: string;
  readonly courier: string;
  readonly currency: string;
  readonly price: Amount;
  readonly commission: Amount;
  readonly net: Amount;
  readonly minimumPart: Amount;
  readonly payTimeMs: number;
  readonly answerTimeMs: number;
  readonly inspectionTimeMs: number;
  readonly longStopMs: number;
}

/** `offer/<id>`: agreement lane. */
export interface OfferRow {
  readonly v: 1;
  readonly id: string;
  readonly seller: string;
  readonly status: 'draft' | 'approved' | 'rejected' | 'listed';
  readonly version: number;
  readonly contentHash: Hash;
  readonly courier: string;
  readonly currency: string;
  readonly price: Amount;
  readonly payTimeMs: number;
  readonly answerTimeMs: number;
  readonly inspectionTimeMs: number;
  /** Set by moderation; null before. */
  readonly commissionBasisPoints: number | null;
  /** Hash of the moderator's reason; null unless rejected. */
  readonly reasonHash: Hash | null;
  /** Set by listing; null otherwise. */
  readonly terms: OfferTerms | null;
  /** The seller's intent, which its used-intent marker keeps; set by listing, null otherwise. */
  readonly listing: string | null;
}

/** `stock/<offer>`: available + taken = total; taken = reserved + sold (I6), sold is what completed deals count. */
export interface StockRow {
  readonly v: 1;
  readonly offer: string;
  readonly total: number;
  readonly available: number;
  readonly taken: number;
}

/** What both sides agreed; its hash is signed by the buyer and by every payer. */
export interface DealTerms {
  readonly v: 1;
  readonly deal: string;
  readonly offerTerms: OfferTerms;
  readonly buyer: string;
  readonly buyerLink: string;
  /** SHA-256 of h1 (ledger-plan rule 9), made by the buyer. */
  readonly recipientCodeHash: Hash;
  readonly boughtAt: Instant;
  readonly payDeadline: Instant;
  readonly longStopAt: Instant;
}

/**
 * `terms/<deal>`: written once and read by every step of the deal; so what the seller signed is in
 * `usedIntent/<listing>` and what the buyer signed in `usedIntent/<deal>`, which only payouts read.
 */
export interface TermsRow {
  readonly v: 1;
  readonly deal: string;
  readonly terms: DealTerms;
  readonly termsHash: Hash;
  /** The seller's intent. */
  readonly listing: string;
  /** The buyer's link as it was proven when he bought. */
  readonly buyersLink: LinkRow;
}

/** `phase/<deal>`: agreement lane; "in progress" is derived from payments. */
export interface PhaseRow {
  readonly v: 1;
  readonly deal: string;
  readonly status: 'open' | 'paymentsClosed' | 'paid' | 'expired' | 'completed';
  readonly at: Instant;
}

export type PayeeRole = 'seller' | 'commission';
export interface AllocationItem {
  readonly payee: PayeeRole;
  readonly link: string;
  readonly bank: string;
  readonly amount: Amount;
}

/**
 * `payment/<deal>/<payment>`: owned by the payer's bank. Initial: submitted, no allocation. What the payer signed is in
 * `usedIntent/<payment>`. Of its bank's words only `captured` is written here, the others it only says
 * (`attested-status.ts`).
 */
export interface PaymentRow {
  readonly v: 1;
  readonly id: string;
  readonly deal: string;
  readonly owner: string;
  readonly bank: string;
  readonly status: 'submitted' | 'held' | 'rejected' | 'late' | 'captured' | 'voided';
  readonly payer: string;
  readonly link: string;
  readonly currency: string;
  readonly amount: Amount;
  readonly fee: Amount;
  /** Arrival, signed by the payer; judges "on time" (ledger-plan rule 15). */
  readonly arrivedAt: Instant;
  /**
   * Of the terms that the payer signed. Others may rewrite terms and used-intent marker, even with his help; not this
   * row.
   */
  readonly termsHash: Hash;
  /** Who is paid what of it; null until it is captured. */
  readonly allocation: readonly AllocationItem[] | null;
}

/** `admission/<payment>`: the agreement lane's row about a payment. */
export interface AdmissionRow {
  readonly v: 1;
  readonly payment: string;
  readonly deal: string;
  readonly status: 'admitted' | 'refused' | 'closed';
  /**
   * The bank's answer is in time until the admission is closed, which anybody may do after this + 2 × window + slack.
   */
  readonly answerBy: Instant;
  /** Code of the refusal; null otherwise. */
  readonly reason: string | null;
}

/** `reservation/<deal>`: the payments that are open or held; made with the first admission. */
export interface ReservationRow {
  readonly v: 1;
  readonly deal: string;
  readonly offer: string;
  readonly payments: readonly string[];
  readonly released: boolean;
}

export interface PlanItem extends AllocationItem {
  readonly payment: string;
}
/** `plan/<deal>`: allocation of payments to payees, in order of (arrival, payment id). */
export interface PlanRow {
  readonly v: 1;
  readonly deal: string;
  readonly items: readonly PlanItem[];
}

/** `obligation/<deal>/<payment>/<payee>`: what one bank owes another; insert-only. */
export interface ObligationRow {
  readonly v: 1;
  readonly deal: string;
  readonly payment: string;
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly amount: Amount;
}

/** `credit/<deal>/<payment>/<payee>`: owned by the payee's bank. Initial: due. */
export interface CreditRow {
  readonly v: 1;
  readonly deal: string;
  readonly payment: string;
  readonly payee: PayeeRole;
  readonly owner: string;
  readonly bank: string;
  readonly link: string;
  readonly currency: string;
  readonly amount: Amount;
  readonly status: 'due' | 'credited';
}

/** `shipment/<deal>`: owned by the courier. Initial: announced. `h1` appears with delivery. */
export interface ShipmentRow {
  readonly v: 1;
  readonly deal: string;
  readonly owner: string;
  readonly status: 'announced' | 'accepted' | 'delivered';
  readonly h1: Hash | null;
}

/** `inspection/<deal>`: agreement lane; begins with an agreement transaction that reads the attestation of delivery. */
export interface InspectionRow {
  readonly v: 1;
  readonly deal: string;
  readonly status: 'started' | 'accepted';
  readonly startedAt: Instant;
  /** The buyer's signed acceptance; null while only started. */
  readonly acceptance: (DetachedSignature & { readonly id: string }) | null;
}

/** `usedIntent/<intent id>`: same id and content, same answer (I9). */
export interface UsedIntentRow {
  readonly v: 1;
  readonly content: Hash;
  readonly result: Hash;
  /** Of a listing, a purchase or a payment: whoever moves money proves it again. */
  readonly signed?: DetachedSignature;
}

/** Every public row by its kind; the kind is the first part of the key. */
export interface Rows {
  readonly parameters: ParametersRow;
  readonly person: PersonRow;
  readonly bank: BankRow;
  readonly link: LinkRow;
  readonly offer: OfferRow;
  readonly stock: StockRow;
  readonly terms: TermsRow;
  readonly phase: PhaseRow;
  readonly payment: PaymentRow;
  readonly admission: AdmissionRow;
  readonly reservation: ReservationRow;
  readonly plan: PlanRow;
  readonly obligation: ObligationRow;
  readonly credit: CreditRow;
  readonly shipment: ShipmentRow;
  readonly inspection: InspectionRow;
  readonly usedIntent: UsedIntentRow;
}
export type RowKind = keyof Rows;

const KINDS: { readonly [K in RowKind]: true } = {
  parameters: true,
  person: true,
  bank: true,
  link: true,
  offer: true,
  stock: true,
  terms: true,
  phase: true,
  payment: true,
  admission: true,
  reservation: true,
  plan: true,
  obligation: true,
  credit: true,
  shipment: true,
  inspection: true,
  usedIntent: true,
};
/** Every kind; the names of a total record are exactly its keys. */
export const ROW_KINDS = Object.keys(KINDS) as readonly RowKind[];

/** Owned rows and their one initial status (architecture §4): any other status needs the owner's attestation. */
export const INITIAL_STATUS = {
  person: 'new',
  bank: 'new',
  link: 'asked',
  payment: 'submitted',
  credit: 'due',
  shipment: 'announced',
} as const satisfies { readonly [K in RowKind]?: string };
export type OwnedKind = keyof typeof INITIAL_STATUS;

/** Key of a public row: kind and ids joined by '/'. Ids never hold '/', U+0000 or U+10FFFF (parsers refuse them). */
export function rowKey(kind: RowKind, ...ids: readonly string[]): string {
  let key: string = kind;
  for (const id of ids) key += `/${id}`;
  return key;
}

/** What an owned row says of its own key. */
const IDS_OF: { readonly [K in OwnedKind]: (row: Rows[K]) => readonly string[] } = {
  person: ({ id }) => [id],
  bank: ({ id }) => [id],
  link: ({ id }) => [id],
  payment: ({ deal, id }) => [deal, id],
  credit: ({ deal, payment, payee }) => [deal, payment, payee],
  shipment: ({ deal }) => [deal],
};

/** What an owned row holds besides its status before its owner's first word. */
const BEFORE_OWNER: { readonly [K in OwnedKind]: Partial<Rows[K]> } = {
  person: { key: null, roles: [] },
  bank: { tariff: null, previousTariff: null, tariffSince: 0, sealingKey: null, debitCap: null },
  link: {},
  payment: { allocation: null },
  credit: {},
  shipment: { h1: null },
};

/** Initial status with nothing in it that only the owner may say: what others may create for him. */
export function isInitial<K extends OwnedKind>(kind: K, row: Rows[K]): boolean {
  if (row.status !== INITIAL_STATUS[kind]) return false;
  const needed: Partial<Rows[K]> = BEFORE_OWNER[kind];
  const members = Object.keys(needed) as (keyof Rows[K])[]; // an object literal of these members
  return members.every((name) => JSON.stringify(row[name]) === JSON.stringify(needed[name]));
}

/** The key that an owned row itself claims; a copy of a row under another key is nobody's word. */
export function ownKey<K extends OwnedKind>(kind: K, row: Rows[K]): string {
  return rowKey(kind, ...IDS_OF[kind](row));
}
