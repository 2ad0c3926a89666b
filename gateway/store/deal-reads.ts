// Deals as the marketplace's tables have them.
import type { PhaseRow } from '../../chaincode/protocol/deal.js';
import type { AdmissionRow, PaymentRow } from '../../chaincode/protocol/payment.js';
import type { Rows } from '../../chaincode/protocol/rows.js';
import type { ProjectedEvent } from '../projection/block-changes.js';
import type { SeenRow } from '../projection/deal-view.js';
import type { OfferContentText } from '../protocol/offer-content.js';
import type { Part, PartRequest } from './offer-reads.js';

export type PartyRole = 'buyer' | 'seller' | 'payer';

/** A bank credits a payee only once another has settled what it owes. */
export interface AwaitedSettlement {
  readonly payeeBank: string;
  readonly payerBank: string;
}

export interface StoredDeal {
  readonly rows: readonly SeenRow[];
  readonly shares: Rows['shares'] | null;
  readonly content: OfferContentText | null;
  /** Null: none is waited for. */
  readonly settlement: AwaitedSettlement | null;
  /** Oldest first. */
  readonly events: readonly ProjectedEvent[];
  /** Newest block in the tables. */
  readonly block: number;
}

export interface DealSearch {
  readonly label: string | null;
  readonly phase: PhaseRow['status'] | null;
  /** Buyer, seller or payer. */
  readonly person: string | null;
  /** Of the offer's title, or a deal's id. */
  readonly words: string | null;
}

/** A payment that was submitted, with what its admission says. */
export interface SubmittedPayment {
  readonly id: string;
  readonly deal: string;
  readonly bank: string;
  readonly status: PaymentRow['status'];
  readonly admission: AdmissionRow['status'] | null;
}

export interface DealReads {
  /** Without rows: there is no such deal. */
  find(deal: string): Promise<StoredDeal>;
  /** Several, in the order asked for, without their events. */
  findMany(deals: readonly string[]): Promise<readonly StoredDeal[]>;
  /** Ids of all deals that fit, newest first. */
  search(search: DealSearch, part: PartRequest): Promise<Part<string>>;
  /** Whether the person is the deal's buyer, its seller or somebody who has accepted an invitation to pay. */
  takesPart(deal: string, person: string): Promise<boolean>;
  /** Whether there is such a deal. */
  isKnown(deal: string): Promise<boolean>;
  /** Payments of a person that no bank has answered, and those with these row keys, whatever became of them. */
  paymentsOf(person: string, keys: readonly string[]): Promise<readonly SubmittedPayment[]>;
  /** Ids of deals in which the person takes part, newest first. */
  ofPerson(person: string, role: PartyRole | null, part: PartRequest): Promise<Part<string>>;
}
