// Duty: D9, why a payer's bank may pay a deal out, derived from signatures and evidence alone (rule 10).
// Must not: rely on phase or on the plan as written; both are others' words.
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { transition } from '../protocol/life-cycle.js';
import { allocationOf, planOf } from '../protocol/plan.js';
import type {
  DealTerms,
  InspectionRow,
  Instant,
  LegRow,
  LinkRow,
  PlanItem,
  PlanRow,
  ReceiptRow,
  ShipmentRow,
  TermsRow,
} from '../protocol/rows.js';
import { termsHash } from '../protocol/terms.js';
import { RuleViolation } from '../protocol/violation.js';
import { termsOfDeal } from './deal-terms.js';
import { requireDelivered } from './delivery.js';
import { provenLink } from './intent-proof.js';
import { activeLink } from './links.js';
import { believedRow, present, type Owned } from './owned.js';
import { requirePayment } from './pay-proof.js';
import { sumOf } from './payout.js';

/** A planned leg with the receipt of its intent and the link of its payer. */
export interface PaidLeg {
  readonly leg: Owned<LegRow> | null;
  readonly receipt: ReceiptRow | null;
  readonly link: Owned<LinkRow> | null;
}

export interface CaptureInput {
  readonly channel: string;
  readonly owner: string;
  readonly deal: string;
  readonly leg: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  /** Receipts of the seller's and the buyer's intents: anybody's rows, believed for the signatures in them only. */
  readonly listing: ReceiptRow | null;
  readonly purchase: ReceiptRow | null;
  readonly plan: PlanRow | null;
  /** Whether nobody but this bank can change its leg's row, which the capture writes. */
  readonly isGuarded: boolean;
  /** Every leg that the plan names, each once. */
  readonly legs: readonly PaidLeg[];
  readonly sellerLink: Owned<LinkRow> | null;
  readonly buyerLink: Owned<LinkRow> | null;
  readonly commissionLink: Owned<LinkRow> | null;
  readonly shipment: Owned<ShipmentRow> | null;
  readonly inspection: InspectionRow | null;
  /** This bank's own first sight of the delivery; null: never noted. */
  readonly seenAt: Instant | null;
  /** Whether this bank accepts evidence for that bank's money in that organisation's collection (rule 2). */
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * The captured leg with its allocation. Null: captured before.
 * Requirements: seller's, buyer's and payers' signatures with keys of links; price fully held or captured with
 * evidence; plan recomputed; delivered with the buyer's code; accepted, or inspected long enough.
 * Rejects: NOT_FOUND, NO_EVIDENCE, WRONG_ORGANISATION, WRONG_STATE, TERMS_DIFFER, BAD_SIGNATURE, UNKNOWN_BANK,
 * NOT_FULL, PLAN_DIFFERS, NOT_DELIVERED, NOT_DUE.
 */
export function decideCapture(input: CaptureInput): LegRow | null {
  const own = ownLeg(input);
  if (own.status === 'captured') return null;
  const status = transition('leg', 'capture', own.status);
  // Others created the row: with a weaker key policy they could take the bank's word back.
  if (!input.isGuarded) throw new RuleViolation('NO_EVIDENCE', { what: 'key policy of the leg' });
  const terms = termsOfDeal(input.terms, input.deal);
  requireSignedTerms(input, terms);
  requirePayeesKnown(input, terms);
  const items = requirePlan(input, terms, requireFullPayment(input, terms));
  requireDelivered(input.shipment, terms);
  requireInspected(input, terms);
  return { ...own, status, allocation: allocationOf(items, own.id) };
}

function ownLeg(input: CaptureInput): LegRow {
  const owned = input.legs.find(({ leg }) => leg?.row.id === input.leg)?.leg ?? null;
  const leg = believedRow(owned, 'leg');
  if (leg.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: leg.owner });
  return leg;
}

