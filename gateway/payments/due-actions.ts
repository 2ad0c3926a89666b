// What a bank has to do about its own payments and credits of a deal: answer, capture, give back, credit, record the
// delivery. Whether money may move is for the bank's own chaincode to find out again.
import { isDelivered } from '../../chaincode/protocol/deal-state.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { CreditRow } from '../../chaincode/protocol/payout.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import {
  attestedPayments,
  due,
  dueFrom,
  type DuePart,
  type KnownDeal,
  NOTHING_DUE,
  type PaymentView,
  together,
  WAITING,
} from '../deals/due-actions.js';

export type PaymentAction =
  /** Its payer is asked for the code at once, its answer follows the admission. */
  | { readonly action: 'answerPayment'; readonly payment: string }
  | { readonly action: 'voidPayment'; readonly payment: string }
  /** `othersFirst`: another bank's turn comes before; both at once would conflict, since each reads all payments. */
  | { readonly action: 'capture'; readonly payment: string; readonly othersFirst: boolean }
  | { readonly action: 'credit'; readonly payment: string; readonly payee: CreditRow['payee'] }
  | { readonly action: 'recordDelivery' };

type Part = DuePart<PaymentAction>;
type DealInTurn = KnownDeal & { readonly othersFirst: boolean };

/** @param now milliseconds since 1970 UTC */
export function duePaymentActions(deal: KnownDeal, mspId: string, now: Instant): Part {
  const all = attestedPayments(deal.view);
  const own = all.filter((payment) => payment.row.owner === mspId);
  const othersFirst = firstToCapture(all) !== mspId;
  const credits = deal.view.credits.filter((credit) => credit.row.owner === mspId);
  return together([
    ...own.map((payment) => ofPayment(payment, { ...deal, othersFirst }, now)),
    ...credits.map((credit) => ofCredit(credit.row, credit.attested, deal.view)),
    ofDelivery(deal, own),
  ]);
}

function ofPayment(payment: PaymentView, deal: DealInTurn, now: Instant): Part {
  const { id, status } = payment.row;
  if (status === 'submitted') {
    // A closed admission still wants the core's answer: a late yes is recorded and given back.
    const isRefused = payment.admission?.status === 'refused';
    return isRefused ? NOTHING_DUE : due({ action: 'answerPayment', payment: id });
  }
  if (status !== 'held') return NOTHING_DUE;
  if (deal.phase.status === 'expired') return due({ action: 'voidPayment', payment: id });
  return deal.phase.status === 'paid' ? ofCapture(id, deal, now) : WAITING;
}

function ofCapture(payment: string, { view, terms, othersFirst }: DealInTurn, now: Instant): Part {
  const { inspection } = view;
  if (!isDelivered(view.shipment, terms) || inspection === null) return WAITING;
  const capture = { action: 'capture', payment, othersFirst } as const;
  if (inspection.status === 'accepted') return due(capture);
  return dueFrom(inspection.startedAt + terms.offerTerms.inspectionTimeMs, now, capture);
}

/** Of the banks with held payments, the one whose payment came first, as all of them reckon it. */
function firstToCapture(payments: readonly PaymentView[]): string | null {
  const held = payments.filter(({ row }) => row.status === 'held').map(({ row }) => row);
  const [first] = held.sort(
    (left, right) => left.arrivedAt - right.arrivedAt || (left.id < right.id ? -1 : 1),
  );
  return first?.owner ?? null;
}

/** The bank counts inspection from its own first sight of the delivery as well, unless the buyer accepted. */
function ofDelivery({ view, terms, phase }: KnownDeal, own: readonly PaymentView[]): Part {
  const holds = own.some((payment) => payment.row.status === 'held');
  const undecided = phase.status === 'paid' && view.inspection?.status !== 'accepted';
  const counts = terms.offerTerms.inspectionTimeMs > 0;
  return holds && undecided && counts && isDelivered(view.shipment, terms)
    ? due({ action: 'recordDelivery' })
    : NOTHING_DUE;
}

function ofCredit(credit: CreditRow, attested: boolean, view: DealView): Part {
  if (credit.status === 'credited' && attested) return NOTHING_DUE;
  const payment = attestedPayments(view).find(({ row }) => row.id === credit.payment);
  if (payment?.row.status !== 'captured') return WAITING;
  return due({ action: 'credit', payment: credit.payment, payee: credit.payee });
}
