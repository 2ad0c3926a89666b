// Duty: people who buy, pay and receive goods without a pause, and tellers who pay money in, over the desks.
// Must not: give up because a process died; a person tries again, or begins another purchase.
import { rowKey, type PaymentRow } from '../../chaincode/protocol/rows.js';
import type { DealView } from '../../chaincode/protocol/commands.js';
import { DeskProblem, DeskWaitOver } from '../../gateway/protocol/desk-client.js';
import * as acts from '../../demo/deal-acts.js';
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
import { makePerson, newId, type Person } from '../../demo/people.js';
import { DemoRefused, type Stage } from '../../demo/stage.js';
import type { KnownWorld } from '../../demo/world.js';

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
const TIMES = { payTimeMs: 8_000, answerTimeMs: 6_000, inspectionTimeMs: 0 };
/** Longer than any code lives; then the person begins another purchase. */
const PATIENCE_MS = 8_000;
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
}

export async function openMarket(stage: Stage, world: KnownWorld): Promise<Market> {
  const person = (number: number) => makePerson({ en: `Person ${number}`, ru: `Лицо ${number}` }, 'client');
  const people = Array.from({ length: SHOPPERS + 2 }, (_, number) => person(number));
  const [seller, saver, ...buyers] = people;
  if (seller === undefined || saver === undefined) throw new Error('a market needs people');
  const sellerAccount = planAccount(seller, SELLER_BANK, '0');
  const savers = stage.banks.flatMap(({ bankId }) =>
    Array.from({ length: SAVERS_PER_BANK }, () => planAccount(saver, bankId, '0')),
  );
  const shoppers = buyers.map((buyer, index) => {
    const bank = stage.banks[index % stage.banks.length]?.bankId ?? SELLER_BANK;
    return { person: buyer, account: planAccount(buyer, bank, DEPOSIT) };
  });
  const linked = [sellerAccount, ...shoppers.map(({ account }) => account)];
  await admit(stage, world, { people, accounts: [...linked, ...savers], linked });
  const { officer: moderator } = staffOf(world.staff, stage.marketplace);
  const offer = newId('offer');
  const plan = { id: offer, seller, payTo: sellerAccount, goods: GOODS.bicycle, price: PRICE, stock: 10_000 };
  await putUpOffers(stage, { moderator, plans: [{ ...plan, ...TIMES }] });
  return {
    shoppers,
    savers,
    seller: sellerAccount,
    offer,
    agent: staffOf(world.staff, stage.courier).officer,
    operators: new Map(stage.banks.map((bank) => [bank.bankId, staffOf(world.staff, bank).officer])),
    deals: [],
  };
}

async function admit(
  stage: Stage,
  world: KnownWorld,
  group: {
    readonly people: readonly Person[];
    readonly accounts: readonly Account[];
    readonly linked: readonly Account[];
  },
): Promise<void> {
  const { people, accounts, linked } = group;
  const { administrator } = staffOf(world.staff, stage.marketplace);
  const enrolments = people.map((person) => ({ person, roles: ['client'] as const }));
  await enrol(stage, stage.marketplace, { administrator, enrolments });
  for (const bank of stage.banks) {
    const own = accounts.filter((account) => account.bank === bank.bankId);
    const operator = staffOf(world.staff, bank).officer;
    await openAccounts(stage, bank, { operator, accounts: own, people });
  }
  await linkAccounts(stage, { accounts: linked, people });
}

/** Buys, pays and receives until `over` says so. Resolves when the last purchase needs him no more. */
export async function shop(
  stage: Stage,
  market: Market,
  shopper: acts.Payer,
  over: () => boolean,
): Promise<void> {
  for (let number = 1; !over(); number += 1) {
    await unlessTurned(() => purchase(stage, market, { shopper, isWhole: number % HALF_PAID_EVERY !== 0 }));
  }
}

async function purchase(
  stage: Stage,
  market: Market,
  { shopper, isWhole }: { shopper: acts.Payer; isWhole: boolean },
): Promise<void> {
  const { deal } = await acts.buy(stage, shopper, market.offer);
  market.deals.push(deal);
  for (const amount of isWhole ? [FIRST_PART, LAST_PART] : [FIRST_PART]) {
    await pay(stage, deal, { payer: shopper, amount });
  }
  if (!isWhole) return;
  const { desk } = stage.marketplace;
  await desk.waitForDeal(deal.id, ({ phase }) => phase?.status === 'paid', PATIENCE_MS);
  await handOver(stage, market, deal);
}

async function pay(
  stage: Stage,
  deal: acts.Deal,
  request: { readonly payer: acts.Payer; readonly amount: string },
): Promise<void> {
  const { account } = request.payer;
  const plan = await acts.planPayment(stage, deal, request);
  const { payment } = await acts.submit(stage, deal, plan);
  const { desk } = stage.bank(account.bank);
  const subject = { kind: 'payment', deal: deal.id, payment: payment.id } as const;
  const { code } = await desk.waitForCode(account.holder, subject, PATIENCE_MS);
  await desk.authorise({ deal: deal.id, payment: payment.id, code });
}

async function handOver(stage: Stage, { agent }: Market, deal: acts.Deal): Promise<void> {
  await acts.acceptParcel(stage, deal, agent);
  await acts.deliver(stage, deal, agent);
}

/** Pays small sums in, every third one sent twice at once, until `over` says so. */
export async function payIn(
  stage: Stage,
  market: Market,
  account: Account,
  over: () => boolean,
): Promise<void> {
  const bank = stage.bank(account.bank);
  for (let number = 1; !over(); number += 1) {
    const commands = Array.from({ length: PAYMENTS }, () => payingIn(stage, market, account));
    const order = { at: bank, lane: 'own', commands } as const;
    const copies = number % 3 === 0 ? 2 : 1;
    await Promise.all(Array.from({ length: copies }, () => stage.carryOut(order)));
  }
}

function payingIn(stage: Stage, market: Market, account: Account) {
  const operator = market.operators.get(account.bank);
  if (operator === undefined) throw new Error(`bank ${account.bank} has no operator`);
  const params = { bank: account.bank, account: account.number, amount: PAID_IN, currency: CURRENCY };
  const command = signed(stage, operator, { id: newId('deposit'), action: 'deposit', params });
  return { ...command, params: { operation: newId('operation') } };
}

/** An outage may let a code or a signed time grow old: the purchase is then left to the workers. */
async function unlessTurned(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const turned =
      error instanceof DeskWaitOver || error instanceof DeskProblem || error instanceof DemoRefused;
    if (!turned) throw error;
  }
}

/** Brings a deal to its end: a paid one is handed over, any other is waited for. Throws if it never ends. */
export async function finish(stage: Stage, market: Market, deal: acts.Deal): Promise<DealView> {
  const { desk } = stage.marketplace;
  const view = await desk.waitForDeal(deal.id, (seen) => isOver(seen) || seen.phase?.status === 'paid');
  if (!isOver(view)) {
    await unlessTurned(() => handOver(stage, market, deal));
    // The parcel may have been accepted, but not delivered, when the system died.
    const shown = (await stage.row<{ readonly status: string }>(rowKey('shipment', deal.id)))?.status;
    if (shown !== 'delivered') await acts.deliver(stage, deal, market.agent);
  }
  return desk.waitForDeal(deal.id, isOver);
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
