// Offers and deals: the terms are those that follow from the rows they name, signed by seller and buyer.
import type { LinkRow } from '../chaincode/protocol/account.js';
import type { TermsRow } from '../chaincode/protocol/deal.js';
import { LEAST_PART_BASIS_POINTS } from '../chaincode/protocol/fees.js';
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
import { firstOutOfBounds, leastStopMs } from '../chaincode/protocol/time-bounds.js';
import { firstBroken, sameJson, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';
import { isMarked } from './signed-statement.js';

const NEEDED = {
  parameters:
    'times and smallest part within the bounds of the rules, the same marketplace, its accounts by their currencies',
  shares: 'what the hash stands for',
  offer:
    'the terms that follow from offer, links and parameters, within the bounds of the rules, signed by the seller',
  terms: 'the listed terms with the buyer added, signed by seller and buyer',
} as const;

export function checkTerms(transaction: EscrowTransaction, scope: CheckScope): void {
  const faults: readonly (readonly [keyof typeof NEEDED, string, string | null])[] = [
    ...writesOf(transaction, 'parameters').map(
      (write) => ['parameters', write.key, parametersFault(write, scope.ledger)] as const,
    ),
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

/** What the marketplace sets may lead no offer out of the bounds of time, nor its commission astray. */
function parametersFault({ before, after }: RowWrite<'parameters'>, ledger: LedgerRows): string | null {
  const links = Object.entries(after.commissionLinks);
  return firstBroken(
    [() => before === null || before.marketplace === after.marketplace, 'another marketplace'],
    [
      () => links.every(([currency, id]) => linkIn(currency, id, ledger) !== null),
      'a commission account that is not active, or in another currency',
    ],
    [() => isBounded(after, 'least') && isBounded(after, 'most'), 'times out of their bounds'],
    [() => after.minimumPartBasisPoints >= LEAST_PART_BASIS_POINTS, 'a smallest part out of its bounds'],
  );
}

/** Whether an offer with all times at this end of their ranges is within the bounds. */
function isBounded(parameters: ParametersRow, end: 'least' | 'most'): boolean {
  const { windowMs, slackMs, stepTimeMs, creditTimeMs } = parameters;
  const times = {
    ...{ windowMs, slackMs, stepTimeMs, creditTimeMs },
    payTimeMs: parameters.payTimeMs[end],
    answerTimeMs: parameters.answerTimeMs[end],
    inspectionTimeMs: parameters.inspectionTimeMs[end],
    shipTimeMs: parameters.shipTimeMs[end],
    deliverTimeMs: parameters.deliverTimeMs[end],
  };
  const longStopMs = Math.max(parameters.longStopMs, leastStopMs(times));
  return firstOutOfBounds({ ...times, longStopMs }) === null;
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
  const sellerLink = linkIn(currency, offer.terms?.sellerLink ?? null, ledger);
  const commissionLink = linkIn(currency, parameters?.commissionLinks[currency] ?? null, ledger);
  if (parameters === null || sharesNonce === null) return null;
  if (commissionLink === null || sellerLink?.person !== seller) return null;
  return offerTermsOf({ offer, sharesNonce, sellerLink, commissionLink, parameters });
}

/** The active link of this id in this currency. */
function linkIn(currency: string, id: string | null, ledger: LedgerRows): LinkRow | null {
  const link = id === null ? null : ledger.attested('link', id);
  return link?.status === 'active' && link.currency === currency ? link : null;
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
