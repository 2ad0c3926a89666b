// What the agreement's clock says of a paid deal that does not go on. It is an agreement because no single member's
// clock may send money back; each bank counts by its own as well.
import { overdueFrom, unshippedFrom } from '../../protocol/deal-times.js';
import {
  type ConcessionRow,
  type DealTerms,
  decideDeal,
  type OutcomeRow,
  type PhaseRow,
  type TermsRow,
} from '../../protocol/deal.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import type { InspectionRow, ShipmentRow } from '../../protocol/shipment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { present } from '../owned.js';
import { termsOfDeal } from './deal-terms.js';

export interface OutcomeInput {
  readonly deal: string;
  readonly status: OutcomeRow['status'];
  readonly now: Instant;
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly outcome: OutcomeRow | null;
  readonly inspection: InspectionRow | null;
  readonly concession: ConcessionRow | null;
  readonly shipment: Owned<ShipmentRow> | null;
}

/**
 * Requirements: deal paid, no party's word on the ledger and nothing delivered; the time to ship or to deliver is over,
 * and the long stop is not reached. Overdue takes the place of unshipped. Null: decided so before.
 * Rejects: NOT_FOUND, TERMS_DIFFER, WRONG_STATE, TOO_LATE, NOT_DUE.
 */
export function decideOutcome(input: OutcomeInput): OutcomeRow | null {
  const { deal, now } = input;
  const terms = termsOfDeal(input.terms, deal);
  const phase = present(input.phase, 'phase');
  if (phase.status !== 'paid') throw wrongState('phase', phase.status, 'paid');
  if (now >= terms.longStopAt) throw new RuleViolation('TOO_LATE', { now, needed: terms.longStopAt });
  if (input.concession !== null) throw wrongState('concession', 'given', null);
  if (input.inspection !== null) throw wrongState('inspection', input.inspection.status, null);
  requireLate(input, terms, phase.at);
  const earlier = input.outcome?.status ?? null;
  if (earlier === input.status) return null;
  return { v: 1, deal, status: transition(decideDeal, 'outcome', input.status, earlier), at: now };
}

function requireLate({ status, now, shipment }: OutcomeInput, terms: DealTerms, paidAt: Instant): void {
  const parcel = attestedOrNull(shipment);
  const isOfCourier = parcel?.deal === terms.deal && parcel.owner === terms.offerTerms.courier;
  const needed = status === 'unshipped' ? ['announced'] : ['announced', 'accepted'];
  const found = isOfCourier ? parcel.status : null;
  if (found === null || !needed.includes(found)) throw wrongState('shipment', found, needed);
  const from = status === 'unshipped' ? unshippedFrom(paidAt, terms) : overdueFrom(paidAt, terms);
  if (!(now >= from)) throw new RuleViolation('NOT_DUE', { now, needed: from });
}

function wrongState(
  kind: string,
  found: string | null,
  needed: string | null | readonly string[],
): RuleViolation {
  return new RuleViolation('WRONG_STATE', { kind, found, needed });
}
