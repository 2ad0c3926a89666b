// A bank's books from its own private rows: operations sum to zero; rows, holds and positions follow from them.
// Findings never name account numbers, only operations, private keys and public rows.
import { z } from 'zod';
import { rowKey, type RowKind, type Rows } from '../chaincode/protocol/rows.js';
import type { Findings, Place } from './findings.js';

const amount = z.string().regex(/^-?\d+$/);
/** Members that are not computed with are passed through, so that an entry can be compared with itself. */
const entry = z.looseObject({
  operation: z.string(),
  kind: z.string(),
  deal: z.string().nullable(),
  payment: z.string().nullable(),
  currency: z.string(),
  lines: z.array(z.object({ account: z.string(), amount })),
});
type Entry = z.infer<typeof entry>;
const SCHEMAS = {
  operation: entry,
  account: z.object({ account: z.string(), currency: z.string(), available: amount, held: amount }),
  linkedAccount: z.object({ link: z.string(), account: z.string() }),
  journal: z.object({ entries: z.array(entry) }),
  exposure: z.object({ bank: z.string(), currency: z.string(), used: amount }),
  pendingCredit: z.object({ account: z.string(), amount }),
} as const;
type Kind = keyof typeof SCHEMAS;
type PrivateRow<K extends Kind> = z.infer<(typeof SCHEMAS)[K]>;
type Payment = Rows['payment'];

/** What a bank has posted for a payment in each status, in this order. */
const POSTED: { readonly [S in Rows['payment']['status']]: readonly string[] } = {
  submitted: [],
  rejected: [],
  held: ['hold'],
  captured: ['hold', 'capture'],
  voided: ['hold', 'void'],
  late: ['hold', 'void'],
};

export interface PublicRows {
  all<K extends RowKind>(kind: K): readonly { readonly key: string; readonly row: Rows[K] }[];
}

/** One line for each kind of account: customers' accounts are summed up. */
export interface BookLine {
  readonly currency: string;
  readonly account: string;
  readonly sum: string;
}

export class BankBooks {
  private readonly balances = new Map<string, bigint>();
  private readonly rows = new Map<string, unknown>();
  private readonly operations = new Set<string>();

  constructor(
    private readonly mspId: string,
    private readonly findings: Findings,
  ) {}

  /** Called for each private row as it is written. */
  write(key: string, text: string, place: Place): void {
    const kind = (Object.keys(SCHEMAS) as Kind[]).find((name) => key.startsWith(`${name}/`)); // its own keys
    if (kind === undefined) return;
    const row = readRow(kind, text);
    this.findings.expect('books', place, row !== null, () => ({
      found: `the private row ${key} with other content`,
      needed: `a row of kind ${kind}`,
    }));
    if (row === null) return;
    for (const entry of journalOf(kind, row)) this.enter(entry, place);
    this.rows.set(key, row);
  }

  /** Called for each private row that is removed. */
  remove(key: string): void {
    this.rows.delete(key);
  }

  private enter({ operation, currency, lines }: Entry, place: Place): void {
    const sum = lines.reduce((total, line) => total + BigInt(line.amount), 0n);
    const isNew = !this.operations.has(operation);
    this.operations.add(operation);
    this.findings.expect('books', place, sum === 0n && isNew, () => ({
      found: isNew
        ? `operation ${operation}, whose lines sum to ${sum.toString()}`
        : `operation ${operation} again`,
      needed: 'lines that sum to zero, written once',
    }));
    for (const line of lines) this.post(`${currency} ${line.account}`, BigInt(line.amount));
  }

  /** When all is read: books against rows, rows against what is public. */
  finish(place: Place, rows: PublicRows): void {
    for (const [currency, sum] of this.sums()) {
      this.findings.expect('books', place, sum === 0n, () => ({
        found: `books in ${currency} that sum to ${sum.toString()}`,
        needed: '0',
      }));
    }
    const payments = rows.all('payment').flatMap(({ row }) => (row.owner === this.mspId ? [row] : []));
    this.checkAccounts(place, this.heldBy(payments));
    this.checkPayments(place, payments);
    this.checkPositions(place, rows);
    this.checkExposures(place, rows);
  }

  /** The trial balance. */
  lines(): BookLine[] {
    const sums = new Map<string, bigint>();
    for (const [name, amount] of this.balances) {
      const [currency = '', account = ''] = name.split(' ');
      const [kind = '', rest] = account.split('/');
      const label = kind === 'bank' && rest !== undefined ? `bank/${rest}` : kind;
      const key = `${currency} ${label}`;
      sums.set(key, (sums.get(key) ?? 0n) + amount);
    }
    return [...sums].sort().map(([key, sum]) => {
      const [currency = '', account = ''] = key.split(' ');
      return { currency, account, sum: sum.toString() };
    });
  }

