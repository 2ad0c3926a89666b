// Why a payee's bank credits an account, proved in the same transaction: the deal that seller and buyer signed, the
// payment that its payer signed, and what the payer's bank says it has captured for whom. Neither the plan nor the
// credit's own amount is relied on.
import { transition } from '../../protocol/life-cycle.js';
import type { BankRow } from '../../protocol/member.js';
import { attestedOrNull, type Owned } from '../../protocol/owned.js';
import type { PaymentRow } from '../../protocol/payment.js';
import { credit as creditCommand, type CreditRow } from '../../protocol/payout.js';
import type { PayeeShare } from '../../protocol/plan.js';
import { RuleViolation } from '../../protocol/violation.js';
import type { CreditedDealRow, ExposureRow } from '../account/private-rows.js';
import { type MoneyGuard, requireMoneyMayMove } from '../deal/money-guard.js';
import { requirePayees } from '../offer/shares.js';
import { present, requireAttested } from '../owned.js';
import { type DealProof, provenDeal } from '../payment/deal-proof.js';
import { type PaymentProof, requirePayment } from '../payment/pay-proof.js';
import { spendCap } from './exposure.js';

export interface CreditInput {
  readonly channel: string;
  readonly owner: string;
  readonly deal: string;
  readonly payment: string;
  readonly guard: MoneyGuard;
  readonly credit: Owned<CreditRow> | null;
  readonly paidPayment: Owned<PaymentRow> | null;
  /**
   * Of the deal. Links at this bank by its own record; the others as the deal's terms keep them: who vouches for the
   * money is the payer's bank, and no other bank's word of today may hold the credit up.
   */
  readonly dealProof: Omit<DealProof, 'channel' | 'deal' | 'trusts'>;
  readonly payersProof: Pick<PaymentProof, 'usedIntent' | 'link' | 'invitation'>;
  /** What this bank has credited for the deal before. */
  readonly creditedDeal: CreditedDealRow | null;
  /** Of the payer's bank in this currency. */
  readonly exposure: ExposureRow | null;
  /** This bank's own row. */
  readonly bank: Owned<BankRow> | null;
  readonly trusts: (bank: string, msp: string) => boolean;
}

export interface Credited {
  readonly credit: CreditRow;
  readonly payerBank: string;
  readonly creditedDeal: CreditedDealRow;
  /** Null: payer and payee are both at this bank. */
  readonly exposure: ExposureRow | null;
}

/**
 * Null: credited before.
 * Requirements: captured by a bank that this one knows, or by itself; deal and payment signed; of the captured payment
 * what the terms give this payee, never more in all; within the cap for the payer's bank.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, WRONG_STATE, NOT_CAPTURED, UNKNOWN_BANK, PLAN_DIFFERS,
 * CAP_REACHED, and what `provenDeal` and `requirePayment` reject.
 */
export function decideCredit(input: CreditInput): Credited | null {
  const credit = requireAttested(input.credit, 'credit');
  if (credit.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: credit.owner });
  if (credit.status === 'credited') return null;
  const status = transition(creditCommand, 'credit', 'credited', credit.status);
  requireMoneyMayMove(input.guard);
  const payment = capturedPayment(input);
  const payees = provenPayees(input, payment);
  requireAllocated(credit, payment, payees);
  const creditedDeal = withCredit(input, credit, payees);
  return {
    credit: { ...credit, status },
    payerBank: payment.bank,
    creditedDeal,
    exposure: spend(input, credit, payment),
  };
}

function capturedPayment({ paidPayment, payment: id, trusts }: CreditInput): PaymentRow {
  const payment = attestedOrNull(paidPayment);
  if (payment?.status !== 'captured') {
    throw new RuleViolation('NOT_CAPTURED', { payment: id, found: payment?.status ?? null });
  }
  if (!trusts(payment.bank, payment.owner)) throw new RuleViolation('UNKNOWN_BANK', { bank: payment.bank });
  return payment;
}

/** Who is paid how much of the deal in all, as seller and buyer signed it, and the payer for this payment. */
function provenPayees(
  { channel, deal, dealProof, payersProof }: CreditInput,
  payment: PaymentRow,
): PayeeShare[] {
  const { terms: row, shares } = provenDeal({ ...dealProof, channel, deal, trusts: () => true });
  requirePayment({ channel, payment, ...payersProof, terms: row.terms, termsRow: row });
  return requirePayees(row.terms.offerTerms, shares);
}

/** The allocation spends the payment to the unit, each item on a payee of the terms; the credit is one of them. */
function requireAllocated(credit: CreditRow, payment: PaymentRow, payees: readonly PayeeShare[]): void {
  const items = payment.allocation ?? [];
  const isDealt = items.reduce((sum, { amount }) => sum + BigInt(amount), 0n) === BigInt(payment.amount);
  const isOfTerms = items.every((item) => payees.some((payee) => isPartOf(item, payee)));
  const isItem = items.some((item) => isPartOf(item, credit) && item.amount === credit.amount);
  const isOfPayment = credit.payment === payment.id && credit.currency === payment.currency;
  if (!isDealt || !isOfTerms || !isItem || !isOfPayment) {
    throw new RuleViolation('PLAN_DIFFERS', { deal: credit.deal });
  }
}

type Part = Pick<PayeeShare, 'payee' | 'purpose' | 'link' | 'bank' | 'amount'>;

function isPartOf(item: Part, whole: Part): boolean {
  const isSame =
    item.payee === whole.payee &&
    item.purpose === whole.purpose &&
    item.link === whole.link &&
    item.bank === whole.bank;
  return isSame && BigInt(item.amount) <= BigInt(whole.amount);
}

/** One entry for a credit, whatever its public row says, and no payee more than the terms give him. */
function withCredit(
  { creditedDeal: found, deal, dealProof }: CreditInput,
  { payment, payee, amount }: CreditRow,
  payees: readonly PayeeShare[],
): CreditedDealRow {
  const { termsHash } = present(dealProof.terms, 'terms');
  const before = found?.credits ?? [];
  if (found !== null && found.termsHash !== termsHash) throw new RuleViolation('TERMS_DIFFER', { deal });
  if (before.some((one) => one.payment === payment && one.payee === payee)) {
    throw new RuleViolation('WRONG_STATE', { kind: 'creditedDeal', found: 'credited', needed: null });
  }
  const credits = [...before, { payment, payee, amount }];
  const sum = credits.reduce((total, one) => (one.payee === payee ? total + BigInt(one.amount) : total), 0n);
  const most = payees.find((one) => one.payee === payee)?.amount ?? '0';
  if (sum > BigInt(most)) throw new RuleViolation('PLAN_DIFFERS', { deal, found: sum.toString(), most });
  return { v: 1, deal, termsHash, credits };
}

/** Inside this bank nothing is owed by another. */
function spend(
  input: CreditInput,
  { amount, currency }: CreditRow,
  { bank }: PaymentRow,
): ExposureRow | null {
  const own = requireAttested(input.bank, 'bank');
  if (own.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: own.owner });
  return bank === own.id ? null : spendCap({ bank, currency, amount }, input.exposure, own);
}
