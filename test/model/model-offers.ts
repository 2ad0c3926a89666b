// The model's rules for offers and for the terms that follow from them, with formulas of its own.
// It must not import the product's rules or formulas.
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { OfferContent, OfferRow, OfferTerms } from '../../chaincode/protocol/offer.js';
import {
  activeLink,
  create,
  found,
  intentOf,
  minus,
  must,
  parametersOf,
  sha256,
  signedBy,
  signer,
  signersLink,
  sortedJson,
  take,
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { mustBe } from './model-registry.js';
import { leastStop, mustBeBounded, mustBeNear, OWN_TIMES, timesOf } from './model-times.js';
import type { ModelState } from './model-state.js';

/** Share of a sum in basis points; the odd unit is left to the payer of the share. */
export function share(amount: string, basisPoints: number): bigint {
  return (BigInt(amount) * BigInt(basisPoints)) / 10_000n;
}

/** Terms of an approved or listed offer with that link of its seller, as they stand now. */
export function termsOfOffer(state: ModelState, offer: OfferRow, sellerLink: string): OfferTerms {
  const parameters = found(state.row('parameters'));
  const seller = found(state.row('link', sellerLink));
  const house = found(state.row('link', parameters.commissionLinks[offer.currency] ?? ''));
  const least = (BigInt(offer.price) * BigInt(parameters.minimumPartBasisPoints) + 9_999n) / 10_000n;
  const { contentHash, courier, currency } = offer;
  const times = timesOf(offer, parameters);
  return {
    v: 1,
    process: 2,
    offer: offer.id,
    offerVersion: offer.version,
    contentHash,
    seller: offer.seller,
    sellerLink,
    sellerBank: seller.bank,
    commissionLink: house.id,
    commissionBank: house.bank,
    marketplace: parameters.marketplace,
    courier,
    currency,
    price: offer.price,
    sharesHash: hashOfShares(offer, netOf(offer, parameters)),
    minimumPart: least.toString(),
    ...times,
    longStopMs: Math.max(parameters.longStopMs, leastStop(times)),
  };
}

/** What the seller receives, minor units. */
export function netOf(offer: OfferRow, { commissionBasisPoints: usual }: ParametersRow): string {
  return minus(offer.price, share(offer.price, offer.commissionBasisPoints ?? usual).toString());
}

function hashOfShares(
  { id: offer, version: offerVersion, sharesNonce: nonce }: OfferRow,
  net: string,
): string {
  return sha256(sortedJson({ domain: 'forescrow shares v1', offer, offerVersion, net, nonce }));
}

export interface BuyersChoice {
  readonly deal: string;
  readonly buyer: string;
  readonly buyerLink: string;
  readonly recipientCodeHash: string;
  readonly boughtAt: number;
}

export function termsOfDeal(offerTerms: OfferTerms, choice: BuyersChoice): DealTerms {
  const payDeadline = choice.boughtAt + offerTerms.payTimeMs;
  const longStopAt = choice.boughtAt + offerTerms.longStopMs;
  return { v: 1, offerTerms, ...choice, payDeadline, longStopAt };
}

export function hashOfTerms(terms: OfferTerms | DealTerms): string {
  return sha256(sortedJson(terms));
}

function mustFit(call: ModelCommand, content: OfferContent): void {
  mustBe(call, content.courier, 'courier');
  const parameters = parametersOf(call);
  for (const name of OWN_TIMES) {
    const { least, most } = parameters[name];
    must(content[name] >= least && content[name] <= most, 'OUT_OF_RANGE');
  }
}

function drafted(content: OfferContent): Omit<OfferRow, 'id' | 'seller' | 'version'> {
  const { contentHash, price, currency, courier, payTimeMs, answerTimeMs, inspectionTimeMs } = content;
  const { shipTimeMs, deliverTimeMs } = content;
  const times = { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs };
  const said = { contentHash, price, currency, courier, ...times };
  const unjudged = { commissionBasisPoints: null, sharesNonce: null, reasonHash: null };
  const unsaid = { ...unjudged, terms: null, listing: null };
  return { v: 1, status: 'draft', ...said, ...unsaid };
}

function ownOffer(call: ModelCommand, id: string): OfferRow {
  const offer = found(call.state.row('offer', id));
  must(offer.seller === intentOf(call).body.person, 'WRONG_ROLE');
  return offer;
}

export const OFFER_RULES: Rules = {
  draftOffer(call) {
    const content = signedBy(call, 'draftOffer');
    const { id } = intentOf(call).body;
    const seller = signer(call, 'client', null).id;
    must(call.state.row('offer', id) === null, 'EXISTS');
    mustFit(call, content);
    create(call, 'offer.draftOffer', 'draft');
    const { stock } = content;
    call.state.put('offer', [id], { ...drafted(content), id, seller, version: 1 });
    call.state.put('stock', [id], { v: 1, offer: id, total: stock, available: stock, taken: 0 });
    return 'done';
  },

  editOffer(call) {
    const content = signedBy(call, 'editOffer');
    signer(call, 'client', null);
    const offer = ownOffer(call, content.offer);
    const stock = found(call.state.row('stock', offer.id));
    mustFit(call, content);
    must(content.stock >= stock.taken, 'STOCK_TAKEN');
    const allowed = ['draft', 'approved', 'rejected', 'listed'];
    take(call, 'offer.editOffer', 'draft', { from: offer.status, allowed });
    const { id, seller } = offer;
    call.state.put('offer', [id], { ...drafted(content), id, seller, version: offer.version + 1 });
    const available = content.stock - stock.taken;
    call.state.put('stock', [id], { ...stock, total: content.stock, available });
    return 'done';
  },

  moderateOffer(call) {
    const { offer: id, version, verdict, ...said } = signedBy(call, 'moderateOffer');
    const parameters = parametersOf(call);
    const moderator = signer(call, 'moderator', parameters.marketplace).id;
    const offer = found(call.state.row('offer', id));
    must(offer.seller !== moderator, 'OWN_OFFER');
    must(offer.version === version, 'OFFER_CHANGED');
    const approved = verdict === 'approve';
    const allowed = approved ? ['draft'] : ['draft', 'approved', 'listed'];
    must(allowed.includes(offer.status), 'WRONG_STATE');
    const { commissionBasisPoints, sharesNonce, reasonHash } = said;
    must((sharesNonce !== null) === approved, 'BAD_INPUT');
    if (approved) must((commissionBasisPoints ?? 0) <= parameters.commissionCapBasisPoints, 'COMMISSION_CAP');
    const verdictAsStatus = approved ? ('approved' as const) : ('rejected' as const);
    const from = offer.status;
    const status = take(call, 'offer.moderateOffer', verdictAsStatus, { from, allowed });
    const none = { commissionBasisPoints: null, sharesNonce: null, terms: null, listing: null };
    const judged = approved
      ? { commissionBasisPoints, sharesNonce, reasonHash: null }
      : { ...none, reasonHash };
    call.state.put('offer', [id], { ...offer, status, ...judged });
    return 'done';
  },

  listOffer(call) {
    const { offer: id, termsHash, net, link } = signedBy(call, 'listOffer');
    signer(call, 'client', null);
    const offer = ownOffer(call, id);
    must(offer.status === 'approved' || offer.status === 'listed', 'WRONG_STATE');
    signersLink(call, link, offer.currency);
    const parameters = parametersOf(call);
    const house = found(parameters.commissionLinks[offer.currency], 'NO_COMMISSION_ACCOUNT');
    must(activeLink(call, house).currency === offer.currency, 'CURRENCY');
    const terms = termsOfOffer(call.state, offer, link);
    must(netOf(offer, parameters) === net, 'NET_DIFFERS');
    mustBeBounded(terms);
    must(BigInt(terms.minimumPart) * 100n >= BigInt(terms.price), 'OUT_OF_RANGE');
    must(hashOfTerms(terms) === termsHash, 'TERMS_DIFFER');
    const from = offer.status;
    const status = take(call, 'offer.listOffer', 'listed', { from, allowed: ['approved', 'listed'] });
    call.state.put('offer', [id], { ...offer, status, terms, listing: intentOf(call).body.id });
    const { sharesHash: hash } = terms;
    const opening = { offer: id, offerVersion: offer.version, net, nonce: found(offer.sharesNonce) };
    call.state.put('shares', [hash], { v: 1, hash, ...opening });
    return 'done';
  },

  buy(call) {
    const { offer: id, termsHash, recipientCodeHash, link, boughtAt } = signedBy(call, 'buy');
    const intent = intentOf(call);
    const { id: deal, person: buyer } = intent.body;
    must(call.state.row('terms', deal) === null, 'EXISTS');
    const offer = found(call.state.row('offer', id));
    const listed = found(offer.status === 'listed' ? offer.terms : null, 'NOT_LISTED');
    mustBeNear(call, boughtAt, listed);
    must(buyer !== listed.seller, 'OWN_OFFER');
    const buyersLink = signersLink(call, link, listed.currency);
    const sellersLink = activeLink(call, listed.sellerLink);
    const commissionsLink = activeLink(call, listed.commissionLink);
    const terms = termsOfDeal(listed, { deal, buyer, buyerLink: link, recipientCodeHash, boughtAt });
    must(hashOfTerms(terms) === termsHash, 'OFFER_CHANGED');
    const status = create(call, 'phase.buy', 'open');
    const listing = found(offer.listing);
    const links = { buyersLink, sellersLink, commissionsLink };
    call.state.put('terms', [deal], { v: 1, deal, terms, termsHash, listing, ...links });
    call.state.put('phase', [deal], { v: 1, deal, status, at: call.now, cancelledBy: null });
    return 'done';
  },
};
