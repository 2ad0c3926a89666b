// Delivery addresses: those that clients keep, those of deals with what the courier has of them, and those that a
// courier was given. None of them is anywhere but here, and each goes when its time is over.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { DeliveryAddress, KeptAddress } from '../protocol/api/addresses.js';

export interface KeptAddresses {
  /** Oldest first. */
  ofPerson(person: string): Promise<readonly KeptAddress[]>;
  add(person: string, address: KeptAddress, at: Instant): Promise<'done' | 'tooMany'>;
  change(person: string, address: KeptAddress): Promise<'done' | 'missing'>;
  remove(person: string, id: string): Promise<'done' | 'missing'>;
}

/** What a deal's courier has of the address: nothing yet, all of it, or an earlier one that no longer changes. */
export type Announced = 'waiting' | 'announced' | 'late';

export interface StoredDealAddress {
  readonly address: DeliveryAddress;
  readonly changedAt: Instant;
  readonly announced: Announced;
}

/** An address that its courier has not. */
export interface WaitingAnnouncement {
  readonly deal: string;
  readonly buyer: string;
  readonly seller: string;
  /** MSP id. */
  readonly courier: string;
  readonly address: DeliveryAddress;
  readonly changedAt: Instant;
  /** Tries in a row that failed. */
  readonly failures: number;
}

type Named = Pick<WaitingAnnouncement, 'deal' | 'buyer' | 'changedAt'>;

/** Named by deal and buyer, so that nobody's address can come in the place of the buyer's own. */
export interface DealAddresses {
  find(deal: string, buyer: string): Promise<StoredDealAddress | null>;
  /** As it was given with the purchase: one that is there stays. */
  begin(
    deal: string,
    buyer: string,
    of: { readonly address: DeliveryAddress; readonly at: Instant },
  ): Promise<void>;
  /** The same address again changes nothing; another one waits for the courier anew. */
  change(
    deal: string,
    buyer: string,
    of: { readonly address: DeliveryAddress; readonly at: Instant },
  ): Promise<void>;
  /** Of paid deals, those whose next try has come; longest waiting first. */
  waiting(now: Instant, limit: number): Promise<readonly WaitingAnnouncement[]>;
  /** Unless the buyer has changed it meanwhile. */
  settle(of: Named, announced: Exclude<Announced, 'waiting'>): Promise<void>;
  postpone(of: Named, until: Instant): Promise<void>;
  /** Of deals that ended before the one instant, and of deals that never came to be, given before the other. */
  removeOld(of: { readonly endedBefore: Instant; readonly unusedBefore: Instant }): Promise<number>;
}

/** What a courier has been given for a parcel. */
export interface ParcelAddress {
  readonly address: DeliveryAddress;
  readonly seller: string;
  readonly changedAt: Instant;
}

export interface ParcelAddresses {
  find(deal: string): Promise<ParcelAddress | null>;
  /** Unless a later one is there. */
  save(deal: string, of: ParcelAddress): Promise<void>;
  /** Of deals that ended before. */
  removeOld(endedBefore: Instant): Promise<number>;
}
