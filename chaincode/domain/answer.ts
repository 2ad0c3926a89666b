// Duty: D4 and L2, the payer's bank answers a leg: hold, rejection, or a late yes that gives itself back.
// Must not: read the phase; terms and gate say all that the answer needs (ledger-plan rules 16, 17).
import type { MachineParams } from '../protocol/commands.js';
import { QUOTE_LIFE_MS, interbankFeeOf } from '../protocol/fees.js';
import { transition } from '../protocol/life-cycle.js';
import type {
  BankRow,
  DealTerms,
  GateRow,
  Instant,
  LegRow,
  LinkRow,
  ReceiptRow,
  TermsRow,
} from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { giveBack, hold, holdOf } from './books.js';
import { termsOfDeal } from './deal-terms.js';
import { believedRow, present, type Owned } from './owned.js';
import { requirePayment } from './pay-proof.js';
import type { AccountRow, JournalEntry } from './private-rows.js';
import { requireRefundKey, type ShownKey } from './refund-key.js';

export interface AnswerInput {
  readonly channel: string;
  readonly owner: string;
  readonly now: Instant;
  readonly params: MachineParams['answerLeg'];
  readonly terms: TermsRow | null;
  readonly gate: GateRow | null;
  readonly leg: Owned<LegRow> | null;
  /** Of the leg's intent; not asked if the answer is no. */
  readonly receipt: ReceiptRow | null;
  /** As the bank itself confirmed it; not asked if the answer is no. */
  readonly link: Owned<LinkRow> | null;
  readonly bank: Owned<BankRow> | null;
  readonly refundKey: ShownKey;
  /** The account that the link stands for; null if the answer is no or the bank knows none. */
  readonly account: AccountRow | null;
}

export interface Answer {
  readonly leg: LegRow;
  readonly money: HeldMoney | null;
}

export interface HeldMoney {
  /** Null: the balance is as before. */
  readonly account: AccountRow | null;
  readonly entries: readonly JournalEntry[];
}

/**
 * Requirements: own submitted leg with an open or closed gate; for a yes also the payer's signature with the link's
 * key, terms as signed, arrival in time, the published fee, the deal's refund key, money. After the close a yes is
 * late: held and given back at once, the balance unchanged. Null: answered so before.
 * Rejects: NOT_FOUND, NO_EVIDENCE, WRONG_ORGANISATION, NOT_ADMITTED, WRONG_STATE, TERMS_DIFFER, BAD_SIGNATURE,
 * CURRENCY, TOO_LATE, FEE, REFUND_KEY, NO_ACCOUNT, FUNDS.
 */
export function decideAnswer(input: AnswerInput): Answer | null {
  const leg = believedRow(input.leg, 'leg');
  if (leg.owner !== input.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: leg.owner });
  if (isAnsweredSo(leg, input.params.verdict)) return null;
  const late = isLate(input.gate, leg.id);
  return input.params.verdict === 'no' ? answeredNo(leg) : answeredYes(leg, input, late);
}

/** An answer on an admitted leg is in time, on a closed one late. Rejects: NOT_ADMITTED. */
function isLate(gate: GateRow | null, leg: string): boolean {
  const found = gate?.status ?? null;
  if (found === 'admitted' || found === 'closed') return found === 'closed';
  throw new RuleViolation('NOT_ADMITTED', { leg, found });
}

function answeredNo(leg: LegRow): Answer {
  return { leg: { ...leg, status: transition('leg', 'answerNo', leg.status) }, money: null };
}

function answeredYes(leg: LegRow, input: AnswerInput, late: boolean): Answer {
  const status = transition('leg', late ? 'answerLate' : 'answerYes', leg.status);
  const { channel, receipt, link, params, refundKey } = input;
  const terms = termsOfDeal(input.terms, params.deal);
  requirePayment({ channel, leg, receipt, link, terms, termsRow: present(input.terms, 'terms') });
  requireFee(leg, terms, input);
  // Several payments of a deal are one purchase to the bank (rule 29).
  requireRefundKey(refundKey);
  return { leg: { ...leg, status }, money: late ? heldAndGivenBack(leg, input) : heldFor(leg, input) };
}

function isAnsweredSo(leg: LegRow, verdict: 'yes' | 'no'): boolean {
  return verdict === 'no' ? leg.status === 'rejected' : leg.status === 'held' || leg.status === 'late';
}

/** The signed fee is the one of this bank's tariff, or of the previous one while quotes live (rule 33). */
function requireFee(leg: LegRow, terms: DealTerms, input: AnswerInput): void {
  const bank = believedRow(input.bank, 'bank');
  if (bank.owner !== leg.owner || bank.id !== leg.bank) {
    throw new RuleViolation('WRONG_ORGANISATION', { needed: bank.owner });
  }
  const quoted = leg.arrivedAt <= bank.tariffSince + QUOTE_LIFE_MS ? bank.previousTariff : null;
  const fees = [bank.tariff, quoted].flatMap((tariff) => {
    if (tariff === null) return [];
    const { sellerBank } = terms.offerTerms;
    return [interbankFeeOf({ amount: leg.amount, payerBank: leg.bank, sellerBank, tariff })];
  });
  if (!fees.includes(leg.fee)) throw new RuleViolation('FEE', { found: leg.fee });
}

function heldFor(leg: LegRow, input: AnswerInput): HeldMoney {
  const posting = hold(...holding(leg, input));
  return { account: posting.account, entries: [posting.entry] };
}

function heldAndGivenBack(leg: LegRow, input: AnswerInput): HeldMoney {
  const taken = hold(...holding(leg, input));
  const head = { operation: input.params.voidOperation, at: input.now };
  const returned = giveBack(head, taken.account, holdOf(leg));
  return { account: null, entries: [taken.entry, returned.entry] };
}

function holding(leg: LegRow, input: AnswerInput): Parameters<typeof hold> {
  if (input.account === null) throw new RuleViolation('NO_ACCOUNT');
  const { holdOperation: operation, codeBinding } = input.params;
  return [{ operation, at: input.now, codeBinding }, input.account, holdOf(leg)];
}
