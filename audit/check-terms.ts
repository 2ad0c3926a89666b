// Offers and deals: the terms are those that follow from the rows they name, signed by seller and buyer.
import type { TermsRow } from '../chaincode/protocol/deal.js';
import type { ParametersRow } from '../chaincode/protocol/member.js';
import type { OfferRow, OfferTerms, SharesRow } from '../chaincode/protocol/offer.js';
import { openShares, sharesHash } from '../chaincode/protocol/shares.js';
import {
  dealTermsOf,
  firstTermOutOfBounds,
  offerTermsOf,
  termsHash,
  verifiedTerms,
} from '../chaincode/protocol/terms.js';
import { activeLinkIn } from './check-parameters.js';
import { firstBroken, sameJson, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows } from './escrow-transaction.js';
import { isMarked } from './signed-statement.js';

const NEEDED = {
  shares: 'what the hash stands for',
  offer:
    'the terms that follow from offer, links and parameters, within the bounds of the rules, signed by the seller',
  terms: 'the listed terms with the buyer added, signed by seller and buyer',
} as const;

export function checkTerms(transaction: EscrowTransaction, scope: CheckScope): void {
  const faults: readonly (readonly [keyof typeof NEEDED, string, string | null])[] = [
    ...writesOf(transaction, 'shares').map(({ key, after }) => ['shares', key, sharesFault(after)] as const),
    ...writesOf(transaction, 'offer')
      .filter(({ after }) => after.status === 'listed')
      .map(({ key, after }) => ['offer', key, offerFault(after, transaction, scope)] as const),
    ...writesOf(transaction, 'terms').map(
      ({ key, after }) => ['terms', key, dealFault(after, transaction, scope)] as const,
    ),
  ];
  for (const [kind, key, fault] of faults) {
    scope.findings.expect('terms', transaction.place, fault === null, () => ({
      found: `${key}: ${fault ?? ''}`,
      needed: NEEDED[kind],
    }));
  }
}

function sharesFault({ hash, offer, offerVersion, net, nonce }: SharesRow): string | null {
  return sharesHash({ offer, offerVersion, net, nonce }) === hash ? null : 'shares with another hash';
}

/** What the row of the shares says that the seller receives; null: none opens the hash in the terms. */
function netIn(terms: OfferTerms, ledger: LedgerRows): string | null {
  return openShares(terms, ledger.row('shares', terms.sharesHash))?.net ?? null;
}

function offerFault(offer: OfferRow, transaction: EscrowTransaction, scope: CheckScope): string | null {
  const { terms, listing } = offer;
  if (terms === null || listing === null) return 'listed without terms';
  // Another command of the same list may have changed the parameters after this one.
  const parameters = [
    scope.ledger.row('parameters'),
    ...writesOf(transaction, 'parameters').map(({ before }) => before),
  ];
  return firstBroken(
    [() => netIn(terms, scope.ledger) !== null, 'shares that no row opens'],
    [() => parameters.some((row) => sameJson(terms, termsUnder(row, offer, scope.ledger))), 'other terms'],
    [() => firstTermOutOfBounds(terms) === null, outOfBounds(terms)],
    [() => isListing(listing, terms, scope), 'not signed by the seller'],
  );
}

function termsUnder(
  parameters: ParametersRow | null,
  offer: OfferRow,
  ledger: LedgerRows,
): OfferTerms | null {
  const { currency, sharesNonce, seller } = offer;
  const sellerLink = activeLinkIn(currency, offer.terms?.sellerLink ?? null, ledger);
  const commissionLink = activeLinkIn(currency, parameters?.commissionLinks[currency] ?? null, ledger);
  if (parameters === null || sharesNonce === null) return null;
  if (commissionLink === null || sellerLink?.person !== seller) return null;
  return offerTermsOf({ offer, sharesNonce, sellerLink, commissionLink, parameters });
}

function outOfBounds(terms: OfferTerms): string {
  const outside = firstTermOutOfBounds(terms);
  return outside === null ? '' : `${outside.what} of ${String(outside.found)}, out of its bounds`;
}

/** Whether the seller signed these terms with this intent, by the key of the link that he is paid by. */
function isListing(listing: string, terms: OfferTerms, { ledger, channel }: CheckScope): boolean {
  const { offer, sellerLink, seller } = terms;
  const net = netIn(terms, ledger);
  const params = { offer, termsHash: termsHash(terms), net, link: sellerLink };
  const link = ledger.attested('link', sellerLink);
  return link?.person === seller && isMarked(ledger, listing, { channel, action: 'listOffer', params, link });
}

function dealFault(row: TermsRow, transaction: EscrowTransaction, scope: CheckScope): string | null {
  const { ledger, channel } = scope;
  const terms = verifiedTerms(row, row.deal);
  if (terms === null) return 'terms with another hash';
  const { offerTerms, buyer, buyerLink: link, recipientCodeHash, boughtAt, deal } = terms;
  const { offer, windowMs } = offerTerms;
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
    [() => netIn(offerTerms, ledger) !== null, 'net and commission that are not the price'],
    [() => firstTermOutOfBounds(offerTerms) === null, outOfBounds(offerTerms)],
    [() => isListing(row.listing, offerTerms, scope), 'not signed by the seller'],
    [() => sameJson(made, terms), 'times that do not follow from the offer'],
    [
      () => Math.abs(boughtAt - transaction.timestampMs) <= windowMs,
      'bought at another time than it was sent',
    ],
    [() => buyerLink?.person === buyer, "a link that is not the buyer's"],
    [() => sameJson(row.buyersLink, buyerLink), "a link other than the buyer's"],
    [
      () =>
        sameJson(row.sellersLink, ledger.attested('link', offerTerms.sellerLink)) &&
        sameJson(row.commissionsLink, ledger.attested('link', offerTerms.commissionLink)),
      "links other than the payees'",
    ],
    [
      () => isMarked(ledger, deal, { channel, action: 'buy', params, link: buyerLink }),
      'not signed by the buyer',
    ],
  );
}
