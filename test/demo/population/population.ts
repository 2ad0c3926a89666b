// A small population on a running system, cut off in the middle: the next run goes on, and nothing is doubled.
import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoContext, PopulationReport } from '../../../demo/context.js';
import { CURRENCY } from '../../../demo/enrolment.js';
import { Gateways } from '../../../demo/gateways.js';
import { readLogIns, signIn } from '../../../demo/log-ins.js';
import { populate } from '../../../demo/population/populate.js';
import { booksBalance } from '../../../demo/report.js';
import type { RowKind } from '../../../chaincode/protocol/rows.js';

const SIZE = { banks: 2, clients: 3, accounts: 3, offers: 3 };
/** As `npm run seed` takes it. */
export const SIZE_OPTIONS = Object.entries(SIZE).flatMap(([name, count]) => [`--${name}`, String(count)]);
/** Two lists a bank for its clients, three for its accounts, two for its links; two for the offers. */
const LISTS = 16;
const LIST_LENGTH = 2;
const CUT_OFF_AT = 9;
/** Of a bank: 1 + 2 + 3 accounts with 1 000, 1 010, 1 020 roubles. */
const ACCOUNTS = 6;
const MONEY = 604_000n;
const DAY_MS = 86_400_000;

/** What a population changes, at the first two banks. */
interface Counts {
  readonly people: number;
  readonly offers: number;
  readonly links: number;
  readonly banks: readonly BankCounts[];
}

interface BankCounts {
  /** With money, by the books. */
  readonly accounts: number;
  readonly operations: number;
  /** Paid in at the counter, minor units. */
  readonly cash: bigint;
  /** As the bank's operator finds them. */
  readonly found: number;
}

/** `finish`: runs `npm run seed` with SIZE_OPTIONS to its end. */
export async function expectWholePopulation(
  context: DemoContext,
  finish: () => Promise<void>,
): Promise<void> {
  const gateways = await Gateways.open(context, () => undefined);
  const before = await countsOf(gateways);
  await expectCutOff(context);
  forgetLists(context);
  await finish();
  const after = await countsOf(gateways);
  expect(after.people - before.people, 'people').to.equal(SIZE.banks * SIZE.clients);
  expect(after.links - before.links, 'links').to.equal(SIZE.banks * SIZE.clients);
  expect(after.offers - before.offers, 'offers').to.equal(SIZE.offers);
  for (const [index, bank] of after.banks.entries()) {
    const earlier = before.banks[index];
    if (earlier === undefined) throw new Error('there are two banks');
    expect(bank.accounts - earlier.accounts, 'accounts with money').to.equal(ACCOUNTS);
    expect(bank.operations - earlier.operations, 'operations').to.equal(ACCOUNTS);
    expect(bank.found - earlier.found, 'accounts that the operator finds').to.equal(ACCOUNTS);
    expect(earlier.cash - bank.cash, 'money').to.equal(MONEY);
  }
  expect(await booksBalance(gateways)).to.equal(true);
  const again = await seeded(context, () => undefined);
  expect(again).to.deep.include({ lists: 0, clients: 6, accounts: 12, deposited: String(2n * MONEY) });
  expect(await countsOf(gateways)).to.deep.equal(after);
}

function seeded(context: DemoContext, onDone: (done: number) => void): Promise<PopulationReport> {
  return populate(context, {
    ...{ size: SIZE, listLength: LIST_LENGTH, print: () => undefined },
    onProgress: ({ done }) => {
      onDone(done);
    },
  });
}

async function expectCutOff(context: DemoContext): Promise<void> {
  const cutOff = new Error('cut off');
  const run = seeded(context, (done) => {
    if (done >= CUT_OFF_AT) throw cutOff;
  });
  expect(await run.catch((error: unknown) => error)).to.equal(cutOff);
}

/**
 * As if the process had died twice between a list of accounts and the note that it was carried out: now, and so long
 * ago that the list is signed anew.
 */
function forgetLists(context: DemoContext): void {
  const path = join(context.dir, 'demo', 'populations', Object.values(SIZE).join('x'), 'journal.jsonl');
  const records = readFileSync(path, 'utf8').trimEnd().split('\n').map(readRecord);
  const done = records.filter(({ kind }) => kind === 'done');
  expect(done.length).to.be.within(1, LISTS - 1);
  const [old, late] = done.filter(({ list }) => list.startsWith('accounts/')).map(({ list }) => list);
  if (old === undefined || late === undefined) throw new Error('fewer than two lists of accounts are done');
  const left = records
    .filter(({ kind, list }) => kind !== 'done' || (list !== old && list !== late))
    .map((record) => (record.list === old ? { ...record, at: (record.at ?? 0) - DAY_MS } : record));
  writeFileSync(path, left.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function readRecord(line: string): { readonly kind: string; readonly list: string; readonly at?: number } {
  return JSON.parse(line) as ReturnType<typeof readRecord>; // the journal's own form
}

async function countsOf(gateways: Gateways): Promise<Counts> {
  const banks = gateways.banks.slice(0, SIZE.banks);
  return {
    people: await rowsOf(gateways, 'person'),
    offers: await rowsOf(gateways, 'offer'),
    links: await rowsOf(gateways, 'link'),
    banks: await Promise.all(banks.map((bank) => bankCounts(gateways, bank))),
  };
}

async function rowsOf({ marketplace }: Gateways, kind: RowKind): Promise<number> {
  const ready = new Set(['active', 'listed']);
  const rows = (await marketplace.admin.list(kind)) as readonly { readonly status?: string }[];
  return rows.filter(({ status }) => status !== undefined && ready.has(status)).length;
}

async function bankCounts({ context }: Gateways, bank: Gateways['banks'][number]): Promise<BankCounts> {
  const books = (await bank.admin.trialBalances()).find(({ currency }) => currency === CURRENCY);
  const operator = readLogIns(context)?.find(
    ({ mspId, login }) => mspId === bank.mspId && login === 'operator',
  );
  if (books === undefined || operator === undefined) throw new Error(`${bank.name} has no books or operator`);
  expect(books.sum).to.equal('0');
  const session = await signIn(context, operator);
  const { items } = await session.api.call('searchAccounts', { body: { words: '', limit: 100 } });
  await session.signOut();
  return {
    accounts: Object.keys(books.accounts).filter((name) => name.startsWith('available/')).length,
    operations: books.operations,
    cash: BigInt(books.accounts['cash'] ?? '0'),
    found: items.length,
  };
}
