// Duty: D10, why a payee's bank credits an account: the captured payment's own allocation (rule 10).
// Must not: rely on the plan or on the credit's amount; the payer's bank vouches for the captured row only.
import { transition } from '../protocol/life-cycle.js';
import type { CreditRow, PaymentRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { attestedOrNull, requireAttested, type Owned } from './owned.js';
import type { PendingCreditRow } from './private-rows.js';

export interface CreditInput {
  readonly owner: string;
  readonly deal: string;
  readonly payment: string;
  readonly credit: Owned<CreditRow> | null;
  readonly paidPayment: Owned<PaymentRow> | null;
  /** What this bank has written for the credit before, if anything. */
  readonly line: PendingCreditRow | null;
  readonly trusts: (bank: string, msp: string) => boolean;
}

/**
 * Null: credited before.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, WRONG_STATE, NOT_CAPTURED, UNKNOWN_BANK, PLAN_DIFFERS.
 */
export function decideCredit(input: CreditInput): CreditRow | null {
  const credit = requireAttested(input.credit, 'credit');
  if (credit.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: credit.owner });
  if (credit.status === 'credited') return null;
  const status = transition('credit', 'credit', credit.status);
  // One line for a credit, whatever its row says: it would be brought to the account twice.
  if (input.line !== null) {
    throw new RuleViolation('WRONG_STATE', { kind: 'pendingCredit', found: 'credited', needed: null });
  }
  const payment = attestedOrNull(input.paidPayment);
  if (payment?.status !== 'captured') {
    throw new RuleViolation('NOT_CAPTURED', { payment: input.payment, found: payment?.status ?? null });
  }
  if (!input.trusts(payment.bank, payment.owner))
    throw new RuleViolation('UNKNOWN_BANK', { bank: payment.bank });
  if (!isAllocated(credit, payment, input)) throw new RuleViolation('PLAN_DIFFERS', { deal: input.deal });
  return { ...credit, status };
}

function isAllocated(credit: CreditRow, payment: PaymentRow, input: CreditInput): boolean {
  const named = [credit, payment].every(
    (row) => row.deal === input.deal && row.currency === payment.currency,
  );
  if (!named || credit.payment !== input.payment || payment.id !== input.payment) return false;
  const item = payment.allocation?.find(({ payee }) => payee === credit.payee);
  return item?.link === credit.link && item.bank === credit.bank && item.amount === credit.amount;
}
