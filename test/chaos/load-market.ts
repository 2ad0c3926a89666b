// People who buy, pay and receive goods without a pause, and tellers who pay money in, over the admin APIs.
import { rowKey } from '../../chaincode/protocol/rows.js';
import { type PaymentRow } from '../../chaincode/protocol/payment.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { AdminProblem, AdminWaitTimedOut } from '../../gateway/protocol/admin-client.js';
import { deposit } from '../../gateway/sdk/commands/accounts.js';
import { newId } from '../../gateway/sdk/ids.js';
import * as acts from '../support/admin-acts.js';
import {
  CURRENCY,
  enrol,
  linkAccounts,
  openAccounts,
  planAccount,
  signed,
  type Account,
} from '../../demo/enrolment.js';
import { GOODS } from '../../demo/names.js';
import { putUpOffers } from '../../demo/offers.js';
import { staffOf } from '../../demo/organisations.js';
import { makePerson, type Person } from '../../demo/people.js';
import { DemoRefused, type Gateways } from '../../demo/gateways.js';
import type { SeededWorld } from '../../demo/seed.js';

export const PRICE = '12345';
const FIRST_PART = '5000';
const LAST_PART = '7345';
const DEPOSIT = '90000000';
export const PAID_IN = '137';
const SHOPPERS = 6;
const SAVERS_PER_BANK = 2;
/** Payments in one list of a teller. */
const PAYMENTS = 5;
const SELLER_BANK = '20';
const TIMES = { payTimeMs: 20_000, answerTimeMs: 6_000, inspectionTimeMs: 0 };
/** Longer than any code lives; then the person begins another purchase. */
const PATIENCE_MS = 20_000;
/** One purchase in so many is paid in part only, and must come back. */
const HALF_PAID_EVERY = 4;

export interface Market {
  readonly shoppers: readonly acts.Payer[];
  readonly savers: readonly Account[];
  readonly seller: Account;
  readonly offer: string;
  readonly agent: Person;
  readonly operators: ReadonlyMap<string, Person>;
  /** Purchases that the ledger took. */
  readonly deals: acts.Deal[];
  /** Those that came to the recipient while others bought. */
  readonly delivered: acts.Deal[];
}

export async function openMarket(gateways: Gateways, consortium: SeededWorld): Promise<Market> {
  const person = (number: number) => makePerson({ en: `Person ${number}`, ru: `Лицо ${number}` }, 'client');
  const people = await Promise.all(Array.from({ length: SHOPPERS + 2 }, (_, number) => person(number)));
  const [seller, saver, ...buyers] = people;
  if (seller === undefined || saver === undefined) throw new Error('a market needs people');
  const sellerAccount = planAccount(seller, SELLER_BANK, '0');
  const savers = gateways.banks.flatMap(({ bankId }) =>
    Array.from({ length: SAVERS_PER_BANK }, () => planAccount(saver, bankId, '0')),
  );
  const shoppers = buyers.map((buyer, index) => {
    const bank = gateways.banks[index % gateways.banks.length]?.bankId ?? SELLER_BANK;
    return { person: buyer, account: planAccount(buyer, bank, DEPOSIT) };
  });
  const linked = [sellerAccount, ...shoppers.map(({ account }) => account)];
  await admit(gateways, consortium, { people, accounts: [...linked, ...savers], linked });
  const { officer: moderator } = staffOf(consortium.staff, gateways.marketplace);
  const offer = newId('offer');
  const plan = { id: offer, seller, payTo: sellerAccount, goods: GOODS.bicycle, price: PRICE, stock: 10_000 };
  await putUpOffers(gateways, { moderator, plans: [{ ...plan, ...TIMES }] });
  return {
    shoppers,
    savers,
    seller: sellerAccount,
    offer,
    agent: staffOf(consortium.staff, gateways.courier).officer,
    operators: new Map(gateways.banks.map((bank) => [bank.bankId, staffOf(consortium.staff, bank).officer])),
    deals: [],
    delivered: [],
  };
}

async function admit(
  gateways: Gateways,
  consortium: SeededWorld,
  group: {
    readonly people: readonly Person[];
    readonly accounts: readonly Account[];
    readonly linked: readonly Account[];
  },
): Promise<void> {
  const { people, accounts, linked } = group;
  const { administrator } = staffOf(consortium.staff, gateways.marketplace);
  const enrolments = people.map((person) => ({ person, roles: ['client'] as const }));
  await enrol(gateways, gateways.marketplace, { administrator, enrolments });
  for (const bank of gateways.banks) {
    const own = accounts.filter((account) => account.bank === bank.bankId);
    const operator = staffOf(consortium.staff, bank).officer;
    await openAccounts(gateways, bank, { operator, accounts: own, people });
  }
  await linkAccounts(gateways, { accounts: linked, people });
}