  private post(name: string, amount: bigint): void {
    this.balances.set(name, (this.balances.get(name) ?? 0n) + amount);
  }

  private balance(currency: string, account: string): bigint {
    return this.balances.get(`${currency} ${account}`) ?? 0n;
  }

  private sums(): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    for (const [name, amount] of this.balances) {
      const [currency = ''] = name.split(' ');
      sums.set(currency, (sums.get(currency) ?? 0n) + amount);
    }
    return sums;
  }

  private rowsOf<K extends Kind>(kind: K): { readonly key: string; readonly row: PrivateRow<K> }[] {
    return [...this.rows]
      .filter(([key]) => key.startsWith(`${kind}/`))
      .map(([key, row]) => ({ key, row: row as PrivateRow<K> })); // `write` has read it as that kind
  }

  /** Available, held and not yet posted money of each account, and no overdraft. */
  private checkAccounts(place: Place, heldBy: ReadonlyMap<string, bigint>): void {
    const pending = this.pendingBy();
    for (const { key, row } of this.rowsOf('account')) {
      const { account, currency, available, held } = row;
      const posted = (of: string) => this.balance(currency, `${of}/${account}`).toString();
      const isPosted =
        posted('available') === available &&
        posted('held') === held &&
        posted('pending') === (pending.get(account) ?? 0n).toString() &&
        held === (heldBy.get(account) ?? 0n).toString();
      const isCovered = BigInt(available) >= 0n && BigInt(held) >= 0n;
      this.findings.expect('balances', place, isPosted && isCovered, () => ({
        found: `the account row ${key} ${isPosted ? 'below zero' : 'that differs from its operations or payments'}`,
        needed: 'what its operations and held payments sum to, not below zero',
      }));
    }
  }

  private pendingBy(): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    for (const { row } of this.rowsOf('pendingCredit')) {
      sums.set(row.account, (sums.get(row.account) ?? 0n) + BigInt(row.amount));
    }
    return sums;
  }

  /** Amounts and fees of held payments by the account that their link stands for. */
  private heldBy(payments: readonly Payment[]): Map<string, bigint> {
    const accounts = this.accounts();
    const sums = new Map<string, bigint>();
    for (const payment of payments) {
      const account = payment.status === 'held' ? accounts.get(payment.link) : undefined;
      if (account !== undefined) sums.set(account, (sums.get(account) ?? 0n) + amountWithFee(payment));
    }
    return sums;
  }

  /** Account by link. */
  private accounts(): Map<string, string> {
    return new Map(this.rowsOf('linkedAccount').map(({ row: { link, account } }) => [link, account]));
  }

  /** Each payment's operations are those of its status, for its money and account; and none is for no payment. */
  private checkPayments(place: Place, payments: readonly Payment[]): void {
    const accounts = this.accounts();
    const posted = this.postedByPayment();
    for (const payment of payments) {
      const name = rowKey('payment', payment.deal, payment.id);
      const entries = posted.get(name) ?? [];
      posted.delete(name);
      const kinds = entries.map(({ kind }) => kind).join(', ');
      const needed = POSTED[payment.status].join(', ');
      const held = `held/${accounts.get(payment.link) ?? ''}`;
      const isMoved = entries.every((entry) => movesHeld(entry, held, amountWithFee(payment)));
      this.findings.expect('balances', place, kinds === needed && isMoved, () => ({
        found:
          `operations (${kinds}) for ${payment.id}${isMoved ? '' : ' over other money'}, ` +
          `which is ${payment.status}`,
        needed: `operations (${needed}) over its amount and fee on the account of its link`,
      }));
    }
    for (const [name, [first]] of posted) {
      this.findings.expect('balances', place, false, () => ({
        found: `operation ${first?.operation ?? ''} for ${name}`,
        needed: 'a payment at this bank',
      }));
    }
  }

  private postedByPayment(): Map<string, Entry[]> {
    const posted = new Map<string, Entry[]>();
    for (const entry of this.rowsOf('journal').flatMap(({ row }) => row.entries)) {
      if (entry.kind === 'credit') continue; // of the payee's side
      const name = rowKey('payment', entry.deal ?? '', entry.payment ?? '');
      posted.set(name, [...(posted.get(name) ?? []), entry]);
    }
    return posted;
  }

  /** Due to another bank: what was captured for it, less what was credited here for its payments. */
  private checkPositions(place: Place, rows: PublicRows): void {
    const expected = this.expectedPositions(rows);
    const booked = [...this.balances.keys()].filter((name) => name.includes(' bank/'));
    for (const name of new Set([...expected.keys(), ...booked])) {
      const found = this.balances.get(name) ?? 0n;
      const needed = expected.get(name) ?? 0n;
      this.findings.expect('balances', place, found === needed, () => ({
        found: `a position of ${found.toString()} in ${name}`,
        needed: `${needed.toString()}, as captures and credits say`,
      }));
    }
  }

  /** What counts against a cap is what was credited on that bank's word. */
  private checkExposures(place: Place, rows: PublicRows): void {
    const credited = this.creditedOnWord(rows);
    const counted = new Map(
      this.rowsOf('exposure').map(({ row: { bank, currency, used } }) => [
        `${currency} ${bank}`,
        BigInt(used),
      ]),
    );
    for (const name of new Set([...credited.keys(), ...counted.keys()])) {
      const found = counted.get(name) ?? 0n;
      const needed = credited.get(name) ?? 0n;
      this.findings.expect('balances', place, found === needed, () => ({
        found: `${found.toString()} counted as credited on the word of ${name}`,
        needed: `${needed.toString()}, as credits say`,
      }));
    }
  }

  private creditedOnWord(rows: PublicRows): Map<string, bigint> {
    const debtors = new Map(rows.all('payment').map(({ key, row }) => [key, row.bank]));
    const sums = new Map<string, bigint>();
    for (const { row } of rows.all('credit')) {
      const { deal, payment, owner, bank, currency, amount, status } = row;
      const debtor = debtors.get(rowKey('payment', deal, payment)) ?? bank;
      if (owner !== this.mspId || status !== 'credited' || debtor === bank) continue;
      const name = `${currency} ${debtor}`;
      sums.set(name, (sums.get(name) ?? 0n) + BigInt(amount));
    }
    return sums;
  }

  private expectedPositions(rows: PublicRows): Map<string, bigint> {
    const own = rows.all('bank').find(({ row }) => row.owner === this.mspId)?.row.id;
    const captured = keysWith(rows, 'payment', 'captured');
    const credited = keysWith(rows, 'credit', 'credited');
    const positions = new Map<string, bigint>();
    const add = (name: string, amount: bigint): void => {
      positions.set(name, (positions.get(name) ?? 0n) + amount);
    };
    for (const { key, row } of rows.all('obligation')) {
      const { deal, payment, from, to, currency, amount } = row;
      const isCaptured = captured.has(rowKey('payment', deal, payment));
      const isCredited = credited.has(key.replace(/^obligation/, 'credit'));
      if (from === own && isCaptured) add(`${currency} bank/${to}`, BigInt(amount));
      if (to === own && isCredited) add(`${currency} bank/${from}`, -BigInt(amount));
    }
    return positions;
  }
}

