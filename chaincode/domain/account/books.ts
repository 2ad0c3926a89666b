// A bank's double-entry books: what each kind of operation posts, and what it does to the account. They check that
// money is there and that lines sum to zero; whether an operation is due is decided elsewhere.
import type { Amount, Instant } from '../../protocol/forms.js';
import type { AllocationItem, PaymentRow } from '../../protocol/payment.js';
import { RuleViolation } from '../../protocol/violation.js';
import { minus, plus, requireCurrency } from './money.js';
import type {
  AccountRow,
  JournalEntry,
  JournalLine,
  OperationKind,
  PendingCreditRow,
} from './private-rows.js';

/** Ledger accounts: positive is owed by the bank, negative is owed to it (or, for cash, there). */
export const LEDGER = {
  available: (account: string) => `available/${account}`,
  held: (account: string) => `held/${account}`,
  /** Credited, not posted yet. */
  pending: (account: string) => `pending/${account}`,
  /** Due to (+) and from (−) another bank. */
  bank: (bank: string) => `bank/${bank}`,
  fees: 'fees',
  /** Payouts inside this bank between capture and credit. */
  transit: 'transit',
  cash: 'cash',
} as const;

/** What names one operation; ids are made by the bank's worker and used once. */
export interface OperationHead {
  readonly operation: string;
  readonly at: Instant;
}

/** What a movement of money leaves behind: the journal entry and the account, if the account changes. */
export interface Posting {
  readonly entry: JournalEntry;
  readonly account: AccountRow;
}

/** Cash −x, available +x. */
export function deposit(head: OperationHead, account: AccountRow, amount: Amount): Posting {
  return {
    account: { ...account, available: plus(account.available, amount) },
    entry: entryOf(head, 'deposit', account.currency, null, [
      debit(LEDGER.cash, amount),
      credit(LEDGER.available(account.account), amount),
    ]),
  };
}

/** Available −x, cash +x. Rejects: FUNDS. */
export function withdraw(head: OperationHead, account: AccountRow, amount: Amount): Posting {
  requireFunds(account, amount);
  return {
    account: { ...account, available: minus(account.available, amount) },
    entry: entryOf(head, 'withdrawal', account.currency, null, [
      debit(LEDGER.available(account.account), amount),
      credit(LEDGER.cash, amount),
    ]),
  };
}

/** The money of one payment, as its payment's row says it. */
export interface Hold {
  readonly deal: string;
  readonly payment: string;
  readonly currency: string;
  readonly amount: Amount;
  readonly fee: Amount;
}

export function holdOf({ deal, id: payment, currency, amount, fee }: PaymentRow): Hold {
  return { deal, payment, currency, amount, fee };
}

/** Available −(amount + fee), held +(amount + fee), with what binds the holder's code. Rejects: CURRENCY, FUNDS. */
export function hold(
  { codeBinding, ...head }: OperationHead & Required<Pick<JournalEntry, 'codeBinding'>>,
  account: AccountRow,
  of: Hold,
): Posting {
  requireCurrency(of.currency, account.currency);
  const sum = plus(of.amount, of.fee);
  requireFunds(account, sum);
  return {
    account: { ...account, available: minus(account.available, sum), held: plus(account.held, sum) },
    entry: {
      ...entryOf(head, 'hold', account.currency, of, [
        debit(LEDGER.available(account.account), sum),
        credit(LEDGER.held(account.account), sum),
      ]),
      codeBinding,
    },
  };
}

/** Held −(amount + fee), available +(amount + fee): given back, fee included. Rejects: CURRENCY. */
export function giveBack(head: OperationHead, account: AccountRow, held: Hold): Posting {
  requireCurrency(held.currency, account.currency);
  const sum = plus(held.amount, held.fee);
  return {
    account: { ...account, available: plus(account.available, sum), held: minus(account.held, sum) },
    entry: entryOf(head, 'void', account.currency, held, [
      debit(LEDGER.held(account.account), sum),
      credit(LEDGER.available(account.account), sum),
    ]),
  };
}

/**
 * Held −(amount + fee), fees +fee, and for each payee the amount due to that payee's bank, or in transit inside this
 * one. The allocation must sum to the hold's amount. Rejects: CURRENCY, PLAN_DIFFERS.
 */
