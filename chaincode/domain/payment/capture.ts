// Why a payer's bank may pay a deal out, derived from signatures and attestations alone. Phase and plan as written are
// other members' words: the plan is recomputed, the phase is not asked.
import type { LinkRow } from '../../protocol/account.js';
import { canonicalJson } from '../../protocol/canonical-json.js';
import { isHeldOrCaptured, sumOf } from '../../protocol/deal-state.js';
import type { DealTerms, InvitationRow, TermsRow } from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { SharesRow } from '../../protocol/offer.js';
import type { Owned } from '../../protocol/owned.js';
import { capture, type PaymentRow, type PlanItem } from '../../protocol/payment.js';
import type { PlanRow } from '../../protocol/payout.js';
import { allocationOf, type PayeeShare, planOf } from '../../protocol/plan.js';
import type { InspectionRow, ShipmentRow } from '../../protocol/shipment.js';
import { termsHash } from '../../protocol/terms.js';
import type { UsedIntentRow } from '../../protocol/used-intent.js';
import { RuleViolation } from '../../protocol/violation.js';
import { termsOfDeal } from '../deal/deal-terms.js';
import { requireDelivered } from '../shipment/delivery.js';
import { provenLink } from '../intent-proof.js';
import { activeLink } from '../account/links.js';
import { type MoneyGuard, requireMoneyMayMove } from '../deal/money-guard.js';
import { present, requireAttested } from '../owned.js';
import { requirePayment } from './pay-proof.js';
import { requirePayees, requireShares } from '../offer/shares.js';

/** A planned payment with what proves it. */
export interface PaidPayment {
  readonly payment: Owned<PaymentRow> | null;
  readonly usedIntent: UsedIntentRow | null;
  readonly link: Owned<LinkRow> | null;
  readonly invitation: InvitationRow | null;
}

export interface CaptureInput {
  readonly channel: string;
  readonly owner: string;
  readonly deal: string;
  readonly payment: string;
  readonly now: Instant;
  readonly guard: MoneyGuard;
  readonly terms: TermsRow | null;
  readonly shares: SharesRow | null;
  /** Of the seller's and the buyer's intents: anybody's rows, relied on for the signatures in them only. */
  readonly listing: UsedIntentRow | null;
  readonly purchase: UsedIntentRow | null;
  readonly plan: PlanRow | null;
  /** Whether nobody but this bank can change its payment's row, which the capture writes. */
  readonly isGuarded: boolean;
  /** Every payment that the plan names, each once. */
  readonly payments: readonly PaidPayment[];
  readonly buyerLink: Owned<LinkRow> | null;
  /** Links of the payees, in the order of their shares. */
  readonly payeeLinks: readonly (Owned<LinkRow> | null)[];
  readonly shipment: Owned<ShipmentRow> | null;
  readonly inspection: InspectionRow | null;
  /** This bank's own first sight of the delivery; null: never recorded. */
  readonly seenAt: Instant | null;
  /** Whether this bank accepts that organisation's attestation for that bank's money. */
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * The captured payment with its allocation. Null: captured before.
 * Requirements: seller's, buyer's and payers' signatures with keys of links; price fully held or captured and attested;
 * plan recomputed; delivered with the buyer's code; accepted, or inspected long enough.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, WRONG_STATE, TERMS_DIFFER, BAD_SIGNATURE, UNKNOWN_BANK,
 * NOT_FULL, PLAN_DIFFERS, NOT_DELIVERED, NOT_DUE, and what `requirePayer` rejects.
 */
export function decideCapture(input: CaptureInput): PaymentRow | null {
  const own = ownPayment(input);
  if (own.status === 'captured') return null;
  const status = transition(capture, 'payment', 'captured', own.status);
  requireMoneyMayMove(input.guard);
  // Others created the row: with a weaker key policy they could take the bank's word back.
  if (!input.isGuarded) throw new RuleViolation('NOT_ATTESTED', { what: 'key policy of the payment' });
  const terms = termsOfDeal(input.terms, input.deal);
  const payees = requirePayees(terms.offerTerms, input.shares);
  requireSignedTerms(input, terms);
  requirePayeesKnown(input, terms, payees);
  const items = requirePlan(input, payees, requireFullPayment(input, terms));
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

/** Seller and buyer signed these very terms. */
function requireSignedTerms(input: CaptureInput, terms: DealTerms): void {
  const row = present(input.terms, 'terms');
  const { offerTerms } = terms;
  const { offer, sellerLink } = offerTerms;
  const { net } = requireShares(offerTerms, input.shares);
  provenLink({
    what: 'listing',
    signed: input.listing?.signed ?? null,
    channel: input.channel,
    id: row.listing,
    action: 'listOffer',
    person: offerTerms.seller,
    params: { offer, termsHash: termsHash(offerTerms), net, link: sellerLink },
    link: input.payeeLinks.find((link) => link?.row.id === sellerLink) ?? null,
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

/** Links of buyer and payees are vouched for by banks that this bank knows. */
function requirePayeesKnown(input: CaptureInput, terms: DealTerms, payees: readonly PayeeShare[]): void {
  const buyer = activeLink(input.buyerLink);
  if (buyer.id !== terms.buyerLink) throw new RuleViolation('TERMS_DIFFER', { deal: terms.deal });
  requireKnown(input, buyer);
  payees.forEach((payee, index) => {
    const link = activeLink(input.payeeLinks[index] ?? null);
    if (link.id !== payee.link || link.bank !== payee.bank) {
      throw new RuleViolation('TERMS_DIFFER', { deal: terms.deal });
    }
    requireKnown(input, link);
  });
}

function requireKnown(input: CaptureInput, row: { readonly bank: string; readonly owner: string }): void {
  if (!input.trusts(row.bank, row.owner)) throw new RuleViolation('UNKNOWN_BANK', { bank: row.bank });
}

/**
 * Every planned payment is genuine and held or captured by a bank that this bank knows; together they are the price.
 */
function requireFullPayment(input: CaptureInput, terms: DealTerms): PaymentRow[] {
  const termsRow = present(input.terms, 'terms');
  const payments = input.payments.map(({ payment: owned, ...proof }) => {
    const payment = requireAttested(owned, 'payment');
    requireKnown(input, payment);
    if (!isHeldOrCaptured(payment)) {
      throw new RuleViolation('NOT_FULL', { payment: payment.id, found: payment.status });
    }
    requirePayment({ channel: input.channel, payment, ...proof, terms, termsRow });
    return payment;
  });
  const sum = sumOf(payments);
  if (sum !== BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('NOT_FULL', { found: sum.toString(), needed: terms.offerTerms.price });
  }
  return payments;
}

function requirePlan(
  input: CaptureInput,
  payees: readonly PayeeShare[],
  payments: readonly PaymentRow[],
): PlanItem[] {
  const plan = present(input.plan, 'plan');
  const items = planOf(payments, payees);
  // Plan items hold strings only; interfaces merely lack the index signature that Json asks for.
  const text = (of: readonly PlanItem[]) => canonicalJson(of);
  if (text(items) !== text(plan.items)) throw new RuleViolation('PLAN_DIFFERS', { deal: input.deal });
  return items;
}

/** Accepted with the buyer's signature, or inspection time over since its start and since own first sight. */
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
  if (!(input.now >= needed)) throw new RuleViolation('NOT_DUE', { now: input.now, needed });
}
