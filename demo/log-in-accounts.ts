// Money for people who come with a browser: accounts that a bank opens for them, linked by the code on their phones.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { askLink, confirmLink } from '../gateway/sdk/commands/accounts.js';
import { askLinkCode } from '../gateway/sdk/commands/authorise.js';
import { sealConfirmation } from '../gateway/sdk/sealing.js';
import type { ClientSession } from '../gateway/sdk/session.js';
import { DemoError } from './demo-error.js';
import { type Account, CURRENCY, openAccounts, planAccount } from './enrolment.js';
import type { Bank, Gateways } from './gateways.js';
import type { SignedInPerson } from './log-ins.js';
import { type StaffByMsp, staffOf } from './organisations.js';

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
  { logIn, session }: SignedInPerson,
  money: { readonly [bank: string]: string },
): Promise<OwnAccount[]> {
  const made: OwnAccount[] = [];
  for (const [bankId, deposit] of Object.entries(money)) {
    const bank = gateways.bank(bankId);
    const holder = { id: logIn.person, name: logIn.name, phone: '+70000000000' };
    const account = planAccount(holder, bankId, deposit);
    const { officer: operator } = staffOf(staff, bank);
    await openAccounts(gateways, bank, { operator, accounts: [account], people: [holder] });
    await linkByCode(session, account, bank);
    const { number, link } = account;
    made.push({ login: logIn.login, bank: bankId, number, link, phone: phoneOf(gateways, bank, account) });
  }
  return made;
}

/** As the page does it: the number and the code are sealed to the bank. */
async function linkByCode(
  session: ClientSession,
  { number, link, holder }: Account,
  { bankId, name, admin }: Bank,
): Promise<void> {
  const publicKey = session.signer?.publicKey ?? '';
  const asked = await session.command('askLink', {
    request: askLink({ bank: bankId, currency: CURRENCY, publicKey }, link),
    beside: { label: name, lastFour: number.slice(-LAST) },
  });
  if (asked.status !== 'done')
    throw new DemoError(`A link was not asked for: ${asked.code ?? asked.status}.`);
  const { items } = await session.api.call('listBanks');
  const bank = items.find(({ id }) => id === bankId);
  if (bank === undefined) throw new DemoError(`Bank ${bankId} is not on the ledger.`);
  const { request, sealed } = await askLinkCode(bank, { link, account: number });
  const intent = await session.sign(request);
  const sent = await session.api.call('sendLinkCode', { path: { link }, body: { intent, sealed } });
  const { code } = await admin.waitForCode(holder, { kind: 'link', link });
  const confirmation = await session.sign(confirmLink({ link, account: number, code }));
  const confirmed = await sealConfirmation(bank, {
    ...{ link, code, intent: confirmation },
    ...(sent.challenge === null ? {} : { challenge: sent.challenge }),
  });
  await session.api.call('confirmLink', { path: { link }, body: { sealed: confirmed } });
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