export function capture(
  head: OperationHead,
  account: AccountRow,
  payout: {
    readonly held: Hold;
    readonly ownBank: string;
    readonly allocation: readonly Pick<AllocationItem, 'bank' | 'amount'>[];
  },
): Posting {
  const { held, ownBank, allocation } = payout;
  requireCurrency(held.currency, account.currency);
  if (allocation.reduce((sum, item) => plus(sum, item.amount), '0') !== held.amount) {
    throw new RuleViolation('PLAN_DIFFERS', { payment: held.payment });
  }
  const sum = plus(held.amount, held.fee);
  const shares = allocation.map(({ bank, amount }) =>
    credit(bank === ownBank ? LEDGER.transit : LEDGER.bank(bank), amount),
  );
  return {
    account: { ...account, held: minus(account.held, sum) },
    entry: entryOf(head, 'capture', account.currency, held, [
      debit(LEDGER.held(account.account), sum),
      ...(held.fee === '0' ? [] : [credit(LEDGER.fees, held.fee)]),
      ...shares,
    ]),
  };
}

export interface Incoming {
  readonly deal: string;
  readonly payment: string;
  readonly payee: string;
  readonly payerBank: string;
  readonly ownBank: string;
  readonly account: string;
  readonly currency: string;
  readonly amount: Amount;
}

/** Due from the payer's bank (or transit) −x, pending +x: insert-only, the account's row is not touched. */
export function creditPending(
  head: OperationHead,
  incoming: Incoming,
): { readonly entry: JournalEntry; readonly pending: PendingCreditRow } {
  const { deal, payment, payee, account, currency, amount } = incoming;
  const from = incoming.payerBank === incoming.ownBank ? LEDGER.transit : LEDGER.bank(incoming.payerBank);
  const entry = entryOf(head, 'credit', currency, incoming, [
    debit(from, amount),
    credit(LEDGER.pending(account), amount),
  ]);
  return { entry, pending: { v: 1, credit: creditId(deal, payment, payee), account, currency, amount } };
}

/** Of a pending credit's row. */
export function pendingId({ account, credit: name }: Pick<PendingCreditRow, 'account' | 'credit'>): string {
  return `${account} ${name}`;
}

/** Id of a credit's line. */
export function creditId(deal: string, payment: string, payee: string): string {
  return `${deal}/${payment}/${payee}`;
}

/** Pending −Σ, available +Σ; what is posted is pending no longer. Rejects: CURRENCY, NO_ACCOUNT. */
export function post(head: OperationHead, account: AccountRow, lines: readonly PendingCreditRow[]): Posting {
  for (const line of lines) requirePending(line, account);
  const sum = lines.reduce((total, line) => plus(total, line.amount), '0');
  return {
    account: { ...account, available: plus(account.available, sum) },
    entry: entryOf(head, 'posting', account.currency, null, [
      debit(LEDGER.pending(account.account), sum),
      credit(LEDGER.available(account.account), sum),
    ]),
  };
}

function requirePending(line: PendingCreditRow, account: AccountRow): void {
  if (line.account !== account.account)
    throw new RuleViolation('NO_ACCOUNT', { what: 'account of the line' });
  requireCurrency(line.currency, account.currency);
}

function requireFunds(account: AccountRow, sum: Amount): void {
  if (BigInt(account.available) < BigInt(sum)) throw new RuleViolation('FUNDS');
}

function credit(account: string, amount: Amount): JournalLine {
  return { account, amount };
}

function debit(account: string, amount: Amount): JournalLine {
  return { account, amount: amount === '0' ? '0' : `-${amount}` };
}

function entryOf(
  head: OperationHead,
  kind: OperationKind,
  currency: string,
  of: { readonly deal: string; readonly payment: string } | null,
  lines: readonly JournalLine[],
): JournalEntry {
  if (lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n) !== 0n) {
    throw new RangeError(`the lines of a ${kind} do not sum to zero`);
  }
  const { operation, at } = head;
  return { operation, kind, at, deal: of?.deal ?? null, payment: of?.payment ?? null, currency, lines };
}