/** Seller and buyer signed these very terms (rule 3). */
function requireSignedTerms(input: CaptureInput, terms: DealTerms): void {
  const row = present(input.terms, 'terms');
  const { offerTerms } = terms;
  const { offer, net, commission, price } = offerTerms;
  const whole =
    BigInt(net) >= 0n && BigInt(commission) >= 0n && BigInt(net) + BigInt(commission) === BigInt(price);
  if (!whole) throw new RuleViolation('TERMS_DIFFER', { deal: terms.deal });
  provenLink({
    what: 'listing',
    signed: input.listing?.signed ?? null,
    channel: input.channel,
    id: row.listing,
    action: 'listOffer',
    person: offerTerms.seller,
    params: { offer, termsHash: termsHash(offerTerms), net, link: offerTerms.sellerLink },
    link: input.sellerLink,
  });
  const { recipientCodeHash, buyerLink: link, boughtAt } = terms;
  provenLink({
    what: 'purchase',
    signed: input.purchase?.signed ?? null,
    channel: input.channel,
    id: terms.deal,
    action: 'buy',
    person: terms.buyer,
    params: { offer, termsHash: row.termsHash, recipientCodeHash, link, boughtAt },
    link: input.buyerLink,
  });
}

/** Links of buyer and payees are vouched for by banks that this bank knows (rule 2). */
function requirePayeesKnown(input: CaptureInput, terms: DealTerms): void {
  const { sellerBank, sellerLink, commissionBank, commissionLink } = terms.offerTerms;
  const seller = activeLink(input.sellerLink);
  const commission = activeLink(input.commissionLink);
  const buyer = activeLink(input.buyerLink);
  const named =
    seller.id === sellerLink &&
    seller.bank === sellerBank &&
    commission.id === commissionLink &&
    commission.bank === commissionBank &&
    buyer.id === terms.buyerLink;
  if (!named) throw new RuleViolation('TERMS_DIFFER', { deal: terms.deal });
  for (const link of [seller, commission, buyer]) requireKnown(input, link);
}

function requireKnown(input: CaptureInput, row: { readonly bank: string; readonly owner: string }): void {
  if (!input.trusts(row.bank, row.owner)) throw new RuleViolation('UNKNOWN_BANK', { bank: row.bank });
}

/** Every planned leg is genuine and held or captured by a bank that this bank knows; together they are the price. */
function requireFullPayment(input: CaptureInput, terms: DealTerms): LegRow[] {
  const termsRow = present(input.terms, 'terms');
  const legs = input.legs.map(({ leg: owned, receipt, link }) => {
    const leg = believedRow(owned, 'leg');
    requireKnown(input, leg);
    if (leg.status !== 'held' && leg.status !== 'captured') {
      throw new RuleViolation('NOT_FULL', { leg: leg.id, found: leg.status });
    }
    requirePayment({ channel: input.channel, leg, receipt, link, terms, termsRow });
    return leg;
  });
  const sum = sumOf(legs);
  if (sum !== BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('NOT_FULL', { found: sum.toString(), needed: terms.offerTerms.price });
  }
  return legs;
}

function requirePlan(input: CaptureInput, terms: DealTerms, legs: readonly LegRow[]): PlanItem[] {
  const plan = present(input.plan, 'plan');
  const items = planOf(legs, terms.offerTerms);
  // Plan items hold strings only; interfaces merely lack the index signature that Json asks for.
  const text = (of: readonly PlanItem[]) => canonicalJson(of as unknown as Json);
  if (plan.deal !== input.deal || text(items) !== text(plan.items)) {
    throw new RuleViolation('PLAN_DIFFERS', { deal: input.deal });
  }
  return items;
}

/** Accepted with the buyer's signature, or inspection time over since its start and since own first sight (rule 6). */
function requireInspected(input: CaptureInput, terms: DealTerms): void {
  const { inspection } = input;
  if (inspection === null) throw new RuleViolation('NOT_DUE', { deal: terms.deal, needed: 'inspection' });
  if (inspection.acceptance !== null) {
    provenLink({
      what: 'acceptance',
      signed: inspection.acceptance,
      channel: input.channel,
      id: inspection.acceptance.id,
      action: 'acceptGoods',
      person: terms.buyer,
      params: { deal: terms.deal, termsHash: present(input.terms, 'terms').termsHash },
      link: input.buyerLink,
    });
    return;
  }
  const seenAt = input.seenAt ?? input.now;
  const needed = Math.max(inspection.startedAt, seenAt) + terms.offerTerms.inspectionTimeMs;
  if (input.now < needed) throw new RuleViolation('NOT_DUE', { now: input.now, needed });
}
