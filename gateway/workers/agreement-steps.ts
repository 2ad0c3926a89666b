// Duty: the agreement steps of a deal that are due: admit, close, mark paid, seal, expire, inspect, complete.
// Must not: decide what the ledger decides; a step that comes too early or twice is refused there without harm.
import type { Instant } from '../../chaincode/protocol/rows.js';
import { attestedPayments, earliest, heldSum } from './deal-steps.js';
import type { AgreementStep, KnownDeal, PaymentView, PartSteps, Timing } from './deal-steps.js';

type Part = PartSteps<AgreementStep>;
const NOTHING: Part = { steps: [], wakeAt: null, waiting: false };

export function agreementSteps(deal: KnownDeal, timing: Timing, now: Instant): Part {
  const payments = attestedPayments(deal.view).map((payment) => paymentSteps(payment, deal, timing, now));
  const parts = [...payments, phaseSteps(deal, timing, now)];
  return {
    steps: parts.flatMap((part) => part.steps),
    wakeAt: earliest(parts.map((part) => part.wakeAt)),
    waiting: parts.some((part) => part.waiting),
  };
}

/** Both ends of the symmetric time window and the slack (ledger-plan rule 13). */
export function afterWindow(instant: Instant, timing: Timing): Instant {
  return instant + 2 * timing.windowMs + timing.slackMs;
}

function paymentSteps(payment: PaymentView, deal: KnownDeal, timing: Timing, now: Instant): Part {
  if (payment.row.status !== 'submitted') return NOTHING;
  if (payment.admission === null) return unadmittedPaymentSteps(payment, deal, timing, now);
  if (payment.admission.status !== 'admitted') return NOTHING;
  return fromInstant(afterWindow(payment.admission.answerBy, timing), now, {
    step: 'closeAdmission',
    payment: payment.row.id,
  });
}

/**
 * Admission of a payment that came too late for its deal refuses it at the admission, so that its payer sees an end.
 */
function unadmittedPaymentSteps(payment: PaymentView, deal: KnownDeal, timing: Timing, now: Instant): Part {
  const closable = afterWindow(payment.row.arrivedAt + deal.terms.offerTerms.answerTimeMs, timing);
  if (now < closable) {
    return { steps: [{ step: 'admitPayment', payment: payment.row.id }], wakeAt: closable, waiting: true };
  }
  return due({ step: 'closeAdmission', payment: payment.row.id });
}

function phaseSteps(deal: KnownDeal, timing: Timing, now: Instant): Part {
  switch (deal.phase.status) {
    case 'open':
      if (isFullyHeld(deal)) return due({ step: 'markPaid' });
      return fromInstant(afterWindow(deal.terms.payDeadline, timing), now, { step: 'closePayments' });
    case 'paymentsClosed':
      if (isFullyHeld(deal)) return due({ step: 'markPaid' });
      return hasOpenPayment(deal) ? { ...NOTHING, waiting: true } : due({ step: 'expire' });
    case 'paid':
      return paidSteps(deal);
    case 'expired':
    case 'completed':
      return NOTHING;
  }
}

function paidSteps(deal: KnownDeal): Part {
  const { credits, plan, shipment, inspection } = deal.view;
  const credited = credits.filter((credit) => credit.attested && credit.row.status === 'credited');
  if (plan !== null && credited.length === plan.items.length) return due({ step: 'complete' });
  const delivered = shipment !== null && shipment.attested && shipment.row.status === 'delivered';
  if (delivered && inspection === null) return due({ step: 'startInspection' });
  return { ...NOTHING, waiting: true };
}

function isFullyHeld(deal: KnownDeal): boolean {
  const reserved = new Set(deal.view.reservation?.payments ?? []);
  const payments = attestedPayments(deal.view).filter((payment) => reserved.has(payment.row.id));
  return heldSum(payments) === BigInt(deal.terms.offerTerms.price);
}

/** As the ledger counts for expiry: a payment without attestation is open too until somebody answers or closes it. */
function hasOpenPayment(deal: KnownDeal): boolean {
  return deal.view.payments.some(
    ({ row, admission }) =>
      row.status === 'submitted' && (admission === null || admission.status === 'admitted'),
  );
}

function due(step: AgreementStep): Part {
  return { steps: [step], wakeAt: null, waiting: true };
}

function fromInstant(instant: Instant, now: Instant, step: AgreementStep): Part {
  return now >= instant ? due(step) : { steps: [], wakeAt: instant, waiting: true };
}
