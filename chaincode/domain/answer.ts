// Duty: D4 and L2, the payer's bank answers a leg: hold, rejection, or a late yes that gives itself back.
// Must not: read the phase; terms and gate say all that the answer needs (ledger-plan rules 16, 17).
import type { MachineParams } from '../protocol/commands.js';
import { QUOTE_LIFE_MS, interbankFeeOf } from '../protocol/fees.js';
import { transition } from '../protocol/life-cycle.js';
import type {
  BankRow,
  DealTerms,
  GateRow,
  Hash,
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
import { requireRefundKey } from './refund-key.js';

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
  /** Keyed hash of the refund key that is shown. */
  readonly refundBinding: Hash;
  /** The payment that the command names as tied to this one, if the answer is yes. */
  readonly tied: Owned<LegRow> | null;
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
  if (isAnsweredSo(leg, input)) return null;
  const late = isLate(input.gate, leg.id);
  return input.params.verdict === 'no' ? answeredNo(leg, input) : answeredYes(leg, input, late);
}

/** An answer on an admitted leg is in time, on a closed one late. Rejects: NOT_ADMITTED. */
function isLate(gate: GateRow | null, leg: string): boolean {
  const found = gate?.status ?? null;
  if (found === 'admitted' || found === 'closed') return found === 'closed';
  throw new RuleViolation('NOT_ADMITTED', { leg, found });
}

function answeredNo(leg: LegRow, { params }: AnswerInput): Answer {
  const status = transition('leg', 'answerNo', leg.status);
  const { codeBinding } = params;
  return { leg: { ...leg, status, codeBinding, refundBinding: null, allocation: null }, money: null };
}

function answeredYes(leg: LegRow, input: AnswerInput, late: boolean): Answer {
  const status = transition('leg', late ? 'answerLate' : 'answerYes', leg.status);
  const { channel, receipt, link, params, refundBinding } = input;
  const terms = termsOfDeal(input.terms, params.deal);
  requirePayment({ channel, leg, receipt, link, terms, termsRow: present(input.terms, 'terms') });
  requireFee(leg, terms, input);
  requireTied(leg, input);
  return {
    leg: { ...leg, status, codeBinding: params.codeBinding, refundBinding, allocation: null },
    money: late ? heldAndGivenBack(leg, input) : heldFor(leg, input),
  };
}

/**
 * Several payments of a deal are one purchase to the bank (rule 29). Its worker names one that it has answered with
 * yes: to look for them here would read what others change while this answer is on its way.
 */
function requireTied(leg: LegRow, { params, tied, refundBinding }: AnswerInput): void {
  if (params.tiedTo === null) return;
  const other = believedRow(tied, 'leg');
  if (other.owner !== leg.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: other.owner });
  requireRefundKey(other, refundBinding);
}

function isAnsweredSo(leg: LegRow, { params, refundBinding }: AnswerInput): boolean {
  if (params.verdict === 'no') return leg.status === 'rejected';
  const yes = leg.status === 'held' || leg.status === 'late';
  return yes && leg.refundBinding === refundBinding;
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
  const head = { operation: input.params.holdOperation, at: input.now };
  return [head, input.account, holdOf(leg)];
}
