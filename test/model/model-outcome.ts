// The model's rules for a paid deal that goes back: by the seller's word, or because it was not shipped or delivered.
// It must not import the product's rules or formulas.
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import {
  create,
  intentOf,
  machineOf,
  must,
  namedSignatureOf,
  signedBy,
  signersLink,
  take,
  type Rules,
} from './model-command.js';
import { dealTerms, mustBeSigned, phaseOf } from './model-deal-rows.js';
import { marginOf } from './model-times.js';

/** When the courier ought to have the parcel, or the buyer ought to have it, with time for clocks to differ. */
function lateFrom(terms: DealTerms, paidAt: number, outcome: 'unshipped' | 'overdue'): number {
  const { shipTimeMs, deliverTimeMs, inspectionTimeMs, stepTimeMs } = terms.offerTerms;
  const shipped = paidAt + shipTimeMs + marginOf(terms.offerTerms);
  if (outcome === 'unshipped') return shipped;
  return shipped + deliverTimeMs + (inspectionTimeMs > stepTimeMs ? inspectionTimeMs : stepTimeMs);
}

export const OUTCOME_RULES: Rules = {
  concedeDeal(call) {
    const { deal, termsHash } = signedBy(call, 'concedeDeal');
    const { state, now: at } = call;
    const { offerTerms } = mustBeSigned(call, deal, termsHash);
    const intent = intentOf(call);
    must(intent.body.person === offerTerms.seller, 'WRONG_ROLE');
    signersLink(call, offerTerms.sellerLink, offerTerms.currency);
    must(phaseOf(call, deal).status === 'paid', 'WRONG_STATE');
    must(state.row('concession', deal) === null, 'WRONG_STATE');
    const inspection = state.row('inspection', deal);
    must(inspection?.status !== 'accepted', 'WRONG_STATE');
    must(inspection === null || at < inspection.startedAt + offerTerms.inspectionTimeMs, 'TOO_LATE');
    const status = create(call, 'concession.concedeDeal', 'given');
    state.put('concession', [deal], { v: 1, deal, status, at, signed: namedSignatureOf(intent) });
    return 'done';
  },

  decideDeal(call) {
    const { deal, outcome } = machineOf(call, 'decideDeal');
    const { state, now: at } = call;
    const terms = dealTerms(call, deal);
    const phase = phaseOf(call, deal);
    must(phase.status === 'paid', 'WRONG_STATE');
    must(at < terms.longStopAt, 'TOO_LATE');
    must(state.row('concession', deal) === null && state.row('inspection', deal) === null, 'WRONG_STATE');
    const parcel = state.row('shipment', deal)?.status;
    must(parcel === 'announced' || (outcome === 'overdue' && parcel === 'accepted'), 'WRONG_STATE');
    must(at >= lateFrom(terms, phase.at, outcome), 'NOT_DUE');
    const from = state.row('outcome', deal)?.status ?? null;
    if (from === outcome) return 'repeated';
    const allowed = outcome === 'overdue' ? [null, 'unshipped'] : [null];
    const status = take(call, 'outcome.decideDeal', outcome, { from, allowed });
    state.put('outcome', [deal], { v: 1, deal, status, at });
    return 'done';
  },
};
