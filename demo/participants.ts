// The people of one play: new ones each time, with accounts, linked and funded, and the seller's four offers.
import { newId } from '../gateway/sdk/ids.js';
import type { Payer } from './deal-acts.js';
import { type Account, enrol, linkAccounts, openAccounts, planAccount } from './enrolment.js';
import type { Gateways } from './gateways.js';
import { drawNames, GOODS } from './names.js';
import { type OfferPlan, putUpOffers } from './offers.js';
import { staffOf } from './organisations.js';
import { makePerson, type Person } from './people.js';
import type { SeededWorld } from './seed.js';

export interface Participants {
  readonly seller: Payer;
  /** The buyer's accounts at Bank A (10) and Bank B (20). */
  readonly buyerAtA: Payer;
  readonly buyerAtB: Payer;
  /** Another client, with an account at Bank A. */
  readonly friendAtA: Payer;
  readonly agent: Person;
  readonly offers: { readonly [scenario in ScenarioName]: OfferPlan };
}

export const SCENARIO_NAMES = ['wholePath', 'expiry', 'lastSecond', 'lateAnswer'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** The price of the worked example, minor units. */
const PRICE = '1240000';
const STOCK = 5;
/** Milliseconds. Short where the scenario waits for a deadline, ample where it does not. */
const TIMES = {
  wholePath: { payTimeMs: 60_000, answerTimeMs: 30_000, inspectionTimeMs: 60_000 },
  expiry: { payTimeMs: 4_000, answerTimeMs: 10_000, inspectionTimeMs: 0 },
  lastSecond: { payTimeMs: 8_000, answerTimeMs: 10_000, inspectionTimeMs: 0 },
  lateAnswer: { payTimeMs: 4_000, answerTimeMs: 4_000, inspectionTimeMs: 0 },
} as const satisfies { readonly [scenario in ScenarioName]: object };
const GOODS_OF = {
  wholePath: GOODS.bicycle,
  expiry: GOODS.samovar,
  lastSecond: GOODS.telescope,
  lateAnswer: GOODS.skis,
} as const;

export async function engageParticipants(gateways: Gateways, world: SeededWorld): Promise<Participants> {
  const [buyerName, friendName, sellerName] = drawNames(2, 1);
  if (buyerName === undefined || friendName === undefined || sellerName === undefined) {
    throw new Error('the pool of names is too small');
  }
  const buyer = await makePerson(buyerName, 'buyer');
  const friend = await makePerson(friendName, 'another buyer');
  const seller = await makePerson(sellerName, 'seller');
  const accounts = {
    seller: planAccount(seller, '20', '0'),
    buyerAtA: planAccount(buyer, '10', '2000000'),
    buyerAtB: planAccount(buyer, '20', '2000000'),
    friendAtA: planAccount(friend, '10', '6000000'),
  };
  await settleIn(gateways, world, { people: [buyer, friend, seller], accounts: Object.values(accounts) });
  const offers = offersOf(seller, accounts.seller);
  const { officer: moderator } = staffOf(world.staff, gateways.marketplace);
  await putUpOffers(gateways, { moderator, plans: Object.values(offers) });
  return {
    seller: { person: seller, account: accounts.seller },
    buyerAtA: { person: buyer, account: accounts.buyerAtA },
    buyerAtB: { person: buyer, account: accounts.buyerAtB },
    friendAtA: { person: friend, account: accounts.friendAtA },
    agent: staffOf(world.staff, gateways.courier).officer,
    offers,
  };
}

async function settleIn(
  gateways: Gateways,
  world: SeededWorld,
  group: { readonly people: readonly Person[]; readonly accounts: readonly Account[] },
): Promise<void> {
  const { people, accounts } = group;
  const { administrator } = staffOf(world.staff, gateways.marketplace);
  const enrolments = people.map((person) => ({ person, roles: ['client'] as const }));
  await enrol(gateways, gateways.marketplace, { administrator, enrolments });
  await Promise.all(
    gateways.banks.map((bank) => {
      const own = accounts.filter((account) => account.bank === bank.bankId);
      return openAccounts(gateways, bank, {
        operator: staffOf(world.staff, bank).officer,
        accounts: own,
        people,
      });
    }),
  );
  await linkAccounts(gateways, { accounts, people });
}

function offersOf(seller: Person, payTo: Account): Participants['offers'] {
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
