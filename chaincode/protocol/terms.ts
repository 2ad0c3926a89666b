// Duty: builds what seller, buyer and payers sign, byte for byte as chaincode recomputes it, and its hash.
// Must not: check whether anybody may list or buy; the domain does.
import { hashOf, type Json } from './canonical-json.js';
import { commissionOf, minimumPartOf, netOf } from './fees.js';
import type {
  DealTerms,
  Hash,
  Instant,
  LinkRow,
  OfferRow,
  OfferTerms,
  ParametersRow,
  TermsRow,
} from './rows.js';

export interface OfferTermsSources {
  readonly offer: OfferRow;
  readonly sellerLink: LinkRow;
  readonly commissionLink: LinkRow;
  readonly parameters: ParametersRow;
}

/** What the seller offers and signs as a whole when listing: all of it follows from these rows. */
export function offerTermsOf(sources: OfferTermsSources): OfferTerms {
  const { offer, sellerLink, commissionLink, parameters } = sources;
  const basisPoints = offer.commissionBasisPoints ?? parameters.commissionBasisPoints;
  const commission = commissionOf(offer.price, basisPoints);
  return {
    v: 1,
    process: 1,
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
    commission,
    net: netOf(offer.price, commission),
    minimumPart: minimumPartOf(offer.price, parameters.minimumPartBasisPoints),
    payTimeMs: offer.payTimeMs,
    answerTimeMs: offer.answerTimeMs,
    inspectionTimeMs: offer.inspectionTimeMs,
    longStopMs: parameters.longStopMs,
  };
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
  const made = hashOf(terms as unknown as Json);
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
