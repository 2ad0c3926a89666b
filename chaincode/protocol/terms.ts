// What seller, buyer and payer sign, byte for byte as chaincode recomputes it, and its hash.
import type { LinkRow } from './account.js';
import { hashOf } from './canonical-json.js';
import type { DealTerms, TermsRow } from './deal.js';
import { commissionOf, LEAST_PART_BASIS_POINTS, minimumPartOf, netOf } from './fees.js';
import type { Amount, Hash, Instant } from './forms.js';
import type { ParametersRow } from './member.js';
import type { OfferRow, OfferTerms } from './offer.js';
import { sharesHash } from './shares.js';
import { firstOutOfBounds, leastStopMs, type OutOfBounds } from './time-bounds.js';

/** What the seller receives of an offer's price by the commission in force, minor units. */
export function netOfOffer(
  offer: Pick<OfferRow, 'price' | 'commissionBasisPoints'>,
  parameters: Pick<ParametersRow, 'commissionBasisPoints'>,
): Amount {
  const basisPoints = offer.commissionBasisPoints ?? parameters.commissionBasisPoints;
  return netOf(offer.price, commissionOf(offer.price, basisPoints));
}

export interface OfferTermsSources {
  readonly offer: OfferRow;
  /** Of the offer's moderation; the seller gets it with his net. */
  readonly sharesNonce: string;
  readonly sellerLink: Pick<LinkRow, 'id' | 'bank'>;
  readonly commissionLink: Pick<LinkRow, 'id' | 'bank'>;
  readonly parameters: ParametersRow;
}

/** What the seller offers and signs as a whole when listing: all of it follows from these rows. */
export function offerTermsOf(sources: OfferTermsSources): OfferTerms {
  const { offer, sharesNonce: nonce, sellerLink, commissionLink, parameters } = sources;
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = offer;
  const { windowMs, slackMs, stepTimeMs, creditTimeMs } = parameters;
  const times = { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs, stepTimeMs };
  const least = leastStopMs({ ...times, windowMs, slackMs });
  const shares = { offer: offer.id, offerVersion: offer.version, net: netOfOffer(offer, parameters), nonce };
  return {
    v: 1,
    process: 2,
    offer: offer.id,
    offerVersion: offer.version,
    contentHash: offer.contentHash,
    seller: offer.seller,
    sellerLink: sellerLink.id,
    sellerBank: sellerLink.bank,
    commissionLink: commissionLink.id,
    commissionBank: commissionLink.bank,
    marketplace: parameters.marketplace,
    courier: offer.courier,
    currency: offer.currency,
    price: offer.price,
    sharesHash: sharesHash(shares),
    minimumPart: minimumPartOf(offer.price, parameters.minimumPartBasisPoints),
    ...times,
    creditTimeMs,
    longStopMs: Math.max(parameters.longStopMs, least),
    windowMs,
    slackMs,
  };
}

/** The first of an offer's times and its smallest part that is outside the rules' bounds; null: all are inside. */
export function firstTermOutOfBounds(terms: OfferTerms): OutOfBounds | null {
  return firstOutOfBounds(terms) ?? partOutOfBounds(terms);
}

function partOutOfBounds({ price, minimumPart: found }: OfferTerms): OutOfBounds | null {
  const least = minimumPartOf(price, LEAST_PART_BASIS_POINTS);
  const isInside = BigInt(found) >= BigInt(least) && BigInt(found) <= BigInt(price);
  return isInside ? null : { what: 'minimumPart', found, least, most: price };
}

export interface Purchase {
  /** Id of the deal = id of the buying intent. */
  readonly deal: string;
  readonly offerTerms: OfferTerms;
  readonly buyer: string;
  readonly buyerLink: string;
  readonly recipientCodeHash: Hash;
  readonly boughtAt: Instant;
}

/** What the buyer and every payer sign; wholly determined by the buying intent and the listed terms. */
export function dealTermsOf(purchase: Purchase): DealTerms {
  return {
    v: 1,
    deal: purchase.deal,
    offerTerms: purchase.offerTerms,
    buyer: purchase.buyer,
    buyerLink: purchase.buyerLink,
    recipientCodeHash: purchase.recipientCodeHash,
    boughtAt: purchase.boughtAt,
    payDeadline: purchase.boughtAt + purchase.offerTerms.payTimeMs,
    longStopAt: purchase.boughtAt + purchase.offerTerms.longStopMs,
  };
}

/** SHA-256 of the canonical JSON of offer terms or deal terms: what a person's signature covers. */
export function termsHash(terms: OfferTerms | DealTerms): Hash {
  const known = hashes.get(terms);
  if (known !== undefined) return known;
  // The row types hold JSON values only; interfaces merely lack the index signature that Json asks for.
  const made = hashOf(terms);
  hashes.set(terms, made);
  return made;
}

/** Terms are never changed, so each are printed and hashed once. */
const hashes = new WeakMap<object, Hash>();

/** The terms of a row, if the row is what it claims to be: its hash is recomputed, its deal is the one asked for. */
export function verifiedTerms(row: TermsRow, deal: string): DealTerms | null {
  const genuine = row.deal === deal && row.terms.deal === deal && termsHash(row.terms) === row.termsHash;
  return genuine ? row.terms : null;
}
