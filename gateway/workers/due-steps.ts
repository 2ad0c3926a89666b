// Duty: what one organisation has to do about one deal now, and when to look again, from the ledger's view alone.
// Must not: read a clock, keep anything, or send; the ledger judges each step again.
import type { DealView } from '../../chaincode/protocol/commands.js';
import type { Instant } from '../../chaincode/protocol/rows.js';
import { agreementSteps } from './agreement-steps.js';
import { bankSteps } from './bank-steps.js';
import { earliest, type DueSteps, type Timing, type WorkerOrganisation } from './deal-steps.js';

const NOTHING = { steps: [], wakeAt: null, waiting: false } as const;

/** @param now milliseconds since 1970 UTC */
export function dueSteps(
  view: DealView,
  organisation: WorkerOrganisation,
  timing: Timing,
  now: Instant,
): DueSteps {
  if (view.terms === null || view.phase === null) {
    return { agreement: [], bank: [], wakeAt: null, finished: true };
  }
  const deal = { view, terms: view.terms.terms, phase: view.phase };
  const agreement = organisation.agreementWorker ? agreementSteps(deal, timing, now) : NOTHING;
  const bank = organisation.kind === 'bank' ? bankSteps(deal, organisation.mspId, now) : NOTHING;
  return {
    agreement: agreement.steps,
    bank: bank.steps,
    wakeAt: earliest([agreement.wakeAt, bank.wakeAt]),
    finished: isFinished(deal.phase.status) && !agreement.waiting && !bank.waiting,
  };
}

function isFinished(status: string): boolean {
  return status === 'expired' || status === 'completed';
}
