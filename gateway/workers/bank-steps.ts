// Duty: what a bank has to do about its own payments and credits of a deal: answer, note, capture, give back, credit.
// Must not: judge whether money may move; the bank's own chaincode re-derives that (architecture §1 d).
import type { CreditRow, Instant } from '../../chaincode/protocol/rows.js';
import type { DealView } from '../../chaincode/protocol/commands.js';
import { attestedPayments, earliest } from './deal-steps.js';
import type { BankStep, KnownDeal, PaymentView, PartSteps } from './deal-steps.js';

type Part = PartSteps<BankStep>;
const NOTHING: Part = { steps: [], wakeAt: null, waiting: false };

interface CaptureTurn {
  readonly othersFirst: boolean;
}

export function bankSteps(deal: KnownDeal, mspId: string, now: Instant): Part {
  const all = attestedPayments(deal.view);
  const payments = all.filter((payment) => payment.row.owner === mspId);
  const othersFirst = firstToCapture(all) !== mspId;
  const credits = deal.view.credits.filter((credit) => credit.row.owner === mspId);
  const parts = [
    ...payments.map((payment) => paymentSteps(payment, { ...deal, othersFirst }, now)),
    ...credits.map((credit) => creditSteps(credit.row, credit.attested, deal.view)),
    noteSteps(deal, payments),
  ];
  return {
    steps: parts.flatMap((part) => part.steps),
    wakeAt: earliest(parts.map((part) => part.wakeAt)),
    waiting: parts.some((part) => part.waiting),
  };
}

function paymentSteps(payment: PaymentView, deal: KnownDeal & CaptureTurn, now: Instant): Part {
  const id = payment.row.id;
  if (payment.row.status === 'submitted') {
    // A closed admission still wants the core's answer: a late yes is recorded and given back (product §2).
    const asked = payment.admission?.status === 'admitted' || payment.admission?.status === 'closed';
    return asked ? due({ step: 'answerPayment', payment: id }) : NOTHING;
  }
  if (payment.row.status !== 'held') return NOTHING;
  if (deal.phase.status === 'expired') return due({ step: 'voidPayment', payment: id });
  if (deal.phase.status === 'paid') return captureSteps(id, deal, now);
  return { ...NOTHING, waiting: true };
}

function captureSteps(payment: string, deal: KnownDeal & CaptureTurn, now: Instant): Part {
  const { inspection } = deal.view;
  if (!isDelivered(deal.view) || inspection === null) return { ...NOTHING, waiting: true };
  const overAt = inspection.startedAt + deal.terms.offerTerms.inspectionTimeMs;
  const { othersFirst } = deal;
  if (inspection.status === 'accepted' || now >= overAt)
    return due({ step: 'capture', payment, othersFirst });
  return { steps: [], wakeAt: overAt, waiting: true };
}

/** Of the banks with held payments, the one whose payment came first, as all of them reckon it. */
function firstToCapture(payments: readonly PaymentView[]): string | null {
  const held = payments.filter(({ row }) => row.status === 'held').map(({ row }) => row);
  const [first] = held.sort(
    (left, right) => left.arrivedAt - right.arrivedAt || (left.id < right.id ? -1 : 1),
  );
  return first?.owner ?? null;
}

/** The bank counts inspection from its own first sight as well (ledger-plan rule 6), unless the buyer accepted. */
function noteSteps(deal: KnownDeal, payments: readonly PaymentView[]): Part {
  const holds = payments.some((payment) => payment.row.status === 'held');
  const undecided = deal.phase.status === 'paid' && deal.view.inspection?.status !== 'accepted';
  const counts = deal.terms.offerTerms.inspectionTimeMs > 0;
  return holds && undecided && counts && isDelivered(deal.view) ? due({ step: 'recordDelivery' }) : NOTHING;
}

function creditSteps(credit: CreditRow, attested: boolean, view: DealView): Part {
  if (credit.status === 'credited' && attested) return NOTHING;
  const payment = attestedPayments(view).find(({ row }) => row.id === credit.payment);
  if (payment?.row.status !== 'captured') return { ...NOTHING, waiting: true };
  return due({ step: 'credit', payment: credit.payment, payee: credit.payee });
}

function isDelivered(view: DealView): boolean {
  const shipment = view.shipment;
  return shipment !== null && shipment.attested && shipment.row.status === 'delivered';
}

function due(step: BankStep): Part {
  return { steps: [step], wakeAt: null, waiting: true };
}
