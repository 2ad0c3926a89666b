// A bank's own record of a deal that it holds money for: what it has proved stays proved, whatever others write or take
// back later.
import type { TermsRow } from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import type { DetachedSignature } from '../../protocol/intent.js';
import type { SharesRow } from '../../protocol/offer.js';
import type { PaymentRow } from '../../protocol/payment.js';
import type { PlannedPayment } from '../../protocol/plan.js';

/** A payment whose money this bank holds or held. */
export interface OwnPayment {
  /** The row as it was created. */
  readonly payment: PaymentRow;
  readonly status: 'held' | 'captured' | 'voided';
  readonly at: Instant;
}

/** A party's last word about a deal, with its signature. */
export interface PartysWord {
  readonly kind: 'acceptance' | 'concession';
  readonly at: Instant;
  readonly signed: DetachedSignature & { readonly id: string };
}

/** `dealRecord`, id: deal. All instants are this bank's own; what is once set from `full` on stays as it is. */
export interface DealRecordRow {
  readonly v: 1;
  readonly deal: string;
  /** With the links of buyer, seller and commission as this bank has proved them. */
  readonly terms: TermsRow;
  readonly shares: SharesRow;
  /** Of the seller's and the buyer's intents, whose content follows from the terms. */
  readonly listing: DetachedSignature;
  readonly purchase: DetachedSignature;
  readonly own: readonly OwnPayment[];
  /** The payments that made up the price when it was seen held; null: not seen. */
  readonly full: { readonly at: Instant; readonly payments: readonly PlannedPayment[] } | null;
  /** The courier has the parcel; null: not seen. */
  readonly moved: Instant | null;
  readonly delivered: Instant | null;
  /** The first word that was proved; null: none. */
  readonly word: PartysWord | null;
}
