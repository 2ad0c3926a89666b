// An offer is drafted, moderated and listed with the terms that its seller signs as a whole. Stock is reserved later,
// at the admission of the first payment.
import type { LinkRow } from '../../protocol/account.js';
import type { IntentParams } from '../../protocol/commands.js';
import type { Hash, Range } from '../../protocol/forms.js';
import type { Intent } from '../../protocol/intent.js';
import { transition } from '../../protocol/life-cycle.js';
import type { ParametersRow } from '../../protocol/member.js';
import {
  draftOffer,
  editOffer,
  listOffer,
  moderateOffer,
  type OfferContent,
  type OfferRow,
  type SharesRow,
  type StockRow,
} from '../../protocol/offer.js';
import type { Owned } from '../../protocol/owned.js';
import { firstTermOutOfBounds, netOfOffer, offerTermsOf, termsHash } from '../../protocol/terms.js';
import { RuleViolation } from '../../protocol/violation.js';
import { activeLink, ownLink } from '../account/links.js';
import { requireCurrency } from '../account/money.js';
import { requireMemberKind } from '../member/parameters.js';

/** Times of an offer, each within the range that the parameters name for it. */
const TIMES = ['payTimeMs', 'answerTimeMs', 'inspectionTimeMs', 'shipTimeMs', 'deliverTimeMs'] as const;

/** Rejects: OUT_OF_RANGE, WRONG_ORGANISATION, EXISTS. */
export function decideDraftOffer(input: {
  readonly id: string;
  readonly seller: string;
  readonly content: OfferContent;
  readonly parameters: ParametersRow;
  readonly existing: OfferRow | null;
}): { readonly offer: OfferRow; readonly stock: StockRow } {
  const { id, seller, content, parameters } = input;
  if (input.existing !== null) throw new RuleViolation('EXISTS', { what: id });
  requireContent(content, parameters);
  const status = transition(draftOffer, 'offer', 'draft', null);
  return {
    offer: { v: 1, id, seller, status, version: 1, ...fieldsOf(content), ...UNMODERATED },
    stock: { v: 1, offer: id, total: content.stock, available: content.stock, taken: 0 },
  };
}

/** A material edit sends the offer back to moderation. Rejects: WRONG_ROLE, STOCK_TAKEN, and what a draft rejects. */
export function decideEditOffer(input: {
  readonly seller: string;
  readonly content: OfferContent;
  readonly parameters: ParametersRow;
  readonly offer: OfferRow;
  readonly stock: StockRow;
}): { readonly offer: OfferRow; readonly stock: StockRow } {
  const { offer, stock, content, seller } = input;
  requireSeller(offer, seller);
  requireContent(content, input.parameters);
  if (content.stock < stock.taken) throw new RuleViolation('STOCK_TAKEN', { taken: stock.taken });
  const status = transition(editOffer, 'offer', 'draft', offer.status);
  const version = offer.version + 1;
  return {
    offer: { v: 1, id: offer.id, seller, status, version, ...fieldsOf(content), ...UNMODERATED },
    stock: { ...stock, total: content.stock, available: content.stock - stock.taken },
  };
}

const UNMODERATED = {
  commissionBasisPoints: null,
  sharesNonce: null,
  reasonHash: null,
  terms: null,
  listing: null,
} as const;

/** The content without the stock, which is a row of its own. */
function fieldsOf({
  contentHash,
  price,
  currency,
  courier,
  ...rest
}: OfferContent): Omit<OfferContent, 'stock'> {
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = rest;
  const times = { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs };
  return { contentHash, price, currency, courier, ...times };
}

function requireContent(content: OfferContent, parameters: ParametersRow): void {
  requireMemberKind(parameters, content.courier, 'courier');
  for (const name of TIMES) requireWithin(name, content[name], parameters[name]);
}

function requireWithin(what: string, found: number, { least, most }: Range): void {
  if (found < least || found > most) throw new RuleViolation('OUT_OF_RANGE', { what, found, least, most });
}

function requireSeller(offer: OfferRow, person: string): void {
  if (offer.seller !== person) throw new RuleViolation('WRONG_ROLE', { needed: 'seller of the offer' });
}

