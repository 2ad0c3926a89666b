// Commands about offers: a seller drafts and edits, a moderator decides, the seller signs the terms and lists.
import { base64urlText } from '#hash';
import type { Amount, Hash } from '../../../chaincode/protocol/forms.js';
import type { OfferContent, OfferTerms } from '../../../chaincode/protocol/offer.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { randomBytes } from '../ids.js';
import { request } from '../request.js';

const NONCE_BYTES = 32;

export function draftOffer(content: OfferContent, offer?: string) {
  return request('draftOffer', content, offer);
}

/** A new version of the offer, to be moderated again. */
export function editOffer(offer: string, content: OfferContent) {
  return request('editOffer', { ...content, offer });
}

/**
 * The moderator's verdict on one version. An approval draws the nonce that hides how the price is shared; commission in
 * basis points, null: the usual one.
 */
export function moderateOffer(
  of: { readonly offer: string; readonly version: number },
  verdict: { readonly commissionBasisPoints: number | null } | { readonly reasonHash: Hash },
) {
  const isApproved = 'commissionBasisPoints' in verdict;
  return request('moderateOffer', {
    offer: of.offer,
    version: of.version,
    verdict: isApproved ? 'approve' : 'reject',
    commissionBasisPoints: isApproved ? verdict.commissionBasisPoints : null,
    sharesNonce: isApproved ? base64urlText(randomBytes(NONCE_BYTES)) : null,
    reasonHash: isApproved ? null : verdict.reasonHash,
  });
}

/** The seller signs the whole of the terms, with his net sum (minor units) and where it goes. */
export function listOffer(terms: OfferTerms, net: Amount) {
  const { offer, sellerLink: link } = terms;
  return request('listOffer', { offer, termsHash: termsHash(terms), net, link });
}
