// A bank's books from its own private rows: operations sum to zero, and rows, holds and positions are what they say.
// It must not tell account numbers: findings name operations, private keys and public rows.
import { z } from 'zod';
import { rowKey, type RowKind, type Rows } from '../../chaincode/protocol/rows.js';
import type { Findings, Place } from './findings.js';

const amount = z.string().regex(/^-?\d+$/);
/** Members that are not computed with are kept, so that an entry can be compared with itself. */
const entry = z.looseObject({
  operation: z.string(),
  currency: z.string(),
  lines: z.array(z.object({ account: z.string(), amount })),
});
type Entry = z.infer<typeof entry>;
const SCHEMAS = {
  operation: entry,
  account: z.object({ account: z.string(), currency: z.string(), available: amount, held: amount }),
  custody: z.object({
    deal: z.string(),
    saltedHash: z.string(),
    holds: z.array(z.object({ leg: z.string(), amount, fee: amount, status: z.string() })),
    entries: z.array(entry),
  }),
  line: z.object({ account: z.string(), amount, foldedBy: z.string().nullable(), entry }),
} as const;
type Kind = keyof typeof SCHEMAS;
type PrivateRow<K extends Kind> = z.infer<(typeof SCHEMAS)[K]>;

/** What a bank's hold must be for each status of its payment. */
const HOLD_OF: { readonly [S in Rows['leg']['status']]: string | null } = {
  submitted: null,
  rejected: null,
  held: 'held',
  captured: 'captured',
  voided: 'voided',
  late: 'voided',
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

  /** Told each private row as it is written. */
  write(key: string, text: string, place: Place): void {
    const kind = (Object.keys(SCHEMAS) as Kind[]).find((name) => key.startsWith(`${name}/`)); // its own keys
    if (kind === undefined) return;
    const row = readRow(kind, text);
    this.findings.expect('books', place, row !== null, () => ({
      found: `the private row ${key} with other content`,
      needed: `a row of kind ${kind}`,
    }));
    if (row === null) return;
    this.readJournal(kind, { key, row }, place);
    this.rows.set(key, row);
  }

  /** The journal of a row only grows: what is new in it is entered, what was there is there as it was. */
  private readJournal(kind: Kind, { key, row }: { key: string; row: unknown }, place: Place): void {
    const before = this.rows.get(key);
    const entries = journalOf(kind, row);
    // A row of one operation is created once: written again, it is that operation again.
    const earlier = before === undefined || kind === 'operation' ? [] : journalOf(kind, before);
    const isKept = textOf(entries.slice(0, earlier.length)) === textOf(earlier);
    const isSameKey = kind !== 'custody' || before === undefined || refundKeyOf(row) === refundKeyOf(before);
    this.findings.expect('books', place, isKept && isSameKey, () => ({
      found: `the private row ${key} with ${isKept ? 'another refund key' : 'another journal than before'}`,
      needed: 'entries and a refund key that stay as they are',
    }));
    for (const entry of isKept ? entries.slice(earlier.length) : []) this.enter(entry, place);
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
    this.checkAccounts(place);
    this.checkHolds(place, rows);
    this.checkPositions(place, rows);
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

  private rowsOf<K extends Kind>(kind: K): { key: string; row: PrivateRow<K> }[] {
    return [...this.rows]
      .filter(([key]) => key.startsWith(`${kind}/`))
      .map(([key, row]) => ({ key, row: row as PrivateRow<K> })); // `write` has read it as that kind
  }

  /** Available, held and not yet folded money of each account, and no overdraft. */
  private checkAccounts(place: Place): void {
    const unfolded = new Map<string, bigint>();
    for (const { row } of this.rowsOf('line')) {
      const open = row.foldedBy === null ? BigInt(row.amount) : 0n;
      unfolded.set(row.account, (unfolded.get(row.account) ?? 0n) + open);
    }
    for (const { key, row } of this.rowsOf('account')) {
      const { account, currency, available, held } = row;
      const isPosted =
        this.balance(currency, `available/${account}`) === BigInt(available) &&
        this.balance(currency, `held/${account}`) === BigInt(held) &&
        this.balance(currency, `unfolded/${account}`) === (unfolded.get(account) ?? 0n);
      const isCovered = BigInt(available) >= 0n && BigInt(held) >= 0n;
      this.findings.expect('balances', place, isPosted && isCovered, () => ({
        found: `the account row ${key} ${isPosted ? 'below zero' : 'that differs from its operations'}`,
        needed: 'what its operations sum to, not below zero',
      }));
    }
  }

  /** Each of the bank's payments has the hold that its public status says. */
  private checkHolds(place: Place, rows: PublicRows): void {
    const custodies = this.rowsOf('custody').map(({ row }) => row);
    const holds = new Map(
      custodies.flatMap(({ deal, holds }) => holds.map((hold) => [`${deal}/${hold.leg}`, hold])),
    );
    for (const { row: leg } of rows.all('leg')) {
      if (leg.owner !== this.mspId) continue;
      const hold = holds.get(`${leg.deal}/${leg.id}`);
      const isSame =
        (hold?.status ?? null) === HOLD_OF[leg.status] &&
        (hold === undefined || (hold.amount === leg.amount && hold.fee === leg.fee));
      this.findings.expect('balances', place, isSame, () => ({
        found: `a hold for ${leg.id} that is ${hold?.status ?? 'not there'}, while the payment is ${leg.status}`,
        needed: HOLD_OF[leg.status] ?? 'no hold',
      }));
    }
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

  private expectedPositions(rows: PublicRows): Map<string, bigint> {
    const own = rows.all('bank').find(({ row }) => row.owner === this.mspId)?.row.id;
    const captured = keysWith(rows, 'leg', 'captured');
    const credited = keysWith(rows, 'credit', 'credited');
    const positions = new Map<string, bigint>();
    const add = (name: string, amount: bigint): void => {
      positions.set(name, (positions.get(name) ?? 0n) + amount);
    };
    for (const { key, row } of rows.all('obligation')) {
      const { deal, leg, from, to, currency, amount } = row;
      const isCaptured = captured.has(rowKey('leg', deal, leg));
      const isCredited = credited.has(key.replace(/^obligation/, 'credit'));
      if (from === own && isCaptured) add(`${currency} bank/${to}`, BigInt(amount));
      if (to === own && isCredited) add(`${currency} bank/${from}`, -BigInt(amount));
    }
    return positions;
  }
}

function keysWith(rows: PublicRows, kind: 'leg' | 'credit', status: string): Set<string> {
  return new Set(rows.all(kind).flatMap(({ key, row }) => (row.status === status ? [key] : [])));
}

function journalOf(kind: Kind, row: unknown): readonly Entry[] {
  switch (kind) {
    case 'operation':
      return [row as PrivateRow<'operation'>]; // here and below: `write` has read it as that kind
    case 'custody':
      return (row as PrivateRow<'custody'>).entries;
    case 'line':
      return [(row as PrivateRow<'line'>).entry];
    case 'account':
      return [];
  }
}

function refundKeyOf(row: unknown): string {
  return (row as PrivateRow<'custody'>).saltedHash; // as in `journalOf`
}

/** Rows are canonical JSON: the members of equal entries are in one order. */
function textOf(entries: readonly Entry[]): string {
  return JSON.stringify(entries);
}

function readRow<K extends Kind>(kind: K, text: string): PrivateRow<K> | null {
  try {
    const read = SCHEMAS[kind].safeParse(JSON.parse(text));
    return read.success ? (read.data as PrivateRow<K>) : null; // by the schema of that kind
  } catch {
    return null;
  }
}