/**
 * Nobody moderates his own offer; a rejection also takes a listed one down. Rejects: OWN_OFFER, OFFER_CHANGED (another
 * version), COMMISSION_CAP, WRONG_STATE, BAD_INPUT (nonce).
 */
export function decideModerateOffer(
  params: IntentParams['moderateOffer'],
  moderator: string,
  offer: OfferRow,
  parameters: ParametersRow,
): OfferRow {
  if (offer.seller === moderator) throw new RuleViolation('OWN_OFFER', { person: moderator });
  if (offer.version !== params.version) {
    throw new RuleViolation('OFFER_CHANGED', { found: offer.version, signed: params.version });
  }
  const isApproved = params.verdict === 'approve';
  const status = transition(moderateOffer, 'offer', isApproved ? 'approved' : 'rejected', offer.status);
  const { commissionBasisPoints, sharesNonce, reasonHash } = params;
  if ((sharesNonce !== null) !== isApproved) {
    throw new RuleViolation('BAD_INPUT', {
      at: 'sharesNonce',
      found: sharesNonce === null ? 'null' : 'a nonce',
      needed: isApproved ? '32 bytes in base64url' : 'null',
    });
  }
  if (!isApproved) return { ...offer, status, ...UNMODERATED, reasonHash };
  const most = parameters.commissionCapBasisPoints;
  if (commissionBasisPoints !== null && commissionBasisPoints > most) {
    throw new RuleViolation('COMMISSION_CAP', { found: commissionBasisPoints, most });
  }
  return { ...offer, status, commissionBasisPoints, sharesNonce, reasonHash: null };
}

export interface ListOfferInput {
  readonly intent: Intent;
  readonly params: IntentParams['listOffer'];
  readonly keyThumbprint: Hash;
  readonly parameters: ParametersRow;
  readonly offer: OfferRow;
  readonly sellerLink: Owned<LinkRow> | null;
  /** The marketplace's account in the offer's currency; null: none is set. */
  readonly commissionLink: Owned<LinkRow> | null;
}

export interface Listing {
  readonly offer: OfferRow;
  readonly shares: SharesRow;
}

/**
 * Freezes the terms that follow from the rows; the seller signed their hash, his net and his account's link, with the
 * key that his bank proved. Rejects: WRONG_ROLE, WRONG_STATE, NO_COMMISSION_ACCOUNT, CURRENCY, KEY_DIFFERS,
 * NET_DIFFERS, OUT_OF_RANGE, TERMS_DIFFER.
 */
export function decideListOffer(input: ListOfferInput): Listing {
  const { intent, params, offer, parameters, keyThumbprint } = input;
  const { person } = intent.body;
  requireSeller(offer, person);
  const status = transition(listOffer, 'offer', 'listed', offer.status);
  const { sharesNonce } = offer;
  if (sharesNonce === null) {
    throw new RuleViolation('WRONG_STATE', { kind: 'offer', found: 'no nonce', needed: 'approved' });
  }
  const sellerLink = ownLink({ link: input.sellerLink, person, keyThumbprint, currency: offer.currency });
  if (input.commissionLink === null) {
    throw new RuleViolation('NO_COMMISSION_ACCOUNT', { currency: offer.currency });
  }
  const commissionLink = activeLink(input.commissionLink);
  requireCurrency(commissionLink.currency, offer.currency);
  const net = netOfOffer(offer, parameters);
  if (net !== params.net) throw new RuleViolation('NET_DIFFERS', { found: net, signed: params.net });
  const terms = offerTermsOf({ offer, sharesNonce, sellerLink, commissionLink, parameters });
  const outside = firstTermOutOfBounds(terms);
  if (outside !== null) throw new RuleViolation('OUT_OF_RANGE', { ...outside });
  const hash = termsHash(terms);
  if (hash !== params.termsHash) {
    throw new RuleViolation('TERMS_DIFFER', { found: hash, signed: params.termsHash });
  }
  const { id, version } = offer;
  return {
    offer: { ...offer, status, terms, listing: intent.body.id },
    shares: { v: 1, hash: terms.sharesHash, offer: id, offerVersion: version, net, nonce: sharesNonce },
  };
}
