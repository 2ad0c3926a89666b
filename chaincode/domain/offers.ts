// Duty: S9–S11: an offer is drafted, moderated and listed with the terms that its seller signs as a whole.
// Must not: reserve stock; admission does.
import type { IntentParams, OfferContent } from '../protocol/commands.js';
import type { Intent } from '../protocol/intent.js';
import { transition } from '../protocol/life-cycle.js';
import type { Hash, LinkRow, OfferRow, ParametersRow, Range, StockRow } from '../protocol/rows.js';
import { offerTermsOf, termsHash } from '../protocol/terms.js';
import { RuleViolation } from '../protocol/violation.js';
import { activeLink, ownLink } from './links.js';
import { requireCurrency } from './money.js';
import type { Owned } from './owned.js';
import { requireMemberKind } from './parameters.js';

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
  const status = transition('offer', 'draftOffer', null);
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
  const status = transition('offer', 'editOffer', offer.status);
  const version = offer.version + 1;
  return {
    offer: { v: 1, id: offer.id, seller, status, version, ...fieldsOf(content), ...UNMODERATED },
    stock: { ...stock, total: content.stock, available: content.stock - stock.taken },
  };
}

const UNMODERATED = { commissionBasisPoints: null, reasonHash: null, terms: null, listing: null } as const;

/** The content without the stock, which is a row of its own. */
function fieldsOf(content: OfferContent): Omit<OfferContent, 'stock'> {
  const { contentHash, price, currency, courier, payTimeMs, answerTimeMs, inspectionTimeMs } = content;
  return { contentHash, price, currency, courier, payTimeMs, answerTimeMs, inspectionTimeMs };
}

function requireContent(content: OfferContent, parameters: ParametersRow): void {
  requireMemberKind(parameters, content.courier, 'courier');
  for (const name of ['payTimeMs', 'answerTimeMs', 'inspectionTimeMs'] as const) {
    requireWithin(name, content[name], parameters[name]);
  }
}

function requireWithin(what: string, found: number, { least, most }: Range): void {
  if (found < least || found > most) throw new RuleViolation('OUT_OF_RANGE', { what, found, least, most });
}

function requireSeller(offer: OfferRow, person: string): void {
  if (offer.seller !== person) throw new RuleViolation('WRONG_ROLE', { needed: 'seller of the offer' });
}

/** Rejects: OFFER_CHANGED (another version), COMMISSION_CAP, WRONG_STATE. */
export function decideModerateOffer(
  params: IntentParams['moderateOffer'],
  offer: OfferRow,
  parameters: ParametersRow,
): OfferRow {
  if (offer.version !== params.version) {
    throw new RuleViolation('OFFER_CHANGED', { found: offer.version, signed: params.version });
  }
  const approved = params.verdict === 'approve';
  const status = transition('offer', approved ? 'approveOffer' : 'rejectOffer', offer.status);
  if (!approved) return { ...offer, status, commissionBasisPoints: null, reasonHash: params.reasonHash };
  const { commissionBasisPoints } = params;
  const most = parameters.commissionCapBasisPoints;
  if (commissionBasisPoints !== null && commissionBasisPoints > most) {
    throw new RuleViolation('COMMISSION_CAP', { found: commissionBasisPoints, most });
  }
  return { ...offer, status, commissionBasisPoints, reasonHash: null };
}

export interface ListOfferInput {
  readonly intent: Intent;
  readonly params: IntentParams['listOffer'];
  readonly keyThumbprint: Hash;
  readonly parameters: ParametersRow;
  readonly offer: OfferRow;
  readonly sellerLink: Owned<LinkRow> | null;
  readonly commissionLink: Owned<LinkRow> | null;
}

/**
 * Freezes the terms that follow from the rows; the seller signed their hash, his net and his account's link, with the
 * key that his bank proved. Rejects: WRONG_ROLE, WRONG_STATE, NO_COMMISSION_ACCOUNT, CURRENCY, KEY_DIFFERS,
 * NET_DIFFERS, TERMS_DIFFER.
 */
export function decideListOffer(input: ListOfferInput): OfferRow {
  const { intent, params, offer, parameters, keyThumbprint } = input;
  const { person } = intent.body;
  requireSeller(offer, person);
  const status = transition('offer', 'listOffer', offer.status);
  const sellerLink = ownLink({ link: input.sellerLink, person, keyThumbprint, currency: offer.currency });
  if (parameters.commissionLink === null) throw new RuleViolation('NO_COMMISSION_ACCOUNT');
  const commissionLink = activeLink(input.commissionLink);
  requireCurrency(commissionLink.currency, offer.currency);
  const terms = offerTermsOf({ offer, sellerLink, commissionLink, parameters });
  if (terms.net !== params.net) {
    throw new RuleViolation('NET_DIFFERS', { found: terms.net, signed: params.net });
  }
  const hash = termsHash(terms);
  if (hash !== params.termsHash) {
    throw new RuleViolation('TERMS_DIFFER', { found: hash, signed: params.termsHash });
  }
  return { ...offer, status, terms, listing: intent.body.id };
}
