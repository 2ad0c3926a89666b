// The address of a deal as one viewer may see it. Pure; to others than buyer and seller there is none.
import type { DealAddress } from '../protocol/api/addresses.js';
import type { DealPage } from '../protocol/api/deals.js';
import { isGivenBack } from '../protocol/deal-status.js';
import type { StoredDealAddress } from '../store/addresses.js';

type Seen = Pick<DealPage, 'role' | 'status' | 'shipment'>;

/** Null: not for this viewer. */
export function dealAddress(deal: Seen, stored: StoredDealAddress | null): DealAddress | null {
  if (deal.role !== 'buyer' && deal.role !== 'seller') return null;
  const mayChange = mayChangeAddress(deal);
  if (stored === null || !seesAddress(deal)) {
    return { address: null, changedAt: null, mayChange, courier: null };
  }
  const { address, changedAt, announced } = stored;
  return { address, changedAt, mayChange, courier: announced };
}

/** The buyer, until the courier has accepted the parcel or the deal is over. */
export function mayChangeAddress({ role, status, shipment }: Seen): boolean {
  const isRunning = status !== 'completed' && !isGivenBack(status);
  return role === 'buyer' && isRunning && (shipment === 'none' || shipment === 'announced');
}

/** The buyer always, the seller from the moment the deal is paid. */
function seesAddress({ role, status }: Seen): boolean {
  return role === 'buyer' || (role === 'seller' && (status === 'paid' || status === 'completed'));
}
