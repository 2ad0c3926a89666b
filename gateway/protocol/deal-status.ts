// What the status of a deal means to who looks at it.
import type { DealPage } from './api/deals.js';

/** Whether a deal ends, or has ended, without its seller being paid: what is held goes back. */
export function isGivenBack(status: DealPage['status']): boolean {
  return status === 'expired' || status === 'cancelled' || status === 'returned';
}
