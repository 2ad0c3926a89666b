// What the rows of a deal amount to: one set of answers for rules, workers, SDK and pages.
import { admissionClosableFrom, paymentsClosableFrom } from './deal-times.js';
import type { DealTerms, TermsRow } from './deal.js';
import type { Instant } from './forms.js';
import { attestedOrNull, type Owned } from './owned.js';
import type { AdmissionRow, PaymentRow, PlanItem } from './payment.js';
import type { DealView } from './queries.js';
import { recipientCodeH2 } from './recipient-code.js';
import type { ShipmentRow } from './shipment.js';

/** Whether a bank may still answer: submitted, and its admission neither refused nor closed. */
export function isPaymentOpen(payment: Owned<PaymentRow> | null, admission: AdmissionRow | null): boolean {
  const isSubmitted = attestedOrNull(payment)?.status === 'submitted';
  return isSubmitted && admission?.status !== 'refused' && admission?.status !== 'closed';
}

/** Whether a payment takes up a part of the price: held, or admitted and not answered. */
export function isPaymentCounted(payment: Owned<PaymentRow> | null, admission: AdmissionRow | null): boolean {
  const status = attestedOrNull(payment)?.status;
  return status === 'held' || (status === 'submitted' && admission?.status === 'admitted');
}

/** Whether a payer's bank has the money, or has paid it out. */
export function isHeldOrCaptured({ status }: PaymentRow): boolean {
  return HAS_MONEY.includes(status);
}

/** Statuses of a payment whose bank has the money, or has paid it out. */
const HAS_MONEY: readonly PaymentRow['status'][] = ['held', 'captured'];

/** Statuses of a payment whose bank has had the money. */
export const HAD_MONEY: readonly PaymentRow['status'][] = ['held', 'captured', 'voided'];

/** A payment of a deal by its id: the attested row, since others can copy it under another key. */
export function paymentOf(
  { payments }: Pick<DealView, 'payments'>,
  id: string,
): DealView['payments'][number] | null {
  const found = payments.filter(({ row }) => row.id === id);
  return found.find(({ attested }) => attested) ?? found[0] ?? null;
}

/** Sum of amounts, minor units. */
export function sumOf(rows: readonly { readonly amount: string }[]): bigint {
  return rows.reduce((total, { amount }) => total + BigInt(amount), 0n);
}

/** Whether these payments sum to the price. */
export function isFullPrice(payments: readonly PaymentRow[], { offerTerms }: DealTerms): boolean {
  return sumOf(payments) === BigInt(offerTerms.price);
}

/** Whether the pinned courier vouches for the delivery with the code that the buyer gave out. */
export function isDelivered(shipment: Owned<ShipmentRow> | null, terms: DealTerms): boolean {
  const row = attestedOrNull(shipment);
  if (row === null || row.status !== 'delivered' || row.h1 === null) return false;
  const isOfThisDeal = row.deal === terms.deal && row.owner === terms.offerTerms.courier;
  return isOfThisDeal && recipientCodeH2(row.h1) === terms.recipientCodeHash;
}

/** Whether payments that are reserved and held sum to the price. */
export function isFullyHeld(view: DealView): boolean {
  if (view.terms === null) return false;
  const reserved = new Set(view.reservation?.payments);
  const held = view.payments.flatMap((payment) => {
    const row = attestedOrNull(payment);
    return row !== null && row.status === 'held' && reserved.has(row.id) ? [row] : [];
  });
  return isFullPrice(held, view.terms.terms);
}

/** What the money of a deal is proved by. */
export interface MoneyProof {
  readonly terms: TermsRow;
  readonly payments: readonly (Owned<PaymentRow> | null)[];
  /** Whether that organisation's attestation is believed for that bank's money. */
  readonly trusts: (bank: string, msp: string) => boolean;
}

/** Payments under the deal's very terms that trusted banks say are in one of these states, each once. */
export function provenMoney(
  { terms: { deal, terms, termsHash }, payments, trusts }: MoneyProof,
  statuses: readonly PaymentRow['status'][],
): PaymentRow[] {
  const proven = new Map<string, PaymentRow>();
  for (const row of payments.flatMap((payment) => attestedOrNull(payment) ?? [])) {
    const isOfThis = row.deal === deal && row.termsHash === termsHash;
    const isMoney = statuses.includes(row.status) && row.currency === terms.offerTerms.currency;
    if (isOfThis && isMoney && trusts(row.bank, row.owner)) proven.set(row.id, row);
  }
  return [...proven.values()];
}

