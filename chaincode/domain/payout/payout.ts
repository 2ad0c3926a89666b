// A fully held deal becomes paid, with everything that its payout needs, and ends completed. No public creation is left
// for later, where the members that create public rows could hold it up.
import type { LinkRow } from '../../protocol/account.js';
import { sumOf } from '../../protocol/deal-state.js';
import type { expire, PhaseRow, ReservationRow, TermsRow } from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { SharesRow } from '../../protocol/offer.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import type { PaymentRow, PlanItem } from '../../protocol/payment.js';
import {
  complete,
  type CreditRow,
  markPaid,
  type ObligationRow,
  type PlanRow,
} from '../../protocol/payout.js';
import { obligationsOf, type PayeeShare, planOf } from '../../protocol/plan.js';
import type { ShipmentRow } from '../../protocol/shipment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { termsOfDeal } from '../deal/deal-terms.js';
import { type MoneyGuard, requireMoneyMayMove } from '../deal/money-guard.js';
import { present, requireAttested } from '../owned.js';
import { requirePayees } from '../offer/shares.js';

/** Rows that a fully held deal creates at once. */
export interface Payout {
  readonly phase: PhaseRow;
  readonly plan: PlanRow;
  readonly obligations: readonly ObligationRow[];
  readonly credits: readonly CreditRow[];
  readonly shipment: ShipmentRow;
}

export interface MarkPaidInput {
  readonly deal: string;
  readonly now: Instant;
  readonly guard: MoneyGuard;
  readonly terms: TermsRow | null;
  readonly shares: SharesRow | null;
  readonly phase: PhaseRow | null;
  readonly reservation: ReservationRow | null;
  /** The payments that the reservation names, in its order. */
  readonly payments: readonly (Owned<PaymentRow> | null)[];
}

/**
 * Requirements: payments open or closed; the reservation's attested held payments sum to the price.
 * Null: paid before. Rejects: NOT_FOUND, TERMS_DIFFER, NOT_FULL, WRONG_STATE, NOT_ATTESTED.
 */
export function decideMarkPaid(input: MarkPaidInput): Payout | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'paid' || phase.status === 'completed') return null;
  const terms = termsOfDeal(input.terms, input.deal);
  requireMoneyMayMove(input.guard);
  const held = input.payments.flatMap((payment) => heldPayment(payment) ?? []);
  const sum = sumOf(held);
  if (sum !== BigInt(terms.offerTerms.price)) {
    throw new RuleViolation('NOT_FULL', { found: sum.toString(), needed: terms.offerTerms.price });
  }
  return payoutOf({ ...input, phase, held, command: markPaid });
}

export interface PayoutSources extends Pick<MarkPaidInput, 'terms' | 'shares' | 'now'> {
  readonly phase: PhaseRow;
  readonly held: readonly PaymentRow[];
  readonly command: typeof markPaid | typeof expire;
}

/** Plan, obligations, credits and shipment of a deal whose held payments sum to its price. */
export function payoutOf(sources: PayoutSources): Payout {
  const { held, now, command } = sources;
  const row = present(sources.terms, 'terms');
  const { deal, offerTerms } = row.terms;
  const payees = requirePayees(offerTerms, sources.shares);
  const owners = new Map(payees.map((share) => [share.payee, payeesLink(row, share).owner]));
  const items = planOf(held, payees);
  const { currency, courier } = offerTerms;
  return {
    phase: {
      v: 1,
      deal,
      status: transition(command, 'phase', 'paid', sources.phase.status),
      at: now,
      cancelledBy: null,
    },
    plan: { v: 1, deal, items },
    obligations: obligationsOf({ deal, currency, payments: held, plan: items }),
    credits: items.map((item) =>
      creditOf(item, { deal, currency, owner: owners.get(item.payee) ?? '', command }),
    ),
    shipment: {
      v: 1,
      deal,
      owner: courier,
      status: transition(command, 'shipment', 'announced', null),
      h1: null,
    },
  };
}

/**
 * The payee's link as it was proven when the deal was made: its bank can take back what it said of it, and the deal
 * goes on. Rejects: TERMS_DIFFER.
 */
function payeesLink({ deal, sellersLink, commissionsLink }: TermsRow, payee: PayeeShare): LinkRow {
  const found = [sellersLink, commissionsLink].find(({ id }) => id === payee.link);
  if (found?.bank !== payee.bank) throw new RuleViolation('TERMS_DIFFER', { deal });
  return found;
}

function creditOf(
  { payment, payee, purpose, bank, link, amount }: PlanItem,
  of: Pick<CreditRow, 'deal' | 'currency' | 'owner'> & Pick<PayoutSources, 'command'>,
): CreditRow {
  const { deal, currency, owner, command } = of;
  const status = transition(command, 'credit', 'due', null);
  return { v: 1, deal, payment, payee, purpose, owner, bank, link, currency, amount, status };
}

function heldPayment(payment: Owned<PaymentRow> | null): PaymentRow | null {
  const row = attestedOrNull(payment);
  return row?.status === 'held' ? row : null;
}

export interface CompleteInput {
  readonly deal: string;
  readonly now: Instant;
  readonly phase: PhaseRow | null;
  readonly plan: PlanRow | null;
  /** The credits that the plan names, in its order. */
  readonly credits: readonly (Owned<CreditRow> | null)[];
  /** Ids of the payments that their banks say they have given back. */
  readonly voided: ReadonlySet<string>;
}

/**
 * Every share of the price is credited or given back.
 * Null: completed before. Rejects: NOT_FOUND, WRONG_STATE, NOT_ATTESTED, NOT_CREDITED.
 */
export function decideComplete(input: CompleteInput): PhaseRow | null {
  const phase = present(input.phase, 'phase');
  if (phase.status === 'completed') return null;
  const status = transition(complete, 'phase', 'completed', phase.status);
  present(input.plan, 'plan');
  for (const owned of input.credits) {
    if (owned !== null && input.voided.has(owned.row.payment)) continue;
    const credit = requireAttested(owned, 'credit');
    if (credit.status !== 'credited') {
      throw new RuleViolation('NOT_CREDITED', { payment: credit.payment, payee: credit.payee });
    }
  }
  return { ...phase, status, at: input.now };
}
