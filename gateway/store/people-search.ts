// People as those find them who do not learn their names.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Part, PartRequest } from './offer-reads.js';

export interface FoundPerson {
  readonly id: string;
  readonly createdAt: Instant;
  /** Deals in which the person took part and that have ended as they should. */
  readonly completedDeals: number;
  /** In any state. */
  readonly offers: number;
}

export interface PeopleSearch {
  /** Whose masked name or id begins so, null: everybody; the newest first. */
  masked(words: string | null, part: PartRequest): Promise<Part<FoundPerson>>;
}