/** Buys, pays and receives until `over` says so. Resolves when the last purchase needs him no more. */
export async function shop(
  gateways: Gateways,
  market: Market,
  shopper: acts.Payer,
  over: () => boolean,
): Promise<void> {
  while (!over()) await unlessDiverged(() => purchase(gateways, market, shopper));
}

async function purchase(gateways: Gateways, market: Market, shopper: acts.Payer): Promise<void> {
  const deal = await acts.buy(gateways, shopper, market.offer);
  const isWhole = market.deals.push(deal) % HALF_PAID_EVERY !== 0;
  for (const amount of isWhole ? [FIRST_PART, LAST_PART] : [FIRST_PART]) {
    await pay(gateways, deal, { payer: shopper, amount });
  }
  if (!isWhole) return;
  const { admin } = gateways.marketplace;
  await admin.waitForDeal(deal.id, ({ phase }) => phase?.status === 'paid', PATIENCE_MS);
  await handOver(gateways, market, deal);
  market.delivered.push(deal);
}

async function pay(
  gateways: Gateways,
  deal: acts.Deal,
  request: { readonly payer: acts.Payer; readonly amount: string },
): Promise<void> {
  const payment = await acts.submit(gateways, deal, request);
  await acts.giveCode(gateways, request.payer, { deal: deal.id, payment }, PATIENCE_MS);
}

async function handOver(gateways: Gateways, { agent }: Market, deal: acts.Deal): Promise<void> {
  await acts.acceptParcel(gateways, deal, agent);
  await acts.deliver(gateways, deal, agent);
}

/** Pays small sums in, every third one sent twice at once, until `over` says so. */
export async function payIn(
  gateways: Gateways,
  market: Market,
  account: Account,
  over: () => boolean,
): Promise<void> {
  const bank = gateways.bank(account.bank);
  for (let number = 1; !over(); number += 1) {
    const payments = Array.from({ length: PAYMENTS }, () => payingIn(gateways, market, account));
    const commands = await Promise.all(payments);
    const order = { at: bank, lane: 'own', commands } as const;
    const copies = number % 3 === 0 ? 2 : 1;
    await Promise.all(Array.from({ length: copies }, () => gateways.carryOut(order)));
  }
}

async function payingIn(gateways: Gateways, market: Market, account: Account) {
  const operator = market.operators.get(account.bank);
  if (operator === undefined) throw new Error(`bank ${account.bank} has no operator`);
  const { bank, number } = account;
  const payment = deposit({ bank, account: number, amount: PAID_IN, currency: CURRENCY });
  return { ...(await signed(gateways, operator, payment)), params: { operation: newId('operation') } };
}

/** An outage may let a code or a signed time grow old: the purchase is then left to the workers. */
async function unlessDiverged(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const turned =
      error instanceof AdminWaitTimedOut || error instanceof AdminProblem || error instanceof DemoRefused;
    if (!turned) throw error;
  }
}

/** Brings a deal to its end: a paid one is handed over, any other is waited for. Throws if it never ends. */
export async function finish(gateways: Gateways, market: Market, deal: acts.Deal): Promise<DealView> {
  const { admin } = gateways.marketplace;
  const view = await admin.waitForDeal(deal.id, (seen) => isOver(seen) || seen.phase?.status === 'paid');
  if (!isOver(view)) {
    await unlessDiverged(() => handOver(gateways, market, deal));
    // The parcel may have been accepted, but not delivered, when the system died.
    const shown = (await gateways.row<{ readonly status: string }>(rowKey('shipment', deal.id)))?.status;
    if (shown !== 'delivered') await acts.deliver(gateways, deal, market.agent);
  }
  return admin.waitForDeal(deal.id, isOver);
}

/** Nothing is left to do: phase final, every payment and credit at its end. */
export function isOver({ phase, payments, credits }: DealView): boolean {
  const isFinal = phase?.status === 'completed' || phase?.status === 'expired';
  return isFinal && payments.every(isSettled) && credits.every(({ row }) => row.status === 'credited');
}

function isSettled({ row, admission }: DealView['payments'][number]): boolean {
  const ends: readonly PaymentRow['status'][] = ['captured', 'voided', 'rejected', 'late'];
  return ends.includes(row.status) || (row.status === 'submitted' && admission?.status !== 'admitted');
}
