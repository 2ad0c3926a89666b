// Duty: D9, why a payer's bank may pay a deal out, derived from signatures and attestation alone (rule 10).
// Must not: rely on phase or on the plan as written; both are others' words.
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { transition } from '../protocol/life-cycle.js';
import { allocationOf, planOf } from '../protocol/plan.js';
import type {
  DealTerms,
  InspectionRow,
  Instant,
  PaymentRow,
  LinkRow,
  PlanItem,
  PlanRow,
  UsedIntentRow,
  ShipmentRow,
  TermsRow,
} from '../protocol/rows.js';
import { termsHash } from '../protocol/terms.js';
import { RuleViolation } from '../protocol/violation.js';
import { termsOfDeal } from './deal-terms.js';
import { requireDelivered } from './delivery.js';
import { provenLink } from './intent-proof.js';
import { activeLink } from './links.js';
import { requireAttested, present, type Owned } from './owned.js';
import { requirePayment } from './pay-proof.js';
import { sumOf } from './payout.js';

/** A planned payment with the used-intent marker of its intent and the link of its payer. */
export interface PaidPayment {
  readonly payment: Owned<PaymentRow> | null;
  readonly usedIntent: UsedIntentRow | null;
  readonly link: Owned<LinkRow> | null;
}

export interface CaptureInput {
  readonly channel: string;
  readonly owner: string;
  readonly deal: string;
  readonly payment: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  /** UsedIntents of the seller's and the buyer's intents: anybody's rows, attested for the signatures in them only. */
  readonly listing: UsedIntentRow | null;
  readonly purchase: UsedIntentRow | null;
  readonly plan: PlanRow | null;
  /** Whether nobody but this bank can change its payment's row, which the capture writes. */
  readonly isGuarded: boolean;
  /** Every payment that the plan names, each once. */
  readonly payments: readonly PaidPayment[];
  readonly sellerLink: Owned<LinkRow> | null;
  readonly buyerLink: Owned<LinkRow> | null;
  readonly commissionLink: Owned<LinkRow> | null;
  readonly shipment: Owned<ShipmentRow> | null;
  readonly inspection: InspectionRow | null;
  /** This bank's own first sight of the delivery; null: never noted. */
  readonly seenAt: Instant | null;
  /** Whether this bank accepts attestation for that bank's money in that organisation's collection (rule 2). */
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * The captured payment with its allocation. Null: captured before.
 * Requirements: seller's, buyer's and payers' signatures with keys of links; price fully held or captured with
 * attestation; plan recomputed; delivered with the buyer's code; accepted, or inspected long enough.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, WRONG_STATE, TERMS_DIFFER, BAD_SIGNATURE, UNKNOWN_BANK,
 * NOT_FULL, PLAN_DIFFERS, NOT_DELIVERED, NOT_DUE.
 */
export function decideCapture(input: CaptureInput): PaymentRow | null {
  const own = ownPayment(input);
  if (own.status === 'captured') return null;
  const status = transition('payment', 'capture', own.status);
  // Others created the row: with a weaker key policy they could take the bank's word back.
  if (!input.isGuarded) throw new RuleViolation('NOT_ATTESTED', { what: 'key policy of the payment' });
  const terms = termsOfDeal(input.terms, input.deal);
  requireSignedTerms(input, terms);
  requirePayeesKnown(input, terms);
  const items = requirePlan(input, terms, requireFullPayment(input, terms));
  requireDelivered(input.shipment, terms);
  requireInspected(input, terms);
  return { ...own, status, allocation: allocationOf(items, own.id) };
}

function ownPayment(input: CaptureInput): PaymentRow {
  const owned = input.payments.find(({ payment }) => payment?.row.id === input.payment)?.payment ?? null;
  const payment = requireAttested(owned, 'payment');
  if (payment.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: payment.owner });
  return payment;
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

/**
 * Every planned payment is genuine and held or captured by a bank that this bank knows; together they are the price.
 */
function requireFullPayment(input: CaptureInput, terms: DealTerms): PaymentRow[] {
  const termsRow = present(input.terms, 'terms');
  const payments = input.payments.map(({ payment: owned, usedIntent, link }) => {
    const payment = requireAttested(owned, 'payment');
    requireKnown(input, payment);
    if (payment.status !== 'held' && payment.status !== 'captured') {
      throw new RuleViolation('NOT_FULL', { payment: payment.id, found: payment.status });
    }
    requirePayment({ channel: input.channel, payment, usedIntent, link, terms, termsRow });
    return payment;
  });
  const sum = sumOf(payments);
  if (sum !== BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('NOT_FULL', { found: sum.toString(), needed: terms.offerTerms.price });
  }
  return payments;
}

function requirePlan(input: CaptureInput, terms: DealTerms, payments: readonly PaymentRow[]): PlanItem[] {
  const plan = present(input.plan, 'plan');
  const items = planOf(payments, terms.offerTerms);
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
