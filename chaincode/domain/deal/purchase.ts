// A client presses "buy": the deal's terms and its open phase. Stock is reserved with the first payment only, so that
// looking costs nobody anything.
import type { LinkRow } from '../../protocol/account.js';
import type { IntentParams } from '../../protocol/commands.js';
import type { DealTerms, PhaseRow, TermsRow } from '../../protocol/deal.js';
import { buy } from '../../protocol/deal.js';
import type { Hash, Instant } from '../../protocol/forms.js';
import type { Intent } from '../../protocol/intent.js';
import { transition } from '../../protocol/life-cycle.js';
import type { OfferRow, OfferTerms } from '../../protocol/offer.js';
import { type Owned } from '../../protocol/owned.js';
import { dealTermsOf, termsHash } from '../../protocol/terms.js';
import { RuleViolation } from '../../protocol/violation.js';
import { requireNear } from './deal-times.js';
import { activeLink, ownLink } from '../account/links.js';
import { present } from '../owned.js';

export interface BuyInput {
  readonly intent: Intent;
  readonly params: IntentParams['buy'];
  readonly keyThumbprint: Hash;
  readonly now: Instant;
  readonly offer: OfferRow | null;
  readonly buyerLink: Owned<LinkRow> | null;
  readonly sellerLink: Owned<LinkRow> | null;
  readonly commissionLink: Owned<LinkRow> | null;
  readonly existing: TermsRow | null;
}

/**
 * The deal's id is the intent's id.
 * Requirements: offer listed; buyer is not the seller; his own active link in the offer's currency; terms as
 * signed; time near.
 * Rejects: NOT_FOUND, NOT_LISTED, OFFER_CHANGED, OWN_OFFER, TOO_LATE, TOO_EARLY, EXISTS, and what `ownLink` rejects.
 */
export function decideBuy(input: BuyInput): { readonly terms: TermsRow; readonly phase: PhaseRow } {
  const deal = input.intent.body.id;
  if (input.existing !== null) throw new RuleViolation('EXISTS', { what: deal });
  const { offerTerms, listing } = listedTerms(input.offer);
  requireNear(input.params.boughtAt, input.now, offerTerms);
  const { person } = input.intent.body;
  if (person === offerTerms.seller) throw new RuleViolation('OWN_OFFER', { person });
  const buyersLink = ownLink({
    link: input.buyerLink,
    person,
    keyThumbprint: input.keyThumbprint,
    currency: offerTerms.currency,
  });
  const sellersLink = activeLink(input.sellerLink);
  if (sellersLink.person !== offerTerms.seller)
    throw new RuleViolation('NOT_LISTED', { offer: offerTerms.offer });
  const commissionsLink = activeLink(input.commissionLink);
  const terms = dealTermsOf({
    deal,
    offerTerms,
    buyer: person,
    buyerLink: input.params.link,
    recipientCodeHash: input.params.recipientCodeHash,
    boughtAt: input.params.boughtAt,
  });
  return {
    terms: termsRow(terms, input, { listing, buyersLink, sellersLink, commissionsLink }),
    phase: { v: 1, deal, status: transition(buy, 'phase', 'open', null), at: input.now, cancelledBy: null },
  };
}

function listedTerms(offer: OfferRow | null): { readonly offerTerms: OfferTerms; readonly listing: string } {
  const { id, status, terms, listing } = present(offer, 'offer');
  if (status !== 'listed' || terms === null || listing === null) {
    throw new RuleViolation('NOT_LISTED', { offer: id, found: status });
  }
  return { offerTerms: terms, listing };
}

function termsRow(
  terms: DealTerms,
  input: BuyInput,
  more: Omit<TermsRow, 'v' | 'deal' | 'terms' | 'termsHash'>,
): TermsRow {
  const hash = termsHash(terms);
  if (hash !== input.params.termsHash) {
    throw new RuleViolation('OFFER_CHANGED', { found: hash, signed: input.params.termsHash });
  }
  return { v: 1, deal: terms.deal, terms, termsHash: hash, ...more };
}
