// The rows of a deal as the model's rules ask for them.
import type { DealTerms, PhaseRow } from '../../chaincode/protocol/deal.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { found, must, type ModelCommand } from './model-command.js';
import type { ModelState } from './model-state.js';

export function dealTerms({ state }: Pick<ModelCommand, 'state'>, deal: string): DealTerms {
  return found(state.row('terms', deal)).terms;
}

export function mustBeSigned(call: ModelCommand, deal: string, hash: string): DealTerms {
  const row = found(call.state.row('terms', deal));
  must(row.termsHash === hash, 'TERMS_DIFFER');
  return row.terms;
}

export function phaseOf(call: ModelCommand, deal: string): PhaseRow {
  return found(call.state.row('phase', deal));
}

/** Held, or admitted and not answered. */
export function isAlive(state: ModelState, payment: PaymentRow): boolean {
  if (payment.status === 'held') return true;
  return (
    payment.status === 'submitted' && state.row('admission', payment.deal, payment.id)?.status === 'admitted'
  );
}

export function paymentsIn(state: ModelState, deal: string): PaymentRow[] {
  return state.paymentsOf(deal).map((id) => found(state.row('payment', deal, id)));
}