/** Minor units that trusted banks say they hold for the deal, or have paid out. The phase alone proves nothing. */
export function provenSum(proof: MoneyProof): bigint {
  return sumOf(provenMoney(proof, HAS_MONEY));
}

/** Whether every item of the plan is credited or given back. */
export function isPaidOut({ plan, credits, payments }: DealView): boolean {
  const credited = credits.flatMap((credit) => attestedOrNull(credit) ?? []);
  const isDone = ({ payment, payee }: PlanItem): boolean =>
    attestedOrNull(paymentOf({ payments }, payment))?.status === 'voided' ||
    credited.some((row) => row.payment === payment && row.payee === payee && row.status === 'credited');
  return plan !== null && plan.items.every(isDone);
}

/** Who is waited for, for what, and until when at most; null: no time limit. */
export interface NextStep {
  readonly who: 'payer' | 'bank' | 'seller' | 'courier' | 'buyer' | 'anybody';
  readonly what:
    | 'pay'
    | 'answer'
    | 'ship'
    | 'deliver'
    | 'inspect'
    | 'payOut'
    | 'credit'
    /** The payee's bank credits once the payer's has settled. */
    | 'settle'
    | 'giveBack'
    | 'close';
  readonly until: Instant | null;
}

/** The next step of a deal as far as the ledger shows it; null: the deal is over. */
export function nextStep(view: DealView, now: Instant): NextStep | null {
  if (view.terms === null || view.phase === null) return null;
  const { terms } = view.terms;
  switch (view.phase.status) {
    case 'open':
    case 'cancelled':
    case 'paymentsClosed':
      return stepWhilePaying(view, terms, now);
    case 'paid':
      return stepAfterPaid(view, terms);
    case 'expired':
      return isAnyHeld(view) ? { who: 'bank', what: 'giveBack', until: null } : null;
    case 'completed':
      return null;
  }
}

function stepWhilePaying(view: DealView, terms: DealTerms, now: Instant): NextStep {
  const open = view.payments.filter((payment) => isPaymentOpen(payment, payment.admission));
  if (open.length > 0) {
    const until = open.map(({ row, admission }) => admissionClosableFrom(row, admission, terms));
    return { who: 'bank', what: 'answer', until: Math.max(...until) };
  }
  if (isFullyHeld(view)) return { who: 'anybody', what: 'close', until: null };
  if (view.phase?.status === 'open' && now <= terms.payDeadline) {
    return { who: 'payer', what: 'pay', until: terms.payDeadline };
  }
  const isOver = view.phase?.status === 'cancelled';
  return { who: 'anybody', what: 'close', until: isOver ? null : paymentsClosableFrom(terms) };
}

function stepAfterPaid(view: DealView, terms: DealTerms): NextStep {
  const paidAt = view.phase?.at ?? 0;
  const { shipTimeMs, deliverTimeMs, inspectionTimeMs } = terms.offerTerms;
  if (isGoingBack(view)) return { who: 'bank', what: 'giveBack', until: null };
  const shipment = attestedOrNull(view.shipment);
  if (shipment === null || shipment.status === 'announced') {
    return { who: 'seller', what: 'ship', until: paidAt + shipTimeMs };
  }
  if (!isDelivered(view.shipment, terms)) {
    return { who: 'courier', what: 'deliver', until: paidAt + shipTimeMs + deliverTimeMs };
  }
  return stepAfterDelivery(view, inspectionTimeMs);
}

function stepAfterDelivery(view: DealView, inspectionTimeMs: number): NextStep {
  const { inspection } = view;
  if (inspection === null) return { who: 'buyer', what: 'inspect', until: null };
  if (inspection.status === 'started' && isAnyHeld(view)) {
    return { who: 'buyer', what: 'inspect', until: inspection.startedAt + inspectionTimeMs };
  }
  return { who: 'bank', what: isAnyHeld(view) ? 'payOut' : 'credit', until: null };
}

/** Whether the money of a paid deal goes back: the seller conceded, or it was not shipped or delivered in time. */
export function isGoingBack(
  view: Pick<DealView, 'concession' | 'outcome' | 'shipment' | 'inspection' | 'terms'>,
): boolean {
  if (view.terms === null || view.inspection?.acceptance != null) return false;
  if (view.concession !== null) return true;
  const parcel = attestedOrNull(view.shipment)?.status ?? 'announced';
  if (view.outcome === null || isDelivered(view.shipment, view.terms.terms)) return false;
  return view.outcome.status === 'overdue' || parcel === 'announced';
}

function isAnyHeld(view: DealView): boolean {
  return view.payments.some((payment) => attestedOrNull(payment)?.status === 'held');
}
