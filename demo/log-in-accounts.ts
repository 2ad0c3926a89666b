// Money for people who come with a browser: accounts that a bank opens for them, linked by the code on their phones.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { askLink, confirmLink } from '../gateway/sdk/commands/accounts.js';
import { askLinkCode } from '../gateway/sdk/commands/authorise.js';
import { sealConfirmation } from '../gateway/sdk/sealing.js';
import { DemoError } from './demo-error.js';
import { type Account, CURRENCY, openAccounts, planAccount } from './enrolment.js';
import type { Bank, Gateways } from './gateways.js';
import { participantOf, type SignedInPerson } from './log-ins.js';
import { type StaffByMsp, staffOf } from './organisations.js';
import { type Participant, signerFor } from './people.js';
import { asked, carriedOut } from './through-the-door.js';

/** First deposits by log-in and bank, minor units. */
const MONEY: { readonly [login: string]: { readonly [bank: string]: string } } = {
  buyer: { '10': '25000000', '20': '20000000' },
  friend: { '10': '30000000' },
  seller: { '20': '0' },
};
const LAST = 4;

/** An account that a person has linked, and where its holder's phone is. */
export interface OwnAccount {
  readonly login: string;
  readonly bank: string;
  readonly number: string;
  readonly link: string;
  readonly phone: string;
}

export async function giveAccounts(
  gateways: Gateways,
  staff: StaffByMsp,
  people: readonly SignedInPerson[],
): Promise<readonly OwnAccount[]> {
  const made = await Promise.all(
    people.map((person) => accountsOf(gateways, staff, person, MONEY[person.logIn.login] ?? {})),
  );
  return made.flat();
}

async function accountsOf(
  gateways: Gateways,
  staff: StaffByMsp,
  signedIn: SignedInPerson,
  money: { readonly [bank: string]: string },
): Promise<OwnAccount[]> {
  const person = participantOf(signedIn);
  const { login } = signedIn.logIn;
  const made: OwnAccount[] = [];
  for (const [bankId, deposit] of Object.entries(money)) {
    const bank = gateways.bank(bankId);
    const holder = { ...person, phone: '+70000000000' };
    const account = planAccount(holder, bankId, deposit);
    const { officer: operator } = staffOf(staff, bank);
    await openAccounts(gateways, bank, { operator, accounts: [account], people: [holder] });
    await linkByCode(gateways, person, account);
    const { number, link } = account;
    made.push({ login, bank: bankId, number, link, phone: phoneOf(gateways, bank, account) });
  }
  return made;
}

/** As the page does it: the number and the code are sealed to the bank. */
export async function linkByCode(
  gateways: Gateways,
  person: Participant,
  { number, link, holder, bank: bankId }: Account,
): Promise<void> {
  const { session } = person;
  const { name, admin } = gateways.bank(bankId);
  const { publicKey } = await signerFor(person);
  await carriedOut(gateways, person, 'askLink', {
    request: askLink({ bank: bankId, currency: CURRENCY, publicKey }, link),
    beside: { label: name, lastFour: number.slice(-LAST) },
  });
  const { items } = await asked(gateways, person, 'listBanks', {});
  const bank = items.find(({ id }) => id === bankId);
  if (bank === undefined) throw new DemoError(`Bank ${bankId} is not on the ledger.`);
  const { request, sealed } = await askLinkCode(bank, { link, account: number });
  const body = { intent: await session.sign(request), sealed };
  const sent = await asked(gateways, person, 'sendLinkCode', { path: { link }, body });
  const { code } = await admin.waitForCode(holder, { kind: 'link', link });
  const confirmation = await session.sign(confirmLink({ link, account: number, code }));
  const confirmed = await sealConfirmation(bank, {
    ...{ link, code, intent: confirmation },
    ...(sent.challenge === null ? {} : { challenge: sent.challenge }),
  });
  await asked(gateways, person, 'confirmLink', { path: { link }, body: { sealed: confirmed } });
}

const linksSchema = z.object({
  switches: z.string(),
  phones: z.array(z.object({ holder: z.string(), phone: z.string() })),
});

/** The address of the holder's phone at the bank's simulated core. */
function phoneOf({ context }: Gateways, { mspId }: Bank, { holder }: Account): string {
  const path = context.phoneLinksPaths[mspId];
  if (path === undefined) throw new DemoError(`The demo knows no phones of ${mspId}.`);
  const { phones } = linksSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return phones.find((phone) => phone.holder === holder)?.phone ?? '';
}
