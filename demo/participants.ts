// The people of one play: new ones each time, with log-ins and accounts, linked and funded, and the seller's offers.
import { deposit, openAccount } from '../gateway/sdk/commands/accounts.js';
import { newId } from '../gateway/sdk/ids.js';
import type { Payer } from './deal-acts.js';
import { CURRENCY, planAccount } from './enrolment.js';
import type { Gateways } from './gateways.js';
import { linkByCode } from './log-in-accounts.js';
import { makeLogIn, participantOf, readLogIns, signedIn } from './log-ins.js';
import { drawNames, GOODS } from './names.js';
import { type OfferPlan, putUpOffers } from './offers.js';
import { staffOf } from './organisations.js';
import { makePhone, type Name, type Participant } from './people.js';
import type { SeededWorld } from './seed.js';
import { carriedOut } from './through-the-door.js';

export interface Participants {
  readonly seller: Payer;
  /** The buyer's accounts at Bank A (10) and Bank B (20). */
  readonly buyerAtA: Payer;
  readonly buyerAtB: Payer;
  /** Another client, with an account at Bank A. */
  readonly friendAtA: Payer;
  readonly agent: Participant;
  readonly offers: { readonly [scenario in ScenarioName]: OfferPlan };
}

export const SCENARIO_NAMES = ['wholePath', 'expiry', 'lastSecond', 'lateAnswer'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** The price of the worked example, minor units. */
const PRICE = '1240000';
const STOCK = 5;
/** Random ones at the end of a log-in, since names come again. */
const LOGIN_DIGITS = 8;
/** Milliseconds. Short where the scenario waits for a deadline, ample where it does not. */
const TIMES = {
  wholePath: { payTimeMs: 60_000, answerTimeMs: 30_000, inspectionTimeMs: 60_000 },
  expiry: { payTimeMs: 10_000, answerTimeMs: 10_000, inspectionTimeMs: 0 },
  lastSecond: { payTimeMs: 12_000, answerTimeMs: 10_000, inspectionTimeMs: 0 },
  lateAnswer: { payTimeMs: 8_000, answerTimeMs: 4_000, inspectionTimeMs: 0 },
} as const satisfies { readonly [scenario in ScenarioName]: object };
const GOODS_OF = {
  wholePath: GOODS.bicycle,
  expiry: GOODS.samovar,
  lastSecond: GOODS.telescope,
  lateAnswer: GOODS.skis,
} as const;

export async function engageParticipants(gateways: Gateways, world: SeededWorld): Promise<Participants> {
  const { context } = gateways;
  const taken = [...world.names, ...(readLogIns(context) ?? []).map(({ name }) => name)];
  const [buyerName, friendName, sellerName] = drawNames(2, 1, taken);
  if (buyerName === undefined || friendName === undefined || sellerName === undefined) {
    throw new Error('the pool of names is too small');
  }
  const [buyer, friend, seller] = await newClients(gateways, [
    { name: buyerName, part: 'buyer' },
    { name: friendName, part: 'another buyer' },
    { name: sellerName, part: 'seller' },
  ]);
  if (buyer === undefined || friend === undefined || seller === undefined) throw new Error('nobody came');
  const payers = {
    seller: payer(seller, '20', '0'),
    buyerAtA: payer(buyer, '10', '2000000'),
    buyerAtB: payer(buyer, '20', '2000000'),
    friendAtA: payer(friend, '10', '6000000'),
  };
  const banks = [...new Set(Object.values(payers).map(({ account }) => account.bank))];
  await Promise.all(
    banks.map(async (bank) => {
      const operator = await signedIn(context, gateways.bank(bank), 'operator');
      const own = Object.values(payers).filter(({ account }) => account.bank === bank);
      await Promise.all(own.map((each) => openAndLink(gateways, operator, each)));
    }),
  );
  const offers = offersOf(payers.seller);
  const { officer: moderator } = staffOf(world.staff, gateways.marketplace);
  await putUpOffers(gateways, { moderator, plans: Object.values(offers) });
  const agent = await signedIn(context, gateways.courier, 'agent');
  return { ...payers, agent, offers };
}

/** An administrator of the marketplace makes log-ins; a new client makes his key, which is published by itself. */
async function newClients(
  gateways: Gateways,
  of: readonly { readonly name: Name; readonly part: string }[],
): Promise<Participant[]> {
  const { marketplace, context } = gateways;
  const administrator = await signedIn(context, marketplace, 'administrator');
  return Promise.all(
    of.map(async ({ name, part }) => {
      const login = `${part.replace(/\W/g, '-')}-${newId('person').slice(-LOGIN_DIGITS)}`;
      const planned = { login, part, name, roles: ['client'] } as const;
      return participantOf(await makeLogIn(gateways, marketplace, administrator.session, planned));
    }),
  );
}

/** The bank's operator opens the account and pays in; its holder links it by the code on his phone. */
async function openAndLink(
  gateways: Gateways,
  operator: Participant,
  { person, account }: Payer,
): Promise<void> {
  const bank = gateways.bank(account.bank);
  const { number, holder, deposit: amount } = account;
  await bank.admin.addCustomer({ holder, name: person.name.ru, phone: makePhone() });
  const of = { bank: bank.bankId, account: number, currency: CURRENCY };
  await carriedOut(gateways, operator, 'openAccount', { request: openAccount({ ...of, holder }) });
  if (amount !== '0')
    await carriedOut(gateways, operator, 'deposit', { request: deposit({ ...of, amount }) });
  await linkByCode(gateways, person, account);
}

function payer(person: Participant, bank: string, firstDeposit: string): Payer {
  return { person, account: planAccount(person, bank, firstDeposit) };
}

function offersOf({ person: seller, account: payTo }: Payer): Participants['offers'] {
  const offer = (scenario: ScenarioName): OfferPlan => ({
    id: newId('offer'),
    seller,
    payTo,
    goods: GOODS_OF[scenario],
    price: PRICE,
    stock: STOCK,
    ...TIMES[scenario],
  });
  return {
    wholePath: offer('wholePath'),
    expiry: offer('expiry'),
    lastSecond: offer('lastSecond'),
    lateAnswer: offer('lateAnswer'),
  };
}
