// Duty: D5 and D11: a fully held deal becomes paid, with everything that its payout needs, and ends completed.
// Must not: leave a public creation for later, where it could be stalled (ledger-plan rule 7).
import { transition } from '../protocol/life-cycle.js';
import { obligationsOf, planOf } from '../protocol/plan.js';
import type {
  CreditRow,
  DealTerms,
  Instant,
  PaymentRow,
  LinkRow,
  ObligationRow,
  PhaseRow,
  PlanItem,
  PlanRow,
  ReservationRow,
  ShipmentRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { termsOfDeal } from './deal-terms.js';
import { activeLink } from './links.js';
import { attestedOrNull, requireAttested, present, type Owned } from './owned.js';

/** Links of the payees; their banks will own the credits. */
export interface PayeeLinks {
  readonly sellerLink: Owned<LinkRow> | null;
  readonly commissionLink: Owned<LinkRow> | null;
}

/** Rows that a fully held deal creates at once. */
export interface Payout {
  readonly phase: PhaseRow;
  readonly plan: PlanRow;
  readonly obligations: readonly { readonly payee: PlanItem['payee']; readonly row: ObligationRow }[];
  readonly credits: readonly CreditRow[];
  readonly shipment: ShipmentRow;
}

export interface MarkPaidInput extends PayeeLinks {
  readonly deal: string;
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly reservation: ReservationRow | null;
  /** The payments that the reservation names, in its order. */
  readonly payments: readonly (Owned<PaymentRow> | null)[];
}

/**
 * Requirements: phase open or sealed; the reservation's attested held payments sum to the price (rule 20).
 * Null: paid before. Rejects: NOT_FOUND, TERMS_DIFFER, NOT_FULL, WRONG_STATE, NOT_ATTESTED.
 */
export function decideMarkPaid(input: MarkPaidInput): Payout | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'paid' || phase.status === 'completed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  const held = input.payments.flatMap((payment) => heldPayment(payment) ?? []);
  const sum = sumOf(held);
  if (sum !== BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('NOT_FULL', { found: sum.toString(), needed: terms.offerTerms.price });
  }
  return payoutOf({ ...input, terms, phase, held, action: 'markPaid' });
}

export interface PayoutSources extends PayeeLinks {
  readonly now: Instant;
  readonly terms: DealTerms;
  readonly phase: PhaseRow;
  readonly held: readonly PaymentRow[];
  readonly action: 'markPaid' | 'expireFull';
}

/** Plan, obligations, credits and shipment of a deal whose held payments sum to its price. */
export function payoutOf(sources: PayoutSources): Payout {
  const { terms, held, now } = sources;
  const { deal, offerTerms } = terms;
  const items = planOf(held, offerTerms);
  const owners = {
    seller: activeLink(sources.sellerLink).owner,
    commission: activeLink(sources.commissionLink).owner,
  };
  const { currency } = offerTerms;
  return {
    phase: { v: 1, deal, status: transition('phase', sources.action, sources.phase.status), at: now },
    plan: { v: 1, deal, items },
    obligations: obligationsOf({ deal, currency, payments: held, plan: items }),
    credits: items.map((item) => creditOf(item, deal, currency, owners[item.payee])),
    shipment: {
      v: 1,
      deal,
      owner: offerTerms.courier,
      status: transition('shipment', sources.action, null),
      h1: null,
    },
  };
}

function creditOf(item: PlanItem, deal: string, currency: string, owner: string): CreditRow {
  const { payment, payee, bank, link, amount } = item;
  const status = transition('credit', 'markPaid', null);
  return { v: 1, deal, payment, payee, owner, bank, link, currency, amount, status };
}

function heldPayment(payment: Owned<PaymentRow> | null): PaymentRow | null {
  const row = attestedOrNull(payment);
  return row?.status === 'held' ? row : null;
}

/** Sum of amounts in minor units. */
export function sumOf(rows: readonly { readonly amount: string }[]): bigint {
  return rows.reduce((total, { amount }) => total + BigInt(amount), 0n);
}

export interface CompleteInput {
  readonly deal: string;
  readonly now: Instant;
  readonly phase: PhaseRow | null;
  readonly plan: PlanRow | null;
  /** The credits that the plan names, in its order. */
  readonly credits: readonly (Owned<CreditRow> | null)[];
}

/** Null: completed before. Rejects: NOT_FOUND, WRONG_STATE, NOT_ATTESTED, NOT_CREDITED. */
export function decideComplete(input: CompleteInput): PhaseRow | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'completed') return null;
  const status = transition('phase', 'complete', phase.status);
  present(input.plan, 'plan');
  for (const owned of input.credits) {
    const credit = requireAttested(owned, 'credit');
    if (credit.status !== 'credited') {
      throw new RuleViolation('NOT_CREDITED', { payment: credit.payment, payee: credit.payee });
    }
  }
  return { v: 1, deal: input.deal, status, at: input.now };
}
