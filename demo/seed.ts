// The world that every system begins with: staff, clients with accounts, offers; and the file that keeps it.
import { join } from 'node:path';
import { z } from 'zod';
import { setCommissionAccount } from '../gateway/sdk/commands/accounts.js';
import { newId } from '../gateway/sdk/ids.js';
import type { DemoContext, DemoOptions } from './context.js';
import { DemoError } from './demo-error.js';
import type { Account } from './enrolment.js';
import {
  CURRENCY,
  accountSchema,
  enrol,
  linkAccounts,
  openAccounts,
  planAccount,
  signed,
} from './enrolment.js';
import { Gateways } from './gateways.js';
import { drawNames, GOODS } from './names.js';
import { type OfferPlan, putUpOffers } from './offers.js';
import { foundConsortium, type StaffByMsp, staffOf } from './organisations.js';
import { makePerson, type Name, type Person, personSchema, readIfThere, writePrivately } from './people.js';

const worldSchema = z.strictObject({
  version: z.literal(1),
  staff: z.array(z.strictObject({ mspId: z.string(), administrator: personSchema, officer: personSchema })),
  clients: z.array(personSchema),
  accounts: z.array(accountSchema),
  /** Where the marketplace's commission goes. */
  commissionAccount: accountSchema,
  offers: z.array(
    z.strictObject({
      id: z.string(),
      seller: z.string(),
      account: z.string(),
      goods: z.enum(Object.keys(GOODS) as [keyof typeof GOODS]), // keys of a constant, at least one
      price: z.string(),
      stock: z.int(),
    }),
  ),
  loaded: z.boolean(),
});
type World = z.infer<typeof worldSchema>;

const MARKETPLACE_BANK = '10';
const SELLERS_BANK = '20';
const MINUTE_MS = 60_000;
const WORLD_OFFER_TIMES = { payTimeMs: 15 * MINUTE_MS, answerTimeMs: 10_000, inspectionTimeMs: MINUTE_MS };

/** The world's people as the demo needs them. */
export interface SeededWorld {
  readonly staff: StaffByMsp;
  readonly commissionAccount: Account;
  /** Of everybody in it; who joins later gets another one. */
  readonly names: readonly Name[];
}

function fileOf(context: DemoContext): string {
  return join(context.dir, 'demo', 'people.json');
}

/** Banks, tariffs, people, accounts, offers. Safe to call again; does nothing once all is there. */
export async function seed(context: DemoContext, options: Pick<DemoOptions, 'print'>): Promise<void> {
  const gateways = await Gateways.open(context, options.print);
  // Before anything is on the ledger: the scenarios play at these two banks.
  for (const bank of [MARKETPLACE_BANK, SELLERS_BANK]) gateways.bank(bank);
  const file = fileOf(context);
  const found = readWorld(file);
  if (found === null && (await gateways.parameters()) !== null) throw peopleMissing(file);
  const world = found ?? (await planWorld(gateways));
  if (world.loaded) return;
  writePrivately(file, world);
  const staff = staffMap(world);
  options.print('The consortium: parameters, administrators, banks and their tariffs');
  await foundConsortium(gateways, staff);
  options.print(`${String(world.clients.length)} clients with ${String(world.accounts.length)} accounts`);
  await admitClients(gateways, staff, world);
  options.print(`${String(world.offers.length)} offers`);
  const { officer: moderator } = staffOf(staff, gateways.marketplace);
  await putUpOffers(gateways, { moderator, plans: offerPlans(world) });
  writePrivately(file, { ...world, loaded: true });
}

/** What `seed` left behind. Throws DemoError if it never came to its end. */
export function openSeed(context: DemoContext): SeededWorld {
  const file = fileOf(context);
  const world = readWorld(file);
  if (world === null || !world.loaded) throw peopleMissing(file);
  const { clients, commissionAccount } = world;
  const staff = world.staff.flatMap(({ administrator, officer }) => [administrator, officer]);
  const names = [...clients, ...staff].map(({ name }) => name);
  return { staff: staffMap(world), commissionAccount, names };
}

function peopleMissing(file: string): DemoError {
  return new DemoError(
    `The ledger has a world, but its people's keys are not in ${file}; ` +
      'start anew with npm run network -- down --erase and npm start.',
  );
}

