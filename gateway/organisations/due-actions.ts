// What one organisation has to do about one deal now, and when to look again, from the ledger's view alone.
import type { Instant, MemberKind } from '../../chaincode/protocol/forms.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { earliest } from '../clock.js';
import { type Admits, type DealAction, dueDealActions, NOTHING_DUE } from '../deals/due-actions.js';
import { duePaymentActions, type PaymentAction } from '../payments/due-actions.js';
import type { Due } from '../worker/deal-scheduler.js';

/** `agreementWorker`: it also takes the agreement actions of deals, as any member may. */
export interface WorkerOrganisation {
  readonly mspId: string;
  readonly kind: MemberKind;
  readonly agreementWorker: boolean;
  readonly admits: Admits;
}

export interface DueActions extends Due {
  readonly deal: readonly DealAction[];
  readonly payment: readonly PaymentAction[];
}

/** @param now milliseconds since 1970 UTC */
export function dueActions(view: DealView, organisation: WorkerOrganisation, now: Instant): DueActions {
  if (view.terms === null || view.phase === null) {
    return { deal: [], payment: [], wakeAt: null, finished: true };
  }
  const known = { view, terms: view.terms.terms, phase: view.phase };
  const deal = organisation.agreementWorker ? dueDealActions(known, organisation.admits, now) : NOTHING_DUE;
  const payment =
    organisation.kind === 'bank' ? duePaymentActions(known, organisation.mspId, now) : NOTHING_DUE;
  return {
    deal: deal.actions,
    payment: payment.actions,
    wakeAt: earliest([deal.wakeAt, payment.wakeAt]),
    finished: isFinished(known.phase.status) && !deal.waiting && !payment.waiting,
  };
}

function isFinished(status: string): boolean {
  return status === 'expired' || status === 'completed';
}
