// The shape of every row of an organisation's own collection.
import type { LinkRow } from '../../protocol/account.js';
import type { Amount, Hash, Instant } from '../../protocol/forms.js';
import type { DealRecordRow } from '../payment/deal-record-row.js';

/** A bank that this bank accepts attestation from, for that bank's money. */
export interface Correspondent {
  readonly bank: string;
  readonly msp: string;
}

/** `correspondents`, id ''. */
export interface CorrespondentsRow {
  readonly v: 1;
  readonly banks: readonly Correspondent[];
}

/** `account`, id: account number. What is credited but not posted stands in `pendingCredit` rows. */
export interface AccountRow {
  readonly v: 1;
  readonly account: string;
  /** The bank's own reference of its customer. */
  readonly holder: string;
  readonly currency: string;
  readonly available: Amount;
  readonly held: Amount;
}

/** `linkedAccount`, id: link. */
export interface LinkedAccountRow {
  readonly v: 1;
  readonly link: string;
  readonly account: string;
  /** The link's row as the bank confirmed it, which happens once: its own record, which needs no attestation. */
  readonly confirmed: LinkRow;
}

export type OperationKind = 'deposit' | 'withdrawal' | 'hold' | 'capture' | 'void' | 'credit' | 'posting';

/** One line of a journal entry: a ledger account of `domain/books.ts` and signed decimal digits. */
export interface JournalLine {
  readonly account: string;
  readonly amount: string;
}

/** One operation with its lines, which sum to zero. Entered once, never changed, in one of three kinds of row. */
export interface JournalEntry {
  readonly operation: string;
  readonly kind: OperationKind;
  readonly at: Instant;
  readonly deal: string | null;
  readonly payment: string | null;
  readonly currency: string;
  readonly lines: readonly JournalLine[];
  /**
   * Of a hold only: keyed hash that binds the holder's code, amount, payee and payment (HMAC under the bank's
   * secret).
   */
  readonly codeBinding?: Hash;
}

/** `operation`, id: operation id. Deposit, withdrawal or post; the row is created once, so that its id is used once. */
export interface OperationRow extends JournalEntry {
  readonly v: 1;
}

/**
 * `journal`, id: transaction. What it posted for holds, captures and voids, in order: one row for all of them, since
 * each private key costs every peer. Written once, and read by no rule.
 */
export interface JournalRow {
  readonly v: 1;
  readonly entries: readonly JournalEntry[];
}

/**
 * `pendingCredit`, id: `<account> <credit>`, a credit being `<deal>/<payment>/<payee>`. Not spendable yet: the
 * row is removed when it is posted into the account, so a bank has as many as are open. Its entry is in the journal.
 */
export interface PendingCreditRow {
  readonly v: 1;
  readonly credit: string;
  readonly account: string;
  readonly currency: string;
  readonly amount: Amount;
}

/**
 * `creditedDeal`, id: deal. What this bank has credited for the deal, under which terms: each credit once, and no payee
 * more than the terms give him, whatever public rows say later.
 */
export interface CreditedDealRow {
  readonly v: 1;
  readonly deal: string;
  readonly termsHash: Hash;
  readonly credits: readonly { readonly payment: string; readonly payee: string; readonly amount: Amount }[];
}

/** `exposure`, id: `<bank>/<currency>`. What was credited on that bank's word and is not settled. */
export interface ExposureRow {
  readonly v: 1;
  readonly bank: string;
  readonly currency: string;
  readonly used: Amount;
}

/** `usedIntent`, id: `<person>/<intent>`. */
export interface PrivateUsedIntentRow {
  readonly v: 1;
  readonly person: string;
  readonly intent: string;
  readonly content: Hash;
}

export interface PrivateRows {
  readonly correspondents: CorrespondentsRow;
  readonly account: AccountRow;
  readonly linkedAccount: LinkedAccountRow;
  readonly journal: JournalRow;
  readonly operation: OperationRow;
  readonly pendingCredit: PendingCreditRow;
  readonly dealRecord: DealRecordRow;
  readonly creditedDeal: CreditedDealRow;
  readonly exposure: ExposureRow;
  readonly usedIntent: PrivateUsedIntentRow;
}
export type PrivateKind = keyof PrivateRows;