function readWorld(file: string): World | null {
  const text = readIfThere(file);
  if (text === null) return null;
  try {
    return worldSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DemoError(
      `The demo people's file ${file} cannot be read; ` +
        'restore it, or start anew with npm run network -- down --erase and npm start.',
      { cause },
    );
  }
}

function staffMap(world: World): StaffByMsp {
  return new Map(world.staff.map(({ mspId, administrator, officer }) => [mspId, { administrator, officer }]));
}

const OFFICER_PART = { bank: 'operator', courier: 'agent', marketplace: 'moderator' } as const;

async function planWorld(gateways: Gateways): Promise<World> {
  const names = drawNames(6, 6);
  const next = (part: string): Promise<Person> => {
    const name = names.pop();
    if (name === undefined) return makePerson({ en: `Staff of ${part}`, ru: `Сотрудник: ${part}` }, part);
    return makePerson(name, part);
  };
  const seller = await next('seller');
  const shop = await next('seller');
  const buyers = [await next('buyer'), await next('buyer')];
  const staff: World['staff'] = [];
  for (const { mspId, name, kind } of gateways.all) {
    const administrator = await next(`${name}, administrator`);
    const officer = await next(`${name}, ${OFFICER_PART[kind]}`);
    staff.push({ mspId, administrator, officer });
  }
  const treasurer = await next('marketplace, treasurer');
  const sellerAccount = planAccount(seller, SELLERS_BANK, '0');
  const shopAccount = planAccount(shop, MARKETPLACE_BANK, '0');
  const buyersAccounts = buyers.flatMap((buyer) => [
    planAccount(buyer, MARKETPLACE_BANK, '3000000'),
    planAccount(buyer, SELLERS_BANK, '2500000'),
  ]);
  return {
    version: 1,
    staff,
    clients: [seller, shop, ...buyers, treasurer],
    accounts: [sellerAccount, shopAccount, ...buyersAccounts],
    commissionAccount: planAccount(treasurer, MARKETPLACE_BANK, '0'),
    offers: [
      offerOf(seller, sellerAccount, 'bicycle', '1240000', 3),
      offerOf(seller, sellerAccount, 'samovar', '890000', 1),
      offerOf(shop, shopAccount, 'telescope', '2399900', 5),
      offerOf(shop, shopAccount, 'accordion', '4150000', 1),
    ],
    loaded: false,
  };
}

function offerOf(
  seller: Person,
  account: Account,
  goods: keyof typeof GOODS,
  price: string,
  stock: number,
): World['offers'][number] {
  return { id: newId('offer'), seller: seller.id, account: account.number, goods, price, stock };
}

async function admitClients(gateways: Gateways, staff: StaffByMsp, world: World): Promise<void> {
  const { administrator } = staffOf(staff, gateways.marketplace);
  const { clients: people, commissionAccount } = world;
  const enrolments = people.map((person) => ({
    person,
    roles:
      person.id === commissionAccount.person ? (['client', 'administrator'] as const) : (['client'] as const),
  }));
  await enrol(gateways, gateways.marketplace, { administrator, enrolments });
  const all = [...world.accounts, commissionAccount];
  for (const bank of gateways.banks) {
    const accounts = all.filter((account) => account.bank === bank.bankId);
    await openAccounts(gateways, bank, { operator: staffOf(staff, bank).officer, accounts, people });
  }
  await linkAccounts(gateways, { accounts: all, people });
  if ((await gateways.parameters())?.commissionLinks[CURRENCY] !== undefined) return;
  const treasurer = people.find(({ id }) => id === commissionAccount.person);
  if (treasurer === undefined) throw new Error('the commission account has no holder');
  const command = await signed(gateways, treasurer, setCommissionAccount({ link: commissionAccount.link }));
  await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
}

function offerPlans(world: World): OfferPlan[] {
  return world.offers.map((offer) => {
    const seller = world.clients.find(({ id }) => id === offer.seller);
    const payTo = world.accounts.find(({ number }) => number === offer.account);
    if (seller === undefined || payTo === undefined) throw new Error(`offer ${offer.id} has no seller`);
    const { id, price, stock } = offer;
    return { id, seller, payTo, price, stock, goods: GOODS[offer.goods], ...WORLD_OFFER_TIMES };
  });
}
