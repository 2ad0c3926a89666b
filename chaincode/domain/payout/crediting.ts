// Why a payee's bank credits an account: the captured payment's own allocation. The payer's bank vouches for that row
// only, so neither the plan nor the credit's own amount is relied on.
import { transition } from '../../protocol/life-cycle.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import type { PaymentRow } from '../../protocol/payment.js';
import { credit as creditCommand, type CreditRow } from '../../protocol/payout.js';
import { RuleViolation } from '../../protocol/violation.js';
import { type MoneyGuard, requireMoneyMayMove } from '../deal/money-guard.js';
import { requireAttested } from '../owned.js';
import type { PendingCreditRow } from '../account/private-rows.js';

export interface CreditInput {
  readonly owner: string;
  readonly deal: string;
  readonly payment: string;
  readonly guard: MoneyGuard;
  readonly credit: Owned<CreditRow> | null;
  readonly paidPayment: Owned<PaymentRow> | null;
  /** What this bank has written for the credit before, if anything. */
  readonly pendingCredit: PendingCreditRow | null;
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
  const status = transition(creditCommand, 'credit', 'credited', credit.status);
  requireMoneyMayMove(input.guard);
  // One entry for a credit, whatever its row says: it would be brought to the account twice.
  if (input.pendingCredit !== null) {
    throw new RuleViolation('WRONG_STATE', { kind: 'pendingCredit', found: 'credited', needed: null });
  }
  const payment = attestedOrNull(input.paidPayment);
  if (payment?.status !== 'captured') {
    throw new RuleViolation('NOT_CAPTURED', { payment: input.payment, found: payment?.status ?? null });
  }
  if (!input.trusts(payment.bank, payment.owner)) {
    throw new RuleViolation('UNKNOWN_BANK', { bank: payment.bank });
  }
  if (!isAllocated(credit, payment)) throw new RuleViolation('PLAN_DIFFERS', { deal: input.deal });
  return { ...credit, status };
}

function isAllocated(credit: CreditRow, payment: PaymentRow): boolean {
  const named = credit.deal === payment.deal && credit.payment === payment.id;
  if (!named || credit.currency !== payment.currency) return false;
  const item = payment.allocation?.find(({ payee }) => payee === credit.payee);
  return (
    item?.link === credit.link &&
    item.bank === credit.bank &&
    item.amount === credit.amount &&
    item.purpose === credit.purpose
  );
}
