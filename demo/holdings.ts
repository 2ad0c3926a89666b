// Who holds what: balances at the holders' own banks and the banks' own books, read at their own admin APIs.
import { amountText } from '../gateway/protocol/money-text.js';
import { changeText, type Column, tableLines } from './amounts.js';
import { type Account, CURRENCY } from './enrolment.js';
import type { Bank, Gateways } from './gateways.js';

/** An account whose holder the table names. */
export interface Holder {
  readonly label: string;
  readonly account: Account;
  /** Accounts that other deals move as well are shown as change since `begin`. */
  readonly sinceBegin?: boolean;
}

interface Standing {
  readonly available: bigint;
  readonly held: bigint;
  readonly pending: bigint;
}

const COLUMNS: readonly Column[] = [
  { title: 'Who' },
  { title: 'At' },
  { title: 'Available', right: true },
  { title: 'Held', right: true },
  { title: 'Arriving', right: true },
];

export class Holdings {
  private readonly earlier = new Map<string, bigint>();
  private readonly earlierStandings = new Map<string, Standing>();

  constructor(
    private readonly gateways: Gateways,
    private readonly holders: readonly Holder[],
  ) {}

  /** From here on changes count. */
  async begin(): Promise<void> {
    for (const bank of this.gateways.banks) {
      const books = await booksOf(bank);
      for (const [name, sum] of books) this.earlier.set(`${bank.bankId} ${name}`, sum);
    }
    for (const { account } of this.holders) {
      this.earlierStandings.set(account.number, await this.standing(account));
    }
  }

  /** Lines of the table as it is now. */
  async lines(): Promise<string[]> {
    const rows: string[][] = [];
    for (const holder of this.holders) rows.push(await this.holderRow(holder));
    const table = tableLines(COLUMNS, rows);
    for (const bank of this.gateways.banks) table.push(await this.bankLine(bank));
    return table;
  }

  /** Whether nobody's money is credited and not yet spendable. */
  async arrived(): Promise<boolean> {
    const standings = await Promise.all(this.holders.map(({ account }) => this.standing(account)));
    return standings.every(({ pending }) => pending === 0n);
  }

  private async holderRow({ label, account, sinceBegin }: Holder): Promise<string[]> {
    const now = await this.standing(account);
    const before = this.earlierStandings.get(account.number);
    const sums = [now.available, now.held, now.pending];
    const earlier = before === undefined ? [0n, 0n, 0n] : [before.available, before.held, before.pending];
    const texts =
      sinceBegin === true
        ? sums.map((sum, index) => changeText(sum - (earlier[index] ?? 0n), CURRENCY))
        : sums.map((sum) => amountText(sum, CURRENCY));
    return [label, this.gateways.bank(account.bank).name, ...texts];
  }

  private async standing(account: Account): Promise<Standing> {
    const view = await this.gateways.bank(account.bank).admin.balance(account.number);
    return {
      available: BigInt(view.available),
      held: BigInt(view.held),
      pending: BigInt(view.pending),
    };
  }

  /** Fee income and what the bank owes the others since `begin`. */
  private async bankLine(bank: Bank): Promise<string> {
    const books = await booksOf(bank);
    const change = (name: string): bigint =>
      (books.get(name) ?? 0n) - (this.earlier.get(`${bank.bankId} ${name}`) ?? 0n);
    const parts = [`fees ${changeText(change('fees'), CURRENCY)}`];
    for (const other of this.gateways.banks) {
      if (other.bankId === bank.bankId) continue;
      const due = change(`bank/${other.bankId}`);
      if (due > 0n) parts.push(`owes ${other.name} ${amountText(due, CURRENCY)}`);
      if (due < 0n) parts.push(`is owed ${amountText(-due, CURRENCY)} by ${other.name}`);
    }
    return `${bank.name} since this deal began: ${parts.join(', ')}`;
  }
}

/** Ledger account → sum of the bank's books in the demo's currency. */
export async function booksOf(bank: Bank): Promise<ReadonlyMap<string, bigint>> {
  const balances = await bank.admin.trialBalances();
  const found = balances.find(({ currency }) => currency === CURRENCY);
  return new Map(Object.entries(found?.accounts ?? {}).map(([name, sum]) => [name, BigInt(sum)]));
}
