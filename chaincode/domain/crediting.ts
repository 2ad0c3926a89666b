// Duty: D10, why a payee's bank credits an account: the captured leg's own allocation (rule 10).
// Must not: rely on the plan or on the credit's amount; the payer's bank vouches for the captured row only.
import { transition } from '../protocol/life-cycle.js';
import type { CreditRow, LegRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { believedOrNull, believedRow, type Owned } from './owned.js';
import type { LineRow } from './private-rows.js';

export interface CreditInput {
  readonly owner: string;
  readonly deal: string;
  readonly leg: string;
  readonly credit: Owned<CreditRow> | null;
  readonly paidLeg: Owned<LegRow> | null;
  /** What this bank has written for the credit before, if anything. */
  readonly line: LineRow | null;
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * Null: credited before.
 * Rejects: NOT_FOUND, NO_EVIDENCE, WRONG_ORGANISATION, WRONG_STATE, NOT_CAPTURED, UNKNOWN_BANK, PLAN_DIFFERS.
 */
export function decideCredit(input: CreditInput): CreditRow | null {
  const credit = believedRow(input.credit, 'credit');
  if (credit.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: credit.owner });
  if (credit.status === 'credited') return null;
  const status = transition('credit', 'credit', credit.status);
  // One line for a credit, whatever its row says: it would be brought to the account twice.
  if (input.line !== null) {
    throw new RuleViolation('WRONG_STATE', { kind: 'line', found: 'credited', needed: null });
  }
  const leg = believedOrNull(input.paidLeg);
  if (leg?.status !== 'captured') {
    throw new RuleViolation('NOT_CAPTURED', { leg: input.leg, found: leg?.status ?? null });
  }
  if (!input.trusts(leg.bank, leg.owner)) throw new RuleViolation('UNKNOWN_BANK', { bank: leg.bank });
  if (!isAllocated(credit, leg, input)) throw new RuleViolation('PLAN_DIFFERS', { deal: input.deal });
  return { ...credit, status };
}

function isAllocated(credit: CreditRow, leg: LegRow, input: CreditInput): boolean {
  const named = [credit, leg].every((row) => row.deal === input.deal && row.currency === leg.currency);
  if (!named || credit.leg !== input.leg || leg.id !== input.leg) return false;
  const item = leg.allocation?.find(({ payee }) => payee === credit.payee);
  return item?.link === credit.link && item.bank === credit.bank && item.amount === credit.amount;
}