function keysWith(rows: PublicRows, kind: 'payment' | 'credit', status: string): Set<string> {
  return new Set(rows.all(kind).flatMap(({ key, row }) => (row.status === status ? [key] : [])));
}

function journalOf(kind: Kind, row: unknown): readonly Entry[] {
  switch (kind) {
    case 'operation':
      return [row as PrivateRow<'operation'>]; // here and below: `write` has read it as that kind
    case 'journal':
      return (row as PrivateRow<'journal'>).entries;
    case 'pendingCredit':
    case 'account':
    case 'linkedAccount':
    case 'exposure':
      return [];
  }
}

function amountWithFee({ amount, fee }: Payment): bigint {
  return BigInt(amount) + BigInt(fee);
}

/** A hold adds this sum to what is held, any other operation takes it off; nothing else held is touched. */
function movesHeld({ kind, lines }: Entry, held: string, sum: bigint): boolean {
  const [line, ...others] = lines.filter(({ account }) => account.startsWith('held/'));
  if (line === undefined || others.length > 0) return false;
  return line.account === held && BigInt(line.amount) === (kind === 'hold' ? sum : -sum);
}

function readRow<K extends Kind>(kind: K, text: string): PrivateRow<K> | null {
  try {
    const read = SCHEMAS[kind].safeParse(JSON.parse(text));
    return read.success ? (read.data as PrivateRow<K>) : null; // by the schema of that kind
  } catch {
    return null;
  }
}
