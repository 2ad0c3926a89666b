// Duty: all that is public about one deal, for evaluation.
// Must not: decide or write.
import type { DealView } from '../protocol/commands.js';
import type { Owned } from '../domain/owned.js';
import type { ReadSession } from '../state/sessions.js';

/** Owned rows come with the verdict on their evidence; rows that nobody vouches for are shown, marked. */
export async function dealView(session: ReadSession, deal: string): Promise<DealView> {
  const shipment = await session.owned('shipment', deal);
  return {
    terms: await session.row('terms', deal),
    phase: await session.row('phase', deal),
    legs: await legsOf(session, deal),
    reservation: await session.row('reservation', deal),
    plan: await session.row('plan', deal),
    credits: (await session.ownedUnder('credit', deal)).map(shown),
    obligations: await session.rowsUnder('obligation', deal),
    shipment: shipment === null ? null : shown(shipment),
    inspection: await session.row('inspection', deal),
  };
}

async function legsOf(session: ReadSession, deal: string): Promise<DealView['legs']> {
  const legs: DealView['legs'][number][] = [];
  for (const leg of await session.ownedUnder('leg', deal)) {
    legs.push({ ...shown(leg), gate: await session.row('gate', leg.row.id) });
  }
  return legs;
}

function shown<R>({ row, believed }: Owned<R>): { readonly row: R; readonly evidence: boolean } {
  return { row, evidence: believed };
}
