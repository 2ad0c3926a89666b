// Duty: the agreement steps of a deal that are due: admit, close, mark paid, seal, expire, inspect, complete.
// Must not: decide what the ledger decides; a step that comes too early or twice is refused there without harm.
import type { Instant } from '../../chaincode/protocol/rows.js';
import { believedLegs, earliest, heldSum } from './deal-steps.js';
import type { AgreementStep, KnownDeal, LegView, PartSteps, Timing } from './deal-steps.js';

type Part = PartSteps<AgreementStep>;
const NOTHING: Part = { steps: [], wakeAt: null, waiting: false };

export function agreementSteps(deal: KnownDeal, timing: Timing, now: Instant): Part {
  const legs = believedLegs(deal.view).map((leg) => legSteps(leg, deal, timing, now));
  const parts = [...legs, phaseSteps(deal, timing, now)];
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

function legSteps(leg: LegView, deal: KnownDeal, timing: Timing, now: Instant): Part {
  if (leg.row.status !== 'submitted') return NOTHING;
  if (leg.gate === null) return ungatedLegSteps(leg, deal, timing, now);
  if (leg.gate.status !== 'admitted') return NOTHING;
  return fromInstant(afterWindow(leg.gate.answerBy, timing), now, { step: 'closeLeg', leg: leg.row.id });
}

/** Admission of a leg that came too late for its deal refuses it at the gate, so that its payer sees an end. */
function ungatedLegSteps(leg: LegView, deal: KnownDeal, timing: Timing, now: Instant): Part {
  const closable = afterWindow(leg.row.arrivedAt + deal.terms.offerTerms.answerTimeMs, timing);
  if (now < closable) {
    return { steps: [{ step: 'admitLeg', leg: leg.row.id }], wakeAt: closable, waiting: true };
  }
  return due({ step: 'closeLeg', leg: leg.row.id });
}

function phaseSteps(deal: KnownDeal, timing: Timing, now: Instant): Part {
  switch (deal.phase.status) {
    case 'open':
      if (isFullyHeld(deal)) return due({ step: 'markPaid' });
      return fromInstant(afterWindow(deal.terms.payDeadline, timing), now, { step: 'seal' });
    case 'sealed':
      if (isFullyHeld(deal)) return due({ step: 'markPaid' });
      return hasOpenLeg(deal) ? { ...NOTHING, waiting: true } : due({ step: 'expire' });
    case 'paid':
      return paidSteps(deal);
    case 'expired':
    case 'completed':
      return NOTHING;
  }
}

function paidSteps(deal: KnownDeal): Part {
  const { credits, plan, shipment, inspection } = deal.view;
  const credited = credits.filter((credit) => credit.evidence && credit.row.status === 'credited');
  if (plan !== null && credited.length === plan.items.length) return due({ step: 'complete' });
  const delivered = shipment !== null && shipment.evidence && shipment.row.status === 'delivered';
  if (delivered && inspection === null) return due({ step: 'startInspection' });
  return { ...NOTHING, waiting: true };
}

function isFullyHeld(deal: KnownDeal): boolean {
  const reserved = new Set(deal.view.reservation?.legs ?? []);
  const legs = believedLegs(deal.view).filter((leg) => reserved.has(leg.row.id));
  return heldSum(legs) === BigInt(deal.terms.offerTerms.price);
}

/** As the ledger counts for expiry: a leg without evidence is open too until somebody answers or closes it. */
function hasOpenLeg(deal: KnownDeal): boolean {
  return deal.view.legs.some(
    ({ row, gate }) => row.status === 'submitted' && (gate === null || gate.status === 'admitted'),
  );
}

function due(step: AgreementStep): Part {
  return { steps: [step], wakeAt: null, waiting: true };
}

function fromInstant(instant: Instant, now: Instant, step: AgreementStep): Part {
  return now >= instant ? due(step) : { steps: [], wakeAt: instant, waiting: true };
}
