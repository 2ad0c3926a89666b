// Stock: available and taken units sum to the whole, and units taken belong to deals that reserve them.
import type { StockRow } from '../chaincode/protocol/offer.js';
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction } from './escrow-transaction.js';

export class StockCheck {
  /** Deals that hold a unit, by offer. */
  private readonly reserved = new Map<string, Set<string>>();

  check(transaction: EscrowTransaction, { findings, ledger }: CheckScope): void {
    const touched = new Set(writesOf(transaction, 'stock').map(({ after }) => after.offer));
    for (const { after } of writesOf(transaction, 'reservation')) {
      const deals = this.reserved.get(after.offer) ?? new Set();
      if (after.released) deals.delete(after.deal);
      else deals.add(after.deal);
      this.reserved.set(after.offer, deals);
      touched.add(after.offer);
    }
    for (const offer of touched) {
      const row = ledger.row('stock', offer);
      const reserved = this.reserved.get(offer)?.size ?? 0;
      findings.expect('stock', transaction.place, row !== null && isSound(row, reserved), () => ({
        found: `${offer}: ${JSON.stringify(row)} with ${String(reserved)} reservations`,
        needed: 'available + taken = total, each zero or more, taken = reserved',
      }));
    }
  }
}

function isSound({ total, available, taken }: StockRow, reserved: number): boolean {
  return available >= 0 && taken >= 0 && available + taken === total && taken === reserved;
}
