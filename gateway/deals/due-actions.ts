// The agreement actions of a deal that are due: admit, close, mark paid, expire, inspect, complete. The ledger judges
// each again; one that comes too early or twice is refused there without harm.
import { isDelivered, isFullyHeld, isPaidOut, isPaymentOpen } from '../../chaincode/protocol/deal-state.js';
import {
  admissionClosableFrom,
  overdueFrom,
  paymentsClosableFrom,
  unshippedFrom,
} from '../../chaincode/protocol/deal-times.js';
import type { DealTerms, OutcomeRow, PhaseRow } from '../../chaincode/protocol/deal.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { attestedOrNull } from '../../chaincode/protocol/owned.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { earliest } from '../clock.js';

export interface KnownDeal {
  readonly view: DealView;
  readonly terms: DealTerms;
  readonly phase: PhaseRow;
}

/** Whether this member admits the payment now: it knows that its payer has confirmed it, or nobody can tell it. */
export type Admits = (payment: PaymentView) => boolean;

export type DealAction =
  | { readonly action: 'admitPayment' | 'closeAdmission'; readonly payment: string }
  | { readonly action: 'decideDeal'; readonly outcome: OutcomeRow['status'] }
  | { readonly action: 'markPaid' | 'closePayments' | 'expire' | 'startInspection' | 'complete' };

/** What is due of one subject, and whether something of it is still open. */
export interface DuePart<Action> {
  readonly actions: readonly Action[];
  readonly wakeAt: Instant | null;
  readonly waiting: boolean;
}
export const NOTHING_DUE: DuePart<never> = { actions: [], wakeAt: null, waiting: false };
export const WAITING: DuePart<never> = { ...NOTHING_DUE, waiting: true };

export type PaymentView = DealView['payments'][number];
type Part = DuePart<DealAction>;

/** @param now milliseconds since 1970 UTC */
export function dueDealActions(deal: KnownDeal, admits: Admits, now: Instant): Part {
  const payments = attestedPayments(deal.view).map((payment) => ofPayment(payment, { ...deal, admits }, now));
  return together([...payments, ofPhase(deal, now)]);
}

type Judged = KnownDeal & { readonly admits: Admits };

function ofPayment(payment: PaymentView, deal: Judged, now: Instant): Part {
  if (payment.row.status !== 'submitted') return NOTHING_DUE;
  if (payment.admission === null) return ofUnadmittedPayment(payment, deal, now);
  if (payment.admission.status !== 'admitted') return NOTHING_DUE;
  const closable = admissionClosableFrom(payment.row, payment.admission, deal.terms);
  return dueFrom(closable, now, { action: 'closeAdmission', payment: payment.row.id });
}

/** A payment that came too late for its deal is admitted too: admission refuses it, so that its payer sees an end. */
function ofUnadmittedPayment(payment: PaymentView, deal: Judged, now: Instant): Part {
  const { id } = payment.row;
  const closable = admissionClosableFrom(payment.row, null, deal.terms);
  if (now >= closable) return due({ action: 'closeAdmission', payment: id });
  const actions = deal.admits(payment) ? [{ action: 'admitPayment', payment: id } as const] : [];
  return { actions, wakeAt: closable, waiting: true };
}

function ofPhase(deal: KnownDeal, now: Instant): Part {
  switch (deal.phase.status) {
    case 'open':
      if (isFullyHeld(deal.view)) return due({ action: 'markPaid' });
      return dueFrom(paymentsClosableFrom(deal.terms), now, { action: 'closePayments' });
    case 'cancelled':
      return ofClosedPayments(deal);
    case 'paymentsClosed':
      return isFullyHeld(deal.view) ? due({ action: 'markPaid' }) : ofClosedPayments(deal);
    case 'paid':
      return ofPaidDeal(deal, now);
    case 'expired':
    case 'completed':
      return NOTHING_DUE;
  }
}

function ofClosedPayments({ view }: KnownDeal): Part {
  const isWaiting = view.payments.some((payment) => isPaymentOpen(payment, payment.admission));
  return isWaiting ? WAITING : due({ action: 'expire' });
}

function ofPaidDeal(deal: KnownDeal, now: Instant): Part {
  const { view, terms } = deal;
  if (isPaidOut(view)) return due({ action: 'complete' });
  if (view.concession !== null) return WAITING;
  if (view.inspection === null && !isDelivered(view.shipment, terms)) return ofDelay(deal, now);
  const isToInspect = isDelivered(view.shipment, terms) && view.inspection === null;
  return isToInspect ? due({ action: 'startInspection' }) : WAITING;
}

/** A parcel that the courier does not get, or does not hand over, in time. */
function ofDelay({ view, terms, phase }: KnownDeal, now: Instant): Part {
  const parcel = attestedOrNull(view.shipment)?.status ?? null;
  if (parcel === null || view.outcome?.status === 'overdue' || now >= terms.longStopAt) return WAITING;
  const [unshipped, overdue] = [unshippedFrom(phase.at, terms), overdueFrom(phase.at, terms)];
  const isUnshippedNext = parcel === 'announced' && view.outcome === null && now < overdue;
  return isUnshippedNext
    ? dueFrom(unshipped, now, { action: 'decideDeal', outcome: 'unshipped' })
    : dueFrom(overdue, now, { action: 'decideDeal', outcome: 'overdue' });
}

export function due<Action>(action: Action): DuePart<Action> {
  return { actions: [action], wakeAt: null, waiting: true };
}

export function dueFrom<Action>(instant: Instant, now: Instant, action: Action): DuePart<Action> {
  return now >= instant ? due(action) : { actions: [], wakeAt: instant, waiting: true };
}

export function together<Action>(parts: readonly DuePart<Action>[]): DuePart<Action> {
  return {
    actions: parts.flatMap((part) => part.actions),
    wakeAt: earliest(parts.map((part) => part.wakeAt)),
    waiting: parts.some((part) => part.waiting),
  };
}

/** Facts that a worker may act on: a row without its owner's attestation is not one. */
export function attestedPayments(view: DealView): readonly PaymentView[] {
  return view.payments.filter((payment) => payment.attested);
}
