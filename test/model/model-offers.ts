// The model's rules for offers and for the terms that follow from them, with formulas of its own.
// It must not import the product's rules or formulas.
import type { OfferContent } from '../../chaincode/protocol/commands.js';
import type { DealTerms, OfferRow, OfferTerms } from '../../chaincode/protocol/rows.js';
import {
  activeLink,
  found,
  intentOf,
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
import type { ModelState } from './model-state.js';

/** Share of a sum in basis points; the odd unit is left to the payer of the share. */
export function share(amount: string, basisPoints: number): bigint {
  return (BigInt(amount) * BigInt(basisPoints)) / 10_000n;
}

/** Terms of an approved or listed offer with that link of its seller, as they stand now. */
export function termsOfOffer(state: ModelState, offer: OfferRow, sellerLink: string): OfferTerms {
  const parameters = found(state.row('parameters'));
  const seller = found(state.row('link', sellerLink));
  const house = found(state.row('link', parameters.commissionLink ?? ''));
  const price = BigInt(offer.price);
  const commission = share(offer.price, offer.commissionBasisPoints ?? parameters.commissionBasisPoints);
  const least = (price * BigInt(parameters.minimumPartBasisPoints) + 9_999n) / 10_000n;
  const { contentHash, courier, currency, payTimeMs, answerTimeMs, inspectionTimeMs } = offer;
  return {
    v: 1,
    process: 1,
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
    commission: commission.toString(),
    net: (price - commission).toString(),
    minimumPart: least.toString(),
    payTimeMs,
    answerTimeMs,
    inspectionTimeMs,
    longStopMs: parameters.longStopMs,
  };
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
  for (const name of ['payTimeMs', 'answerTimeMs', 'inspectionTimeMs'] as const) {
    const { least, most } = parameters[name];
    must(content[name] >= least && content[name] <= most, 'OUT_OF_RANGE');
  }
}

function drafted(content: OfferContent): Omit<OfferRow, 'id' | 'seller' | 'version'> {
  const { contentHash, price, currency, courier, payTimeMs, answerTimeMs, inspectionTimeMs } = content;
  const said = { contentHash, price, currency, courier, payTimeMs, answerTimeMs, inspectionTimeMs };
  const unsaid = { commissionBasisPoints: null, reasonHash: null, terms: null, listing: null };
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
    mustFit(call, content);
    take(call, 'offer.draftOffer', null, [null]);
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
    take(call, 'offer.editOffer', offer.status, ['draft', 'approved', 'rejected', 'listed']);
    const { id, seller } = offer;
    call.state.put('offer', [id], { ...drafted(content), id, seller, version: offer.version + 1 });
    const available = content.stock - stock.taken;
    call.state.put('stock', [id], { ...stock, total: content.stock, available });
    return 'done';
  },

  moderateOffer(call) {
    const { offer: id, version, verdict, ...said } = signedBy(call, 'moderateOffer');
    const parameters = parametersOf(call);
    signer(call, 'moderator', parameters.marketplace);
    const offer = found(call.state.row('offer', id));
    must(offer.version === version, 'OFFER_CHANGED');
    const approved = verdict === 'approve';
    must(offer.status === 'draft', 'WRONG_STATE');
    const { commissionBasisPoints, reasonHash } = said;
    if (approved) must((commissionBasisPoints ?? 0) <= parameters.commissionCapBasisPoints, 'COMMISSION_CAP');
    take(call, approved ? 'offer.approveOffer' : 'offer.rejectOffer', offer.status, ['draft']);
    const judged = approved
      ? { status: 'approved' as const, commissionBasisPoints, reasonHash: null }
      : { status: 'rejected' as const, commissionBasisPoints: null, reasonHash };
    call.state.put('offer', [id], { ...offer, ...judged });
    return 'done';
  },

  listOffer(call) {
    const { offer: id, termsHash, net, link } = signedBy(call, 'listOffer');
    signer(call, 'client', null);
    const offer = ownOffer(call, id);
    must(offer.status === 'approved' || offer.status === 'listed', 'WRONG_STATE');
    signersLink(call, link, offer.currency);
    const house = found(parametersOf(call).commissionLink, 'NO_COMMISSION_ACCOUNT');
    must(activeLink(call, house).currency === offer.currency, 'CURRENCY');
    const terms = termsOfOffer(call.state, offer, link);
    must(terms.net === net, 'NET_DIFFERS');
    must(hashOfTerms(terms) === termsHash, 'TERMS_DIFFER');
    take(call, 'offer.listOffer', offer.status, ['approved', 'listed']);
    call.state.put('offer', [id], { ...offer, status: 'listed', terms, listing: intentOf(call).body.id });
    return 'done';
  },

  buy(call) {
    const { offer: id, termsHash, recipientCodeHash, link, boughtAt } = signedBy(call, 'buy');
    const intent = intentOf(call);
    const { id: deal, person: buyer } = intent.body;
    const offer = found(call.state.row('offer', id));
    const listed = found(offer.status === 'listed' ? offer.terms : null, 'NOT_LISTED');
    mustBeNear(call, boughtAt);
    const buyersLink = signersLink(call, link, listed.currency);
    activeLink(call, listed.sellerLink);
    const terms = termsOfDeal(listed, { deal, buyer, buyerLink: link, recipientCodeHash, boughtAt });
    must(hashOfTerms(terms) === termsHash, 'OFFER_CHANGED');
    take(call, 'phase.buy', null, [null]);
    const listing = found(offer.listing);
    call.state.put('terms', [deal], { v: 1, deal, terms, termsHash, listing, buyersLink });
    call.state.put('phase', [deal], { v: 1, deal, status: 'open', at: call.now });
    return 'done';
  },
};

/** Signed instants count only within the window of the transaction's own. */
export function mustBeNear(call: ModelCommand, instant: number): void {
  const { windowMs } = parametersOf(call);
  must(instant >= call.now - windowMs, 'TOO_LATE');
  must(instant <= call.now + windowMs, 'TOO_EARLY');
}
