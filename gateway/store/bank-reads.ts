// What a bank's operators look up: the accounts that were opened here, payments that the bank is asked to hold, and how
// far the bank is with each.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { AdmissionRow, PaymentRow } from '../../chaincode/protocol/payment.js';
import type { Part, PartRequest } from './offer-reads.js';

export interface AskedAccount {
  readonly account: string;
  readonly holder: string;
  readonly currency: string;
}

export interface OpenedAccount extends AskedAccount {
  /** The ledger has confirmed it. */
  readonly isOpened: boolean;
}

/** What the bank itself knows of a payment that it is asked to hold; none of it leaves the bank. */
export interface BankNote {
  readonly account: string | null;
  readonly holder: string | null;
  /** When the core was asked first; null: it was not. */
  readonly askedAt: Instant | null;
  /** Of the core; null: it has not answered. */
  readonly verdict: 'yes' | 'no' | null;
  /** Why the core said no. */
  readonly reason: string | null;
  readonly answeredAt: Instant | null;
  /** Why the bank says no although the core did not: code of the ledger, `CODE` or `LINK`. */
  readonly refusal: string | null;
}

export interface AskedPayment {
  readonly row: PaymentRow;
  readonly admission: AdmissionRow | null;
  /** Null: the bank has not begun with it. */
  readonly note: BankNote | null;
}

export interface BankAccounts {
  /** Before it is asked of the ledger, so that no account that the ledger takes is missing here. */
  noteAsked(account: AskedAccount): Promise<void>;
  /** The ledger has this account. */
  noteOpened(account: AskedAccount): Promise<void>;
  /** The ledger refused it; one that was opened stays. */
  forget(account: string): Promise<void>;
}

export interface BankNotes {
  /** What is given replaces what was noted before; the core was asked first when it was asked first. */
  note(of: { readonly deal: string; readonly payment: string }, change: Partial<BankNote>): Promise<void>;
}

export interface AccountSearch {
  /** Beginning of an account's number or of a holder's reference; '': any. */
  readonly words: string;
  /** Of this holder alone; null: of any. */
  readonly holder: string | null;
}

export interface BankReads {
  /** In the order of their numbers, those with them whose opening is not confirmed yet. */
  accounts(of: AccountSearch, part: PartRequest): Promise<Part<OpenedAccount>>;
  /** Newest first; null: all. `waiting`: the bank can still answer, and has not. */
  payments(
    of: { readonly owner: string; readonly state: 'waiting' | 'answered' | null },
    part: PartRequest,
  ): Promise<Part<AskedPayment>>;
}
