// Answers questions of an organisation's own members about its private rows. For evaluation only: it ranges over
// private data, after which Fabric forbids to write, and gives the true values.
import { requireAccount } from '../domain/account/accounts.js';
import { LEDGER } from '../domain/account/books.js';
import { exposureId } from '../domain/payout/exposure.js';
import type { JournalEntry } from '../domain/account/private-rows.js';
import type { Json } from '../protocol/canonical-json.js';
import { parseCanonical } from '../protocol/parse.js';
import type {
  BalanceView,
  ExposureView,
  OperationView,
  PrivateQuery,
  TrialBalanceView,
} from '../protocol/queries.js';
import { privateQueryForm } from '../protocol/queries.js';
import { RuleViolation } from '../protocol/violation.js';
import type { OwnerReader } from '../state/owner-session.js';

/** JSON of the view that the query names (`commands.ts`). Rejects: BAD_INPUT, NO_ACCOUNT, NOT_FOUND, NO_SECRET. */
export async function answerPrivately(reader: OwnerReader, owner: string, text: string): Promise<Json> {
  const query = privateQueryForm(parseCanonical(text, 'query'), 'query');
  return (await answerOf(reader, owner, query)) as Json; // views hold JSON values only
}

function answerOf(reader: OwnerReader, owner: string, query: PrivateQuery): Promise<unknown> {
  switch (query.about) {
    case 'balance':
      return balance(reader, query.account);
    case 'statement':
      return statement(reader, query.account);
    case 'pending':
      return pendingCredits(reader, query.account);
    case 'operations':
      return operations(reader, ({ deal }) => deal === query.deal);
    case 'trialBalance':
      return trialBalances(reader, owner);
    case 'exposures':
      return exposures(reader);
    case 'link':
      return reader.privateRow('linkedAccount', query.link);
    case 'dealRecord':
      return reader.privateRow('dealRecord', query.deal);
    case 'usedIntent':
      return reader.privateRow('usedIntent', `${query.person}/${query.intent}`);
  }
}

async function balance(reader: OwnerReader, number: string): Promise<BalanceView> {
  const row = requireAccount(await reader.privateRow('account', number));
  const lines = await pendingCredits(reader, number);
  const pending = lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString();
  const { account, holder, currency, available, held } = row;
  return { account, holder, currency, available, held, pending };
}

/** Those that are open, however many there have been. */
async function pendingCredits(reader: OwnerReader, account: string) {
  const lines = await reader.privateRowsOf('pendingCredit', account);
  return [...lines].sort((left, right) => (left.credit < right.credit ? -1 : 1));
}

/** One for each pair of other bank and currency, in that order. */
async function exposures(reader: OwnerReader): Promise<readonly ExposureView[]> {
  const rows = await reader.privateRows('exposure');
  const views = rows.map(({ bank, currency, used }) => ({ bank, currency, used }));
  return views.sort((left, right) => (exposureId(left) < exposureId(right) ? -1 : 1));
}

async function statement(reader: OwnerReader, number: string): Promise<readonly OperationView[]> {
  const { account } = requireAccount(await reader.privateRow('account', number));
  const names = [LEDGER.available(account), LEDGER.held(account), LEDGER.pending(account)];
  return operations(reader, ({ lines }) => lines.some((line) => names.includes(line.account)));
}

/** Oldest first by the bank's own time, then by id. */
async function operations(
  reader: OwnerReader,
  wanted: (entry: JournalEntry) => boolean,
): Promise<readonly OperationView[]> {
  const entries = await journal(reader);
  return entries
    .filter(wanted)
    .sort((left, right) => left.at - right.at || (left.operation < right.operation ? -1 : 1))
    .map(({ operation, kind, at, deal, payment, currency, lines }) => {
      return { operation, kind, at, deal, payment, currency, lines };
    });
}

/** Every entry of the books, wherever it is kept. */
async function journal(reader: OwnerReader): Promise<readonly JournalEntry[]> {
  const journals = await reader.privateRows('journal');
  const operations = await reader.privateRows('operation');
  return [...journals.flatMap(({ entries }) => entries), ...operations];
}

/** One per currency; the sum of each is zero, or the books are wrong. */
async function trialBalances(reader: OwnerReader, owner: string): Promise<readonly TrialBalanceView[]> {
  const bank = await reader.bankOf(owner);
  if (bank === null) throw new RuleViolation('NOT_FOUND', { what: 'bank' });
  const byCurrency = new Map<string, JournalEntry[]>();
  for (const entry of await journal(reader)) {
    const entries = byCurrency.get(entry.currency);
    if (entries === undefined) byCurrency.set(entry.currency, [entry]);
    else entries.push(entry);
  }
  const currencies = [...byCurrency.keys()].sort();
  return currencies.map((currency) => trialBalance(bank.id, currency, byCurrency.get(currency) ?? []));
}

function trialBalance(bank: string, currency: string, entries: readonly JournalEntry[]): TrialBalanceView {
  const sums = new Map<string, bigint>();
  for (const { account, amount } of entries.flatMap(({ lines }) => lines)) {
    sums.set(account, (sums.get(account) ?? 0n) + BigInt(amount));
  }
  const sum = [...sums.values()].reduce((total, amount) => total + amount, 0n);
  const accounts = Object.fromEntries([...sums].map(([account, amount]) => [account, amount.toString()]));
  return { bank, currency, accounts, sum: sum.toString(), operations: entries.length };
}
