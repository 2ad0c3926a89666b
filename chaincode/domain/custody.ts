// Duty: what a bank holds for one deal: its refund key's salted hash, a hold for each payment, the journal of both.
// Must not: keep the refund key itself (ledger-plan rule 29), or change an entry that is there.
import type { Hash } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { CustodyRow, Hold, JournalEntry } from './private-rows.js';

/** What is hashed under the bank's secret. */
export function refundKeyText(deal: string, refundKey: string): string {
  return `refund key|${deal}|${refundKey}`;
}

/** The deal's custody for who shows its refund key; the deal's first hold sets the key. Rejects: REFUND_KEY. */
export function openedCustody(found: CustodyRow | null, deal: string, shown: Hash): CustodyRow {
  if (found === null) return { v: 1, deal, saltedHash: shown, holds: [], entries: [] };
  return custodyFor(found, shown);
}

/** Rejects: REFUND_KEY, also where nothing is held. */
export function custodyFor(found: CustodyRow | null, shown: Hash): CustodyRow {
  if (found?.saltedHash !== shown) throw new RuleViolation('REFUND_KEY');
  return found;
}

/** The payment's hold; null: there is none. */
export function holdOf(custody: CustodyRow | null, leg: string): Hold | null {
  return custody?.holds.find((hold) => hold.leg === leg) ?? null;
}

/** The hold as it is now, and the entries that made it so at the end of the journal. */
export function withHold(custody: CustodyRow, hold: Hold, entries: readonly JournalEntry[]): CustodyRow {
  const journal = [...custody.entries, ...entries];
  if (new Set(journal.map(({ operation }) => operation)).size !== journal.length) {
    throw new RangeError('an operation is entered once');
  }
  const others = custody.holds.filter(({ leg }) => leg !== hold.leg);
  const holds = [...others, hold].sort((left, right) => (left.leg < right.leg ? -1 : 1));
  return { ...custody, holds, entries: journal };
}
