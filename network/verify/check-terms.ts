// Offers and deals: the terms are those that follow from the rows they name, signed by seller and buyer.
// It must not look at money that has moved.
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { isSigned, type Intent } from '../../chaincode/protocol/intent.js';
import type { OfferRow, OfferTerms, TermsRow } from '../../chaincode/protocol/rows.js';
import { dealTermsOf, offerTermsOf, termsHash, verifiedTerms } from '../../chaincode/protocol/terms.js';
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows } from './escrow-transaction.js';

export function checkTerms(transaction: EscrowTransaction, scope: CheckScope): void {
  const { place } = transaction;
  for (const { key, after } of writesOf(transaction, 'offer')) {
    if (after.status !== 'listed') continue;
    const trouble = offerTrouble(after, scope);
    scope.findings.expect('terms', place, trouble === null, () => ({
      found: `${key}: ${trouble ?? ''}`,
      needed: 'the terms that follow from offer, links and parameters, signed by the seller',
    }));
  }
  for (const { key, after } of writesOf(transaction, 'terms')) {
    const trouble = dealTrouble(after, scope);
    scope.findings.expect('terms', place, trouble === null, () => ({
      found: `${key}: ${trouble ?? ''}`,
      needed: 'the listed terms with the buyer added, signed by seller and buyer',
    }));
  }
}

function offerTrouble(offer: OfferRow, { ledger, channel }: CheckScope): string | null {
  const { terms, listing } = offer;
  if (terms === null || listing === null) return 'listed without terms';
  if (!sameJson(terms, expectedTerms(offer, terms, ledger))) return 'other terms';
  const { offer: id, net, sellerLink: link, seller: person } = terms;
  const params = { offer: id, termsHash: termsHash(terms), net, link };
  return says(listing, { channel, action: 'listOffer', person, params }) ? null : 'not signed by the seller';
}

function expectedTerms(offer: OfferRow, terms: OfferTerms, ledger: LedgerRows): OfferTerms | null {
  const parameters = ledger.row('parameters');
  const sellerLink = ledger.believed('link', terms.sellerLink);
  const commissionLink = ledger.believed('link', parameters?.commissionLink ?? '');
  const known = parameters !== null && sellerLink !== null && commissionLink !== null;
  return known && sellerLink.person === offer.seller
    ? offerTermsOf({ offer, sellerLink, commissionLink, parameters })
    : null;
}

function dealTrouble(row: TermsRow, { ledger, channel }: CheckScope): string | null {
  const terms = verifiedTerms(row, row.deal);
  if (terms === null) return 'terms with another hash';
  const { offerTerms, buyer, buyerLink: link, recipientCodeHash, boughtAt, deal } = terms;
  const offer = ledger.row('offer', offerTerms.offer);
  if (!sameJson(offer?.terms ?? null, offerTerms)) return 'other than what is listed';
  if (!sameJson(offer?.listing ?? null, row.listing)) return 'another signature of the seller';
  if (BigInt(offerTerms.net) + BigInt(offerTerms.commission) !== BigInt(offerTerms.price)) {
    return 'net and commission that are not the price';
  }
  const made = dealTermsOf({ deal, offerTerms, buyer, buyerLink: link, recipientCodeHash, boughtAt });
  if (!sameJson(made, terms)) return 'times that do not follow from the offer';
  if (ledger.believed('link', link)?.person !== buyer) return "a link that is not the buyer's";
  const params = { offer: offerTerms.offer, termsHash: row.termsHash, recipientCodeHash, link, boughtAt };
  const claim = { channel, action: 'buy', person: buyer, params };
  return row.purchase.body.id === deal && says(row.purchase, claim) ? null : 'not signed by the buyer';
}

export interface Claim {
  readonly channel: string;
  readonly action: string;
  readonly person: string;
  readonly params: { readonly [name: string]: Json };
}

/** Whether the intent is genuine and says just this. */
export function says(intent: Intent, { channel, action, person, params }: Claim): boolean {
  const { body } = intent;
  const meant = body.channel === channel && body.action === action && body.person === person;
  return meant && sameJson(body.params, params) && isSigned(intent);
}

/** Rows hold JSON values only; interfaces merely lack the index signature that Json asks for. */
export function sameJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left as Json) === canonicalJson(right as Json);
}
