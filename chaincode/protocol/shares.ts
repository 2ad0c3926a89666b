// How a price is shared between seller and marketplace, hidden in the terms behind a hash that members can open.
import { hashOf } from './canonical-json.js';
import type { Amount, Hash } from './forms.js';
import type { OfferTerms, SharesRow } from './offer.js';

const DOMAIN = 'forescrow shares v1';

/** What `sharesHash` stands for; the nonce is 32 random bytes, base64url. */
export interface Shares {
  readonly offer: string;
  readonly offerVersion: number;
  /** What the seller receives, minor units. */
  readonly net: Amount;
  readonly nonce: string;
}

/** Nobody finds net or commission from it without the nonce, whatever list of likely rates he tries. */
export function sharesHash({ offer, offerVersion, net, nonce }: Shares): Hash {
  return hashOf({ domain: DOMAIN, offer, offerVersion, net, nonce });
}

export interface OpenedShares {
  readonly net: Amount;
  /** The rest of the price. */
  readonly commission: Amount;
}

/** What a row opens of these terms; null: it is the opening of others, or its net is more than the price. */
export function openShares(
  terms: Pick<OfferTerms, 'offer' | 'offerVersion' | 'price' | 'sharesHash'>,
  row: SharesRow | null,
): OpenedShares | null {
  if (row === null) return null;
  const { offer, offerVersion, net, nonce } = row;
  if (offer !== terms.offer || offerVersion !== terms.offerVersion) return null;
  if (sharesHash({ offer, offerVersion, net, nonce }) !== terms.sharesHash) return null;
  const commission = BigInt(terms.price) - BigInt(net);
  return commission < 0n ? null : { net, commission: commission.toString() };
}
