// Offers: what a seller puts up, its moderation, its listing with the terms that are signed as a whole, its stock.
import { currency } from './currency.js';
import { personCommand, type RowOf, sharedRow } from './declaration.js';
import {
  amount,
  bank,
  basisPoints,
  count,
  hash,
  id,
  key32,
  msp,
  positiveAmount,
  span,
  version,
  version1,
} from './forms.js';
import { constant, exactly, integer, oneOf, orNull } from './parse.js';

const STOCK_LIMIT = 1_000_000_000;

/** How long everything may take; from the offer into the terms. */
const times = {
  payTimeMs: span,
  answerTimeMs: span,
  inspectionTimeMs: span,
  shipTimeMs: span,
  deliverTimeMs: span,
};

/** What a seller offers and signs as a whole; frozen into each deal. */
export const offerTermsForm = exactly({
  v: version1,
  /** Version of the process; a deal follows the rules of its own. */
  process: constant(2),
  offer: id,
  offerVersion: version,
  contentHash: hash,
  seller: id,
  sellerLink: id,
  sellerBank: bank,
  commissionLink: id,
  commissionBank: bank,
  marketplace: msp,
  courier: msp,
  currency,
  price: positiveAmount,
  /** Hides how the price is shared from clients, who must not learn the commission; `shares/<hash>` opens it. */
  sharesHash: hash,
  minimumPart: amount,
  ...times,
  stepTimeMs: span,
  creditTimeMs: span,
  longStopMs: span,
  /** The deal's own clock rules: later parameters do not change them. */
  windowMs: span,
  slackMs: span,
});
export type OfferTerms = Readonly<ReturnType<typeof offerTermsForm>>;

/** `offer/<id>`: agreement lane. */
export const offerRow = sharedRow({
  kind: 'offer',
  ids: ['id'],
  form: exactly({
    v: version1,
    id,
    seller: id,
    status: oneOf(['draft', 'approved', 'rejected', 'listed']),
    version,
    contentHash: hash,
    courier: msp,
    currency,
    price: positiveAmount,
    ...times,
    /** Set by moderation; null: the usual one. */
    commissionBasisPoints: orNull(basisPoints),
    /** Set by an approval, drawn by the moderator: what makes `sharesHash` unguessable. */
    sharesNonce: orNull(key32),
    /** Hash of the moderator's reason; null unless rejected. */
    reasonHash: orNull(hash),
    /** Set by listing; null otherwise. */
    terms: orNull(offerTermsForm),
    /** The seller's intent, whose signature its used-intent marker stores; set by listing, null otherwise. */
    listing: orNull(id),
  }),
});
export type OfferRow = RowOf<typeof offerRow>;

/** `stock/<offer>`: available + taken = total; taken = reserved + sold (I6), sold is what completed deals count. */
export const stockRow = sharedRow({
  kind: 'stock',
  ids: ['offer'],
  form: exactly({ v: version1, offer: id, total: count, available: count, taken: count }),
});
export type StockRow = RowOf<typeof stockRow>;

/**
 * `shares/<sharesHash>`: opens the hash in an offer's terms: what the seller receives of the price; the rest is the
 * marketplace's commission. Members read it, clients do not, except the seller. Written once.
 */
export const sharesRow = sharedRow({
  kind: 'shares',
  ids: ['hash'],
  form: exactly({ v: version1, hash, offer: id, offerVersion: version, net: amount, nonce: key32 }),
});
export type SharesRow = RowOf<typeof sharesRow>;

const content = {
  contentHash: hash,
  price: positiveAmount,
  currency,
  stock: integer(1, STOCK_LIMIT),
  courier: msp,
  ...times,
};
const contentForm = exactly(content);
export type OfferContent = ReturnType<typeof contentForm>;

/** The offer's id is the intent's id. */
export const draftOffer = personCommand({
  action: 'draftOffer',
  lane: 'agreement',
  signed: contentForm,
  steps: { offer: { draft: [null] } },
  conflictKeys: [],
  cost: 10,
});

/** A material edit sends the offer back to moderation. */
export const editOffer = personCommand({
  action: 'editOffer',
  lane: 'agreement',
  signed: exactly({ offer: id, ...content }),
  steps: { offer: { draft: ['draft', 'approved', 'rejected', 'listed'] } },
  conflictKeys: ['offer/{offer}'],
  cost: 12,
});

/**
 * `sharesNonce`: 32 random bytes, given with an approval and null with a rejection. A rejection also takes down what is
 * approved or listed already; running deals have terms of their own and go on.
 */
export const moderateOffer = personCommand({
  action: 'moderateOffer',
  lane: 'agreement',
  signed: exactly({
    offer: id,
    version,
    verdict: oneOf(['approve', 'reject']),
    commissionBasisPoints: orNull(basisPoints),
    sharesNonce: orNull(key32),
    reasonHash: orNull(hash),
  }),
  steps: { offer: { approved: ['draft'], rejected: ['draft', 'approved', 'listed'] } },
  conflictKeys: ['offer/{offer}'],
  cost: 10,
});

export const listOffer = personCommand({
  action: 'listOffer',
  lane: 'agreement',
  signed: exactly({ offer: id, termsHash: hash, net: amount, link: id }),
  steps: { offer: { listed: ['approved', 'listed'] } },
  conflictKeys: ['offer/{offer}'],
  cost: 14,
  keepsSignature: true,
});

export const offerRows = { offer: offerRow, stock: stockRow, shares: sharesRow } as const;
export const offerCommands = { draftOffer, editOffer, moderateOffer, listOffer } as const;
