// Offers and deals: the terms are those that follow from the rows they name, signed by seller and buyer.
// It must not look at money that has moved.
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { isSigned, keyThumbprint, type Intent } from '../../chaincode/protocol/intent.js';
import type { LinkRow, OfferRow, OfferTerms, TermsRow } from '../../chaincode/protocol/rows.js';
import { dealTermsOf, offerTermsOf, termsHash, verifiedTerms } from '../../chaincode/protocol/terms.js';
import { firstBroken, writesOf, type CheckScope } from './check.js';
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
  const { offer: id, net, sellerLink } = terms;
  const params = { offer: id, termsHash: termsHash(terms), net, link: sellerLink };
  const link = ledger.believed('link', sellerLink);
  return says(listing, { channel, action: 'listOffer', params, link }) ? null : 'not signed by the seller';
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
  const offer = ledger.row('offer', terms?.offerTerms.offer ?? '');
  if (terms === null || offer === null) return 'terms with another hash, or of no offer';
  const { offerTerms, buyer, buyerLink: link, recipientCodeHash, boughtAt, deal } = terms;
  const { price, net, commission } = offerTerms;
  const made = dealTermsOf({ deal, offerTerms, buyer, buyerLink: link, recipientCodeHash, boughtAt });
  const params = { offer: offerTerms.offer, termsHash: row.termsHash, recipientCodeHash, link, boughtAt };
  const buyerLink = ledger.believed('link', link);
  return firstBroken(
    [() => sameJson(offer.terms, offerTerms), 'other than what is listed'],
    [() => sameJson(offer.listing, row.listing), 'another signature of the seller'],
    [() => BigInt(net) + BigInt(commission) === BigInt(price), 'net and commission that are not the price'],
    [() => sameJson(made, terms), 'times that do not follow from the offer'],
    [() => buyerLink?.person === buyer, "a link that is not the buyer's"],
    [() => row.purchase.body.id === deal, 'another purchase'],
    [
      () => says(row.purchase, { channel, action: 'buy', params, link: buyerLink }),
      'not signed by the buyer',
    ],
  );
}

export interface Claim {
  readonly channel: string;
  readonly action: string;
  readonly params: { readonly [name: string]: Json };
  /** The person's link: its bank proved the key. */
  readonly link: LinkRow | null;
}

/** Whether the intent is genuine and says just this, by the holder of the link. */
export function says(intent: Intent, { channel, action, params, link }: Claim): boolean {
  const { body, key } = intent;
  const isHolder = body.person === link?.person && keyThumbprint(key) === link.keyThumbprint;
  const isMeant = body.channel === channel && body.action === action && sameJson(body.params, params);
  return isHolder && isMeant && isSigned(intent);
}

/** Rows hold JSON values only; interfaces merely lack the index signature that Json asks for. */
export function sameJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left as Json) === canonicalJson(right as Json);
}
