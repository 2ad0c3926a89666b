// Everything that a person with a browser finds in the demonstration: log-ins, linked accounts with money, addresses,
// offers; and the lines that say where to go.
import { join } from 'node:path';
import { z } from 'zod';
import type { DemoContext, DemoOptions } from './context.js';
import { Gateways } from './gateways.js';
import { giveAccounts, type OwnAccount } from './log-in-accounts.js';
import { giveAddresses } from './log-in-addresses.js';
import { putUpForSale } from './log-in-offers.js';
import { makeLogIns, readLogIns, type SignedInPerson } from './log-ins.js';
import { readIfThere, writePrivately } from './people.js';
import { openSeed } from './seed.js';

const accountsSchema = z.array(
  z.strictObject({
    login: z.string(),
    bank: z.string(),
    number: z.string(),
    link: z.string(),
    phone: z.string(),
  }),
);

function accountsFileOf({ dir }: DemoContext): string {
  return join(dir, 'demo', 'accounts.json');
}

/** Once in a system's life; does nothing afterwards. */
export async function inviteBrowserPeople(
  context: DemoContext,
  options: Pick<DemoOptions, 'print'>,
): Promise<void> {
  if (readAccounts(context) !== null) return;
  const gateways = await Gateways.open(context, options.print);
  const world = openSeed(context);
  const { staff } = world;
  options.print('Log-ins for people with a browser, their accounts and offers');
  const people = await makeLogIns(gateways, world);
  const accounts = await giveAccounts(gateways, staff, people);
  await giveAddresses(people);
  const seller = sessionOf(people, 'seller');
  const moderator = sessionOf(people, 'moderator');
  const link = accounts.find(({ login }) => login === 'seller')?.link ?? '';
  await putUpForSale(gateways, { seller, moderator, link });
  for (const { session } of people) await session.signOut();
  writePrivately(accountsFileOf(context), accounts);
}

/** Where to go, with which log-in and password, and the phone on which the codes come. */
export function browserLines(context: DemoContext): string[] {
  const logIns = readLogIns(context) ?? [];
  const accounts = readAccounts(context) ?? [];
  const width = Math.max(0, ...logIns.map(({ login }) => login.length));
  return context.webs.flatMap(({ mspId, origin }) => [
    origin,
    ...logIns
      .filter((logIn) => logIn.mspId === mspId)
      .flatMap(({ login, password }) => [
        `  ${login.padEnd(width)}  ${password}`,
        ...accounts
          .filter((account) => account.login === login)
          .map(({ bank, number, phone }) => `    account ${number} at bank ${bank}, phone ${phone}`),
      ]),
  ]);
}

/** Accounts of the people with log-ins; null: none were opened yet. */
export function readAccounts(context: DemoContext): readonly OwnAccount[] | null {
  const text = readIfThere(accountsFileOf(context));
  return text === null ? null : accountsSchema.parse(JSON.parse(text));
}

function sessionOf(people: readonly SignedInPerson[], login: string): SignedInPerson['session'] {
  const found = people.find(({ logIn }) => logIn.login === login);
  if (found === undefined) throw new Error(`there is no log-in ${login}`);
  return found.session;
}
