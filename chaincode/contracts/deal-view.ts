// All that is public about one deal, for evaluation.
import type { DealView } from '../protocol/queries.js';
import { openShares } from '../protocol/shares.js';
import type { RowReader } from '../state/sessions.js';
import { sharesOf } from './deal-rows.js';

/** Owned rows come with the verdict on their attestation; rows that nobody vouches for are shown, marked. */
export function dealView(rows: RowReader, deal: string): DealView {
  const terms = rows.row('terms', deal);
  const shares = sharesOf(rows, terms);
  return {
    terms,
    phase: rows.row('phase', deal),
    payments: rows
      .ownedUnder('payment', deal)
      .map((payment) => ({ ...payment, admission: rows.row('admission', deal, payment.row.id) })),
    reservation: rows.row('reservation', deal),
    plan: rows.row('plan', deal),
    credits: rows.ownedUnder('credit', deal),
    obligations: rows.rowsUnder('obligation', deal),
    shipment: rows.owned('shipment', deal),
    inspection: rows.row('inspection', deal),
    concession: rows.row('concession', deal),
    outcome: rows.row('outcome', deal),
    shares: terms === null || openShares(terms.terms.offerTerms, shares) === null ? null : shares,
    invitations: rows.rowsUnder('invitation', deal),
  };
}
