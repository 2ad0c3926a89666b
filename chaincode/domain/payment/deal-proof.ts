// What a bank proves of a deal before it moves its own money: that seller and buyer signed these very terms, and that
// banks it knows stand behind everybody who is paid.
import type { LinkRow } from '../../protocol/account.js';
import { canonicalJson } from '../../protocol/canonical-json.js';
import type { DealTerms, TermsRow } from '../../protocol/deal.js';
import type { DetachedSignature } from '../../protocol/intent.js';
import type { SharesRow } from '../../protocol/offer.js';
import type { Owned } from '../../protocol/owned.js';
import { firstTermOutOfBounds, termsHash } from '../../protocol/terms.js';
import type { UsedIntentRow } from '../../protocol/used-intent.js';
import { RuleViolation } from '../../protocol/violation.js';
import { activeLink } from '../account/links.js';
import { termsOfDeal } from '../deal/deal-terms.js';
import { provenLink } from '../intent-proof.js';
import { requireShares } from '../offer/shares.js';
import { present } from '../owned.js';
import type { DealRecordRow } from './deal-record-row.js';

export interface DealProof {
  readonly channel: string;
  readonly deal: string;
  readonly terms: TermsRow | null;
  readonly shares: SharesRow | null;
  /** Of the seller's and the buyer's intents: anybody's rows, relied on for the signatures in them only. */
  readonly listing: UsedIntentRow | null;
  readonly purchase: UsedIntentRow | null;
  readonly buyersLink: Owned<LinkRow> | null;
  readonly sellersLink: Owned<LinkRow> | null;
  readonly commissionsLink: Owned<LinkRow> | null;
  /** Whether this bank accepts that organisation's attestation for that bank's money. */
  readonly trusts: (bank: string, msp: string) => boolean;
}

export type ProvenDeal = Pick<DealRecordRow, 'terms' | 'shares' | 'listing' | 'purchase'>;

/**
 * Requirements: terms within the rules' bounds; seller's and buyer's signatures with the keys of their links; links as
 * the terms keep them, attested by banks that this one knows.
 * Rejects: NOT_FOUND, TERMS_DIFFER, OUT_OF_RANGE, BAD_SIGNATURE, NOT_ATTESTED, WRONG_STATE, UNKNOWN_BANK.
 */
export function provenDeal(proof: DealProof): ProvenDeal {
  const terms = termsOfDeal(proof.terms, proof.deal);
  requireBoundedTerms(terms);
  const row = present(proof.terms, 'terms');
  requireLinks(proof, row);
  const listing = provenListing(proof, row);
  return {
    terms: row,
    shares: present(proof.shares, 'shares'),
    listing,
    purchase: provenPurchase(proof, row),
  };
}

/** Two members could have listed terms that lock money for ever or avoid all fees: a bank holds nothing under such. */
function requireBoundedTerms({ offerTerms }: DealTerms): void {
  const outside = firstTermOutOfBounds(offerTerms);
  if (outside !== null) throw new RuleViolation('OUT_OF_RANGE', { ...outside });
}

function requireLinks(proof: DealProof, { terms, ...row }: TermsRow): void {
  const { buyerLink, offerTerms } = terms;
  const { sellerLink, sellerBank, commissionLink, commissionBank } = offerTerms;
  requireLink(proof, { found: proof.buyersLink, kept: row.buyersLink, id: buyerLink, bank: null });
  requireLink(proof, { found: proof.sellersLink, kept: row.sellersLink, id: sellerLink, bank: sellerBank });
  const commissions = { found: proof.commissionsLink, kept: row.commissionsLink };
  requireLink(proof, { ...commissions, id: commissionLink, bank: commissionBank });
}

interface PartysLink {
  readonly found: Owned<LinkRow> | null;
  /** As the terms' row says it was when the buyer bought. */
  readonly kept: LinkRow;
  /** As the terms name it, which people signed; bank null: they do not name the buyer's. */
  readonly id: string;
  readonly bank: string | null;
}

/** To a bank that this one does not know it could never pay out: what it held would wait for the long stop. */
function requireLink({ trusts, deal }: DealProof, { found, kept, id, bank }: PartysLink): void {
  const link = activeLink(found);
  const isNamed = link.id === id && (bank === null || link.bank === bank);
  const text = (row: LinkRow) => canonicalJson(row);
  if (!isNamed || text(link) !== text(kept)) throw new RuleViolation('TERMS_DIFFER', { deal });
  if (!trusts(link.bank, link.owner)) throw new RuleViolation('UNKNOWN_BANK', { bank: link.bank });
}

function provenListing({ channel, listing, shares, sellersLink: link }: DealProof, row: TermsRow) {
  const { offerTerms } = row.terms;
  const { offer, seller: person, sellerLink } = offerTerms;
  const { net } = requireShares(offerTerms, shares);
  const params = { offer, termsHash: termsHash(offerTerms), net, link: sellerLink };
  const signed = listing?.signed ?? null;
  provenLink({
    what: 'listing',
    signed,
    channel,
    id: row.listing,
    action: 'listOffer',
    person,
    params,
    link,
  });
  return kept(signed);
}

function provenPurchase({ channel, purchase, buyersLink: link }: DealProof, row: TermsRow) {
  const { deal: id, buyer: person, offerTerms, recipientCodeHash, buyerLink, boughtAt } = row.terms;
  const { offer } = offerTerms;
  const params = { offer, termsHash: row.termsHash, recipientCodeHash, link: buyerLink, boughtAt };
  const signed = purchase?.signed ?? null;
  provenLink({ what: 'purchase', signed, channel, id, action: 'buy', person, params, link });
  return kept(signed);
}

function kept(signed: DetachedSignature | null): DetachedSignature {
  return present(signed, 'signature');
}
