// The payer's bank answers a payment: hold, rejection, or a late yes that gives itself back. Terms and admission say
// all that the answer needs; the deal's phase is not asked.
import type { LinkRow } from '../../protocol/account.js';
import type { MachineParams } from '../../protocol/commands.js';
import type { DealTerms, InvitationRow } from '../../protocol/deal.js';
import { interbankFeeOf, QUOTE_LIFE_MS } from '../../protocol/fees.js';
import type { Instant } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import type { BankRow } from '../../protocol/member.js';
import type { Owned } from '../../protocol/owned.js';
import { type AdmissionRow, answerPayment, type PaymentRow } from '../../protocol/payment.js';
import type { UsedIntentRow } from '../../protocol/used-intent.js';
import { RuleViolation } from '../../protocol/violation.js';
import { giveBack, hold, holdOf } from '../account/books.js';
import { termsOfDeal } from '../deal/deal-terms.js';
import { requireAttested } from '../owned.js';
import { type DealProof, provenDeal } from './deal-proof.js';
import { withHeld } from './deal-record.js';
import type { DealRecordRow } from './deal-record-row.js';
import { requirePayment } from './pay-proof.js';
import type { AccountRow, JournalEntry } from '../account/private-rows.js';
import { requireRefundKey, type ShownKey } from './refund-key.js';

export interface AnswerInput {
  readonly channel: string;
  readonly owner: string;
  readonly now: Instant;
  readonly params: MachineParams['answerPayment'];
  /** What proves the deal; not asked if the answer is no or the bank has proved it before. */
  readonly proof: Omit<DealProof, 'channel' | 'deal'>;
  /** What this bank has proved of the deal before. */
  readonly record: DealRecordRow | null;
  readonly admission: AdmissionRow | null;
  readonly payment: Owned<PaymentRow> | null;
  /** Whether nobody but this bank can change the payment's row; not asked if the answer is no. */
  readonly isGuarded: boolean;
  /** Of the payment's intent; not asked if the answer is no. */
  readonly usedIntent: UsedIntentRow | null;
  /** By which the payment was made; null: none, or the answer is no. */
  readonly invitation: InvitationRow | null;
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
  /** Null: nothing is held from now on. */
  readonly record: DealRecordRow | null;
}

export interface HeldMoney {
  /** Null: the balance is as before. */
  readonly account: AccountRow | null;
  readonly entries: readonly JournalEntry[];
}

/**
 * Requirements: own submitted payment with an open or closed admission; for a yes also the payer's signature with the
 * link's key, that he may pay into the deal, what `provenDeal` asks, arrival in time, the published fee, the deal's
 * refund key, money. After the close a yes is late: held and given back at once, the balance unchanged. Null: answered
 * so before.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_ORGANISATION, NOT_ADMITTED, WRONG_STATE, CURRENCY, TOO_LATE, FEE, REFUND_KEY,
 * NO_ACCOUNT, FUNDS, and what `provenDeal` and `requirePayer` reject.
 */
export function decideAnswer(input: AnswerInput): Answer | null {
  const payment = requireAttested(input.payment, 'payment');
  if (payment.owner !== input.owner) {
    throw new RuleViolation('WRONG_ORGANISATION', { needed: payment.owner });
  }
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
  const status = transition(answerPayment, 'payment', 'rejected', payment.status);
  return { payment: { ...payment, status }, money: null, record: null };
}

function answeredYes(payment: PaymentRow, input: AnswerInput, late: boolean): Answer {
  const status = transition(answerPayment, 'payment', late ? 'late' : 'held', payment.status);
  const { channel, usedIntent, invitation, link, params } = input;
  // Others created the row: with a weaker key policy they could take the bank's word back.
  if (!input.isGuarded) throw new RuleViolation('NOT_ATTESTED', { what: 'key policy of the payment' });
  const { record, proof } = input;
  const proven = record ?? provenDeal({ ...proof, channel, deal: params.deal });
  const termsRow = proven.terms;
  const terms = termsOfDeal(termsRow, params.deal);
  requirePayment({ channel, payment, usedIntent, invitation, link, terms, termsRow });
  requireFee(payment, terms, input);
  // Several payments of a deal are one purchase to the bank.
  requireRefundKey(input.refundKey);
  return {
    payment: { ...payment, status },
    money: late ? heldAndGivenBack(payment, input) : heldFor(payment, input),
    record: late ? null : withHeld(record, proven, { payment, at: input.now }),
  };
}

function isAnsweredSo({ status }: PaymentRow, verdict: 'yes' | 'no'): boolean {
  return verdict === 'no' ? status === 'rejected' : status === 'held' || status === 'late';
}

/** The signed fee is the one of this bank's tariff, or of the previous one while quotes live. */
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
