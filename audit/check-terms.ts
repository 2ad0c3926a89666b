// Offers and deals: the terms are those that follow from the rows they name, signed by seller and buyer.
// It must not look at money that has moved.
import { canonicalJson, type Json } from '../chaincode/protocol/canonical-json.js';
import { detachedForm } from '../chaincode/protocol/command-forms.js';
import { attached, isSigned, keyThumbprint, type DetachedSignature } from '../chaincode/protocol/intent.js';
import type { LinkRow, OfferRow, OfferTerms, ParametersRow, TermsRow } from '../chaincode/protocol/rows.js';
import { dealTermsOf, offerTermsOf, termsHash, verifiedTerms } from '../chaincode/protocol/terms.js';
import { firstBroken, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows } from './escrow-transaction.js';

export function checkTerms(transaction: EscrowTransaction, scope: CheckScope): void {
  const { place } = transaction;
  for (const { key, after } of writesOf(transaction, 'offer')) {
    if (after.status !== 'listed') continue;
    const trouble = offerTrouble(after, transaction, scope);
    scope.findings.expect('terms', place, trouble === null, () => ({
      found: `${key}: ${trouble ?? ''}`,
      needed: 'the terms that follow from offer, links and parameters, signed by the seller',
    }));
  }
  for (const { key, after } of writesOf(transaction, 'terms')) {
    const trouble = dealTrouble(after, transaction, scope);
    scope.findings.expect('terms', place, trouble === null, () => ({
      found: `${key}: ${trouble ?? ''}`,
      needed: 'the listed terms with the buyer added, signed by seller and buyer',
    }));
  }
}

function offerTrouble(offer: OfferRow, transaction: EscrowTransaction, scope: CheckScope): string | null {
  const { terms, listing } = offer;
  if (terms === null || listing === null) return 'listed without terms';
  // Another command of the same list may have changed the parameters after this one.
  const parameters = [
    scope.ledger.row('parameters'),
    ...writesOf(transaction, 'parameters').map(({ before }) => before),
  ];
  return firstBroken(
    [() => parameters.some((row) => sameJson(terms, termsUnder(row, offer, scope.ledger))), 'other terms'],
    [() => isListing(listing, terms, scope), 'not signed by the seller'],
  );
}

function termsUnder(
  parameters: ParametersRow | null,
  offer: OfferRow,
  ledger: LedgerRows,
): OfferTerms | null {
  const sellerLink = ledger.attested('link', offer.terms?.sellerLink ?? '');
  const commissionLink = ledger.attested('link', parameters?.commissionLink ?? '');
  const known = parameters !== null && sellerLink !== null && commissionLink !== null;
  return known && sellerLink.person === offer.seller
    ? offerTermsOf({ offer, sellerLink, commissionLink, parameters })
    : null;
}

/** Whether the seller signed these terms with this intent, by the key of the link that he is paid by. */
function isListing(listing: string, terms: OfferTerms, { ledger, channel }: CheckScope): boolean {
  const { offer, net, sellerLink, seller } = terms;
  const params = { offer, termsHash: termsHash(terms), net, link: sellerLink };
  const link = ledger.attested('link', sellerLink);
  const claim = { channel, action: 'listOffer', params, link };
  return link?.person === seller && says(ledger, listing, claim);
}

function dealTrouble(row: TermsRow, transaction: EscrowTransaction, scope: CheckScope): string | null {
  const { ledger, channel } = scope;
  const terms = verifiedTerms(row, row.deal);
  if (terms === null) return 'terms with another hash';
  const { offerTerms, buyer, buyerLink: link, recipientCodeHash, boughtAt, deal } = terms;
  const { offer, price, net, commission } = offerTerms;
  // Another command of the same list may have listed the offer anew after this one.
  const isRelisted = writesOf(transaction, 'offer').some(({ after }) => after.id === offer);
  const made = dealTermsOf({ deal, offerTerms, buyer, buyerLink: link, recipientCodeHash, boughtAt });
  const params = { offer, termsHash: row.termsHash, recipientCodeHash, link, boughtAt };
  const buyerLink = ledger.attested('link', link);
  return firstBroken(
    [
      () => isRelisted || sameJson(ledger.row('offer', offer)?.terms ?? null, offerTerms),
      'other than what is listed',
    ],
    [() => isListing(row.listing, offerTerms, scope), 'not signed by the seller'],
    [() => BigInt(net) + BigInt(commission) === BigInt(price), 'net and commission that are not the price'],
    [() => sameJson(made, terms), 'times that do not follow from the offer'],
    [() => buyerLink?.person === buyer, "a link that is not the buyer's"],
    [() => sameJson(row.buyersLink, buyerLink), "a link other than the buyer's"],
    [
      () => says(ledger, deal, { channel, action: 'buy', params, link: buyerLink }),
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

/** Whether the used-intent marker of this intent keeps a signature under just this, by the holder of the link. */
export function says(ledger: LedgerRows, id: string, claim: Claim): boolean {
  const signed = ledger.row('usedIntent', id)?.signed;
  return signed !== undefined && covers({ id, ...signed }, claim);
}

/** Whether the signature is genuine and covers just this, by the holder of the link. Rejects: one of another form. */
export function covers(
  { id, ...signed }: DetachedSignature & { readonly id: string },
  { channel, action, params, link }: Claim,
): boolean {
  const form = detachedForm(signed, 'signed'); // rows hold JSON, of whatever form
  if (link === null || keyThumbprint(form.key) !== link.keyThumbprint) return false;
  return isSigned(attached(form, { channel, id, person: link.person, action, params }));
}

/** Rows hold JSON values only; interfaces merely lack the index signature that Json asks for. */
export function sameJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left as Json) === canonicalJson(right as Json);
}
