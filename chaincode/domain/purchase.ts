// Duty: D1, a client presses "buy": the deal's terms and its open phase.
// Must not: reserve stock; that happens with the first payment, so that looking costs nobody anything.
import type { Intent } from '../protocol/intent.js';
import { transition } from '../protocol/life-cycle.js';
import type { IntentParams } from '../protocol/commands.js';
import type {
  DealTerms,
  Hash,
  Instant,
  LinkRow,
  OfferRow,
  OfferTerms,
  ParametersRow,
  PhaseRow,
  TermsRow,
} from '../protocol/rows.js';
import { dealTermsOf, termsHash } from '../protocol/terms.js';
import { RuleViolation } from '../protocol/violation.js';
import { requireNear } from './deal-times.js';
import { activeLink, ownLink } from './links.js';
import { present, type Owned } from './owned.js';

export interface BuyInput {
  readonly intent: Intent;
  readonly params: IntentParams['buy'];
  readonly keyThumbprint: Hash;
  readonly now: Instant;
  readonly parameters: ParametersRow;
  readonly offer: OfferRow | null;
  readonly buyerLink: Owned<LinkRow> | null;
  readonly sellerLink: Owned<LinkRow> | null;
  readonly existing: TermsRow | null;
}

/**
 * The deal's id is the intent's id.
 * Requirements: offer listed; buyer's own active link in the offer's currency; terms as signed; time near.
 * Rejects: NOT_FOUND, NOT_LISTED, OFFER_CHANGED, TOO_LATE, TOO_EARLY, EXISTS, and what `ownLink` rejects.
 */
export function decideBuy(input: BuyInput): { readonly terms: TermsRow; readonly phase: PhaseRow } {
  const deal = input.intent.body.id;
  if (input.existing !== null) throw new RuleViolation('EXISTS', { what: deal });
  const { offerTerms, listing } = listedTerms(input.offer);
  requireNear(input.params.boughtAt, input.now, input.parameters);
  const buyersLink = ownLink({
    link: input.buyerLink,
    person: input.intent.body.person,
    keyThumbprint: input.keyThumbprint,
    currency: offerTerms.currency,
  });
  const sellerLink = activeLink(input.sellerLink);
  if (sellerLink.person !== offerTerms.seller)
    throw new RuleViolation('NOT_LISTED', { offer: offerTerms.offer });
  const terms = dealTermsOf({
    deal,
    offerTerms,
    buyer: input.intent.body.person,
    buyerLink: input.params.link,
    recipientCodeHash: input.params.recipientCodeHash,
    boughtAt: input.params.boughtAt,
  });
  return {
    terms: termsRow(terms, input, { listing, buyersLink }),
    phase: { v: 1, deal, status: transition('phase', 'buy', null), at: input.now },
  };
}

function listedTerms(offer: OfferRow | null): { offerTerms: OfferTerms; listing: string } {
  const { id, status, terms, listing } = present(offer, 'offer');
  if (status !== 'listed' || terms === null || listing === null) {
    throw new RuleViolation('NOT_LISTED', { offer: id, found: status });
  }
  return { offerTerms: terms, listing };
}

function termsRow(
  terms: DealTerms,
  input: BuyInput,
  more: Pick<TermsRow, 'listing' | 'buyersLink'>,
): TermsRow {
  const hash = termsHash(terms);
  if (hash !== input.params.termsHash) {
    throw new RuleViolation('OFFER_CHANGED', { found: hash, signed: input.params.termsHash });
  }
  return { v: 1, deal: terms.deal, terms, termsHash: hash, ...more };
}
