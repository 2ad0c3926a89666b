// Commands of a deal's parties: the buyer's, those of invited payers, and what the seller may say of it.
import type { DealTerms } from '../../../chaincode/protocol/deal.js';
import type { Amount, Hash, Instant } from '../../../chaincode/protocol/forms.js';
import { acceptanceBody } from '../../../chaincode/protocol/invitation-text.js';
import type { OfferTerms } from '../../../chaincode/protocol/offer.js';
import { dealTermsOf, termsHash } from '../../../chaincode/protocol/terms.js';
import type { Signer } from '../keys.js';
import { recipientCodeHash } from '../recipient-code.js';
import { type CommandRequest, newIdOf, request } from '../request.js';
import { signIntent } from '../sign.js';

export interface Purchase {
  readonly offerTerms: OfferTerms;
  /** Id of the buyer's row. */
  readonly buyer: string;
  /** The link to which money comes back. */
  readonly link: string;
  /** Known to the buyer, who gives it to the recipient. */
  readonly recipientCode: string;
  /** The buyer's corrected clock. */
  readonly boughtAt: Instant;
  /** The deal's id; default: a new one. A code made from a deal secret needs it beforehand. */
  readonly deal?: string;
}

/** The request, and the terms that it agrees to, which every payer signs as well. Throws: NotARecipientCode. */
export function buy(purchase: Purchase): {
  readonly request: CommandRequest<'buy'>;
  readonly terms: DealTerms;
} {
  const { offerTerms, buyer, link, boughtAt, recipientCode, deal = newIdOf('buy') } = purchase;
  const codeHash = recipientCodeHash(deal, recipientCode);
  const terms = dealTermsOf({
    deal,
    offerTerms,
    buyer,
    buyerLink: link,
    recipientCodeHash: codeHash,
    boughtAt,
  });
  const params = {
    offer: offerTerms.offer,
    termsHash: termsHash(terms),
    recipientCodeHash: codeHash,
    link,
    boughtAt,
  };
  return { request: request('buy', params, deal), terms };
}

/** Buyer or seller ends a deal that is not paid; what is held goes back to who paid it. */
export function cancelDeal(terms: DealTerms) {
  return request('cancelDeal', { deal: terms.deal, termsHash: termsHash(terms) });
}

/** By the seller of a paid deal: the money goes back. */
export function concedeDeal(terms: DealTerms) {
  return request('concedeDeal', { deal: terms.deal, termsHash: termsHash(terms) });
}

/** The buyer need not wait for the inspection time to pass. */
export function acceptGoods(terms: DealTerms) {
  return request('acceptGoods', { deal: terms.deal, termsHash: termsHash(terms) });
}

/** The buyer lets the holder of this invitation's key pay up to `most` minor units until an instant. */
export function invitePayer(
  terms: DealTerms,
  of: { readonly invitationKey: string; readonly most: Amount; readonly until: Instant },
) {
  return request('invitePayer', { deal: terms.deal, termsHash: termsHash(terms), ...of });
}

/**
 * Takes an invitation for a person whose links carry the key of this thumbprint: `invitation` signs with the key that
 * was made for the invitation, the person signs the request as usual.
 */
export async function acceptInvitation(of: {
  readonly channel: string;
  readonly deal: string;
  readonly invitation: string;
  readonly person: string;
  readonly keyThumbprint: Hash;
  readonly invitationSigner: Signer;
}): Promise<CommandRequest<'acceptInvitation'>> {
  const { deal, invitation, keyThumbprint } = of;
  const { signature: invitationSignature } = await signIntent(of.invitationSigner, acceptanceBody(of));
  return request('acceptInvitation', { deal, invitation, keyThumbprint, invitationSignature });
}

/** The buyer takes back an invitation by which nothing was paid. */
export function withdrawInvitation(of: { readonly deal: string; readonly invitation: string }) {
  return request('withdrawInvitation', { deal: of.deal, invitation: of.invitation });
}
