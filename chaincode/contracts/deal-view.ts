// Duty: all that is public about one deal, for evaluation.
// Must not: decide or write.
import type { DealView } from '../protocol/commands.js';
import type { Owned } from '../domain/owned.js';
import type { ReadSession } from '../state/sessions.js';

/** Owned rows come with the verdict on their attestation; rows that nobody vouches for are shown, marked. */
export async function dealView(session: ReadSession, deal: string): Promise<DealView> {
  const shipment = await session.owned('shipment', deal);
  return {
    terms: await session.row('terms', deal),
    phase: await session.row('phase', deal),
    payments: await paymentsOf(session, deal),
    reservation: await session.row('reservation', deal),
    plan: await session.row('plan', deal),
    credits: (await session.ownedUnder('credit', deal)).map(shown),
    obligations: await session.rowsUnder('obligation', deal),
    shipment: shipment === null ? null : shown(shipment),
    inspection: await session.row('inspection', deal),
  };
}

async function paymentsOf(session: ReadSession, deal: string): Promise<DealView['payments']> {
  const payments: DealView['payments'][number][] = [];
  for (const payment of await session.ownedUnder('payment', deal)) {
    payments.push({ ...shown(payment), admission: await session.row('admission', payment.row.id) });
  }
  return payments;
}

function shown<R>({ row, attested }: Owned<R>): { readonly row: R; readonly attested: boolean } {
  return { row, attested };
}
