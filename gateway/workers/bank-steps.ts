// Duty: what a bank has to do about its own legs and credits of a deal: answer, note, capture, give back, credit.
// Must not: judge whether money may move; the bank's own chaincode re-derives that (architecture §1 d).
import type { CreditRow, Instant } from '../../chaincode/protocol/rows.js';
import type { DealView } from '../../chaincode/protocol/commands.js';
import { believedLegs, earliest } from './deal-steps.js';
import type { BankStep, KnownDeal, LegView, PartSteps } from './deal-steps.js';

type Part = PartSteps<BankStep>;
const NOTHING: Part = { steps: [], wakeAt: null, waiting: false };

interface CaptureTurn {
  readonly othersFirst: boolean;
}

export function bankSteps(deal: KnownDeal, mspId: string, now: Instant): Part {
  const all = believedLegs(deal.view);
  const legs = all.filter((leg) => leg.row.owner === mspId);
  const othersFirst = firstToCapture(all) !== mspId;
  const credits = deal.view.credits.filter((credit) => credit.row.owner === mspId);
  const parts = [
    ...legs.map((leg) => legSteps(leg, { ...deal, othersFirst }, now)),
    ...credits.map((credit) => creditSteps(credit.row, credit.evidence, deal.view)),
    noteSteps(deal, legs),
  ];
  return {
    steps: parts.flatMap((part) => part.steps),
    wakeAt: earliest(parts.map((part) => part.wakeAt)),
    waiting: parts.some((part) => part.waiting),
  };
}

function legSteps(leg: LegView, deal: KnownDeal & CaptureTurn, now: Instant): Part {
  const id = leg.row.id;
  if (leg.row.status === 'submitted') {
    // A closed gate still wants the core's answer: a late yes is recorded and given back (product §2).
    const asked = leg.gate?.status === 'admitted' || leg.gate?.status === 'closed';
    return asked ? due({ step: 'answerLeg', leg: id }) : NOTHING;
  }
  if (leg.row.status !== 'held') return NOTHING;
  if (deal.phase.status === 'expired') return due({ step: 'voidLeg', leg: id });
  if (deal.phase.status === 'paid') return captureSteps(id, deal, now);
  return { ...NOTHING, waiting: true };
}

function captureSteps(leg: string, deal: KnownDeal & CaptureTurn, now: Instant): Part {
  const { inspection } = deal.view;
  if (!isDelivered(deal.view) || inspection === null) return { ...NOTHING, waiting: true };
  const overAt = inspection.startedAt + deal.terms.offerTerms.inspectionTimeMs;
  const { othersFirst } = deal;
  if (inspection.status === 'accepted' || now >= overAt) return due({ step: 'capture', leg, othersFirst });
  return { steps: [], wakeAt: overAt, waiting: true };
}

/** Of the banks with held legs, the one whose leg came first, as all of them reckon it. */
function firstToCapture(legs: readonly LegView[]): string | null {
  const held = legs.filter(({ row }) => row.status === 'held').map(({ row }) => row);
  const [first] = held.sort(
    (left, right) => left.arrivedAt - right.arrivedAt || (left.id < right.id ? -1 : 1),
  );
  return first?.owner ?? null;
}

/** The bank counts inspection from its own first sight as well (ledger-plan rule 6), unless the buyer accepted. */
function noteSteps(deal: KnownDeal, legs: readonly LegView[]): Part {
  const holds = legs.some((leg) => leg.row.status === 'held');
  const undecided = deal.phase.status === 'paid' && deal.view.inspection?.status !== 'accepted';
  const counts = deal.terms.offerTerms.inspectionTimeMs > 0;
  return holds && undecided && counts && isDelivered(deal.view) ? due({ step: 'noteDelivery' }) : NOTHING;
}

function creditSteps(credit: CreditRow, evidence: boolean, view: DealView): Part {
  if (credit.status === 'credited' && evidence) return NOTHING;
  const leg = believedLegs(view).find(({ row }) => row.id === credit.leg);
  if (leg?.row.status !== 'captured') return { ...NOTHING, waiting: true };
  return due({ step: 'credit', leg: credit.leg, payee: credit.payee });
}

function isDelivered(view: DealView): boolean {
  const shipment = view.shipment;
  return shipment !== null && shipment.evidence && shipment.row.status === 'delivered';
}

function due(step: BankStep): Part {
  return { steps: [step], wakeAt: null, waiting: true };
}
