// Offers as the marketplace's tables have them: rows of the ledger with the content that stands behind their hashes.
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';
import type { OfferRow, StockRow } from '../../chaincode/protocol/offer.js';
import type { OfferContentText } from '../protocol/offer-content.js';

export interface StoredOffer {
  readonly row: OfferRow;
  readonly stock: StockRow | null;
  /** Null: nobody has given the content of this hash. */
  readonly content: OfferContentText | null;
  /** The moderator's words; null unless rejected. */
  readonly reason: string | null;
  readonly updatedAt: Instant;
}

export interface OfferSearch {
  readonly words: string | null;
  readonly leastPrice: string | null;
  readonly mostPrice: string | null;
  readonly inStock: boolean;
  /** Null: what fits the words best, or without words the newest. */
  readonly order: 'newest' | 'cheapest' | 'dearest' | 'best' | null;
}

/** A part of a list: `next` goes on behind it, null: it was the last. Opaque to callers. */
export interface Part<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
export interface PartRequest {
  readonly cursor: string | null;
  readonly limit: number;
}

export interface OfferReads {
  search(search: OfferSearch, part: PartRequest): Promise<Part<StoredOffer>>;
  /** Null: the ledger has no such offer. */
  find(offer: string): Promise<StoredOffer | null>;
  ofSeller(seller: string, part: PartRequest): Promise<Part<StoredOffer>>;
  /** Those with this status, the one that has waited longest first. */
  waiting(status: OfferRow['status'], part: PartRequest): Promise<Part<StoredOffer>>;
}

/** Content that people write. */
export interface OfferContents {
  save(
    content: OfferContentText & { readonly hash: Hash; readonly author: string; readonly at: Instant },
  ): Promise<void>;
  /** Removes content that is older and that no row of the ledger names; how many. */
  removeUnused(savedBefore: Instant, limit: number): Promise<number>;
  saveReason(reason: { readonly hash: Hash; readonly text: string }): Promise<void>;
}
