// Duty: D4 and L2, the payer's bank answers a payment: hold, rejection, or a late yes that gives itself back.
// Must not: read the phase; terms and admission say all that the answer needs (ledger-plan rules 16, 17).
import type { MachineParams } from '../protocol/commands.js';
import { QUOTE_LIFE_MS, interbankFeeOf } from '../protocol/fees.js';
import { transition } from '../protocol/life-cycle.js';
import type {
  BankRow,
  DealTerms,
  AdmissionRow,
  Instant,
  PaymentRow,
  LinkRow,
  UsedIntentRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { giveBack, hold, holdOf } from './books.js';
import { termsOfDeal } from './deal-terms.js';
import { requireAttested, present, type Owned } from './owned.js';
import { requirePayment } from './pay-proof.js';
import type { AccountRow, JournalEntry } from './private-rows.js';
import { requireRefundKey, type ShownKey } from './refund-key.js';

export interface AnswerInput {
  readonly channel: string;
  readonly owner: string;
  readonly now: Instant;
  readonly params: MachineParams['answerPayment'];
  readonly terms: TermsRow | null;
  readonly admission: AdmissionRow | null;
  readonly payment: Owned<PaymentRow> | null;
  /** Of the payment's intent; not asked if the answer is no. */
  readonly usedIntent: UsedIntentRow | null;
  /** As the bank itself confirmed it; not asked if the answer is no. */
  readonly link: Owned<LinkRow> | null;
  readonly bank: Owned<BankRow> | null;
  readonly refundKey: ShownKey;
  /** The account that the link stands for; null if the answer is no or the bank knows none. */
  readonly account: AccountRow | null;
}

export interface Answer {
  readonly payment: PaymentRow;
  readonly money: HeldMoney | null;
}

export interface HeldMoney {
  /** Null: the balance is as before. */
  readonly account: AccountRow | null;
  readonly entries: readonly JournalEntry[];
}

/**
 * Requirements: own submitted payment with an open or closed admission; for a yes also the payer's signature with the
 * link's key, terms as signed, arrival in time, the published fee, the deal's refund key, money. After the close a yes
 * is late: held and given back at once, the balance unchanged. Null: answered so before.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, NOT_ADMITTED, WRONG_STATE, TERMS_DIFFER, BAD_SIGNATURE,
 * CURRENCY, TOO_LATE, FEE, REFUND_KEY, NO_ACCOUNT, FUNDS.
 */
export function decideAnswer(input: AnswerInput): Answer | null {
  const payment = requireAttested(input.payment, 'payment');
  if (payment.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: payment.owner });
  if (isAnsweredSo(payment, input.params.verdict)) return null;
  const late = isLate(input.admission, payment.id);
  return input.params.verdict === 'no' ? answeredNo(payment) : answeredYes(payment, input, late);
}

/** An answer on an admitted payment is in time, on a closed one late. Rejects: NOT_ADMITTED. */
function isLate(admission: AdmissionRow | null, payment: string): boolean {
  const found = admission?.status ?? null;
  if (found === 'admitted' || found === 'closed') return found === 'closed';
  throw new RuleViolation('NOT_ADMITTED', { payment, found });
}

function answeredNo(payment: PaymentRow): Answer {
  return { payment: { ...payment, status: transition('payment', 'answerNo', payment.status) }, money: null };
}

function answeredYes(payment: PaymentRow, input: AnswerInput, late: boolean): Answer {
  const status = transition('payment', late ? 'answerLate' : 'answerYes', payment.status);
  const { channel, usedIntent, link, params, refundKey } = input;
  const terms = termsOfDeal(input.terms, params.deal);
  requirePayment({ channel, payment, usedIntent, link, terms, termsRow: present(input.terms, 'terms') });
  requireFee(payment, terms, input);
  // Several payments of a deal are one purchase to the bank (rule 29).
  requireRefundKey(refundKey);
  return {
    payment: { ...payment, status },
    money: late ? heldAndGivenBack(payment, input) : heldFor(payment, input),
  };
}

function isAnsweredSo(payment: PaymentRow, verdict: 'yes' | 'no'): boolean {
  return verdict === 'no'
    ? payment.status === 'rejected'
    : payment.status === 'held' || payment.status === 'late';
}

/** The signed fee is the one of this bank's tariff, or of the previous one while quotes live (rule 33). */
function requireFee(payment: PaymentRow, terms: DealTerms, input: AnswerInput): void {
  const bank = requireAttested(input.bank, 'bank');
  if (bank.owner !== payment.owner || bank.id !== payment.bank) {
    throw new RuleViolation('WRONG_ORGANISATION', { needed: bank.owner });
  }
  const quoted = payment.arrivedAt <= bank.tariffSince + QUOTE_LIFE_MS ? bank.previousTariff : null;
  const fees = [bank.tariff, quoted].flatMap((tariff) => {
    if (tariff === null) return [];
    const { sellerBank } = terms.offerTerms;
    return [interbankFeeOf({ amount: payment.amount, payerBank: payment.bank, sellerBank, tariff })];
  });
  if (!fees.includes(payment.fee)) throw new RuleViolation('FEE', { found: payment.fee });
}

function heldFor(payment: PaymentRow, input: AnswerInput): HeldMoney {
  const posting = hold(...holding(payment, input));
  return { account: posting.account, entries: [posting.entry] };
}

function heldAndGivenBack(payment: PaymentRow, input: AnswerInput): HeldMoney {
  const taken = hold(...holding(payment, input));
  const head = { operation: input.params.voidOperation, at: input.now };
  const returned = giveBack(head, taken.account, holdOf(payment));
  return { account: null, entries: [taken.entry, returned.entry] };
}

function holding(payment: PaymentRow, input: AnswerInput): Parameters<typeof hold> {
  if (input.account === null) throw new RuleViolation('NO_ACCOUNT');
  const { holdOperation: operation, codeBinding } = input.params;
  return [{ operation, at: input.now, codeBinding }, input.account, holdOf(payment)];
}
