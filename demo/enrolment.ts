// How people come to the marketplace: they are registered, and banks open and link their accounts.
import { z } from 'zod';
import { ACCOUNT_NUMBER_BYTES, accountNumber } from '../chaincode/protocol/account-number.js';
import { type LinkRow } from '../chaincode/protocol/account.js';
import type { Command, PersonAction } from '../chaincode/protocol/commands.js';
import { type Role } from '../chaincode/protocol/forms.js';
import { type PersonRow } from '../chaincode/protocol/member.js';
import type { BalanceView } from '../chaincode/protocol/queries.js';
import { rowKey } from '../chaincode/protocol/rows.js';

import type { Intent } from '../chaincode/protocol/intent.js';

import { AdminProblem } from '../gateway/protocol/admin-client.js';
import { askLink, confirmLink, deposit, openAccount } from '../gateway/sdk/commands/accounts.js';
import { confirmPerson, registerPerson } from '../gateway/sdk/commands/people.js';
import { newId, randomBytes } from '../gateway/sdk/ids.js';
import type { CommandRequest } from '../gateway/sdk/request.js';
import { sealAccountNumber, sealConfirmation } from '../gateway/sdk/sealing.js';
import { intentBody, signIntent } from '../gateway/sdk/sign.js';
import { type Bank, DemoRefused, type Gateways, type Order, type Organisation } from './gateways.js';
import { type KeyHolder, type Person, signerFor } from './people.js';

export const CURRENCY = 'RUB';
/** How often a link's code is asked for before the demo gives up. */
const MOST_CODES = 5;

export const accountSchema = z.strictObject({
  bank: z.string(),
  /** Known to its holder and its bank alone. */
  number: z.string(),
  /** The bank's own reference of the customer. */
  holder: z.string(),
  link: z.string(),
  person: z.string(),
  /** First deposit, minor units. */
  deposit: z.string(),
  operation: z.string(),
});
export type Account = z.infer<typeof accountSchema>;

/** A new account of `person`; nothing is opened yet. */
export function planAccount(person: Pick<Person, 'id'>, bank: string, firstDeposit: string): Account {
  return {
    bank,
    number: accountNumber(bank, randomBytes(ACCOUNT_NUMBER_BYTES)),
    holder: newId('holder'),
    link: newId('link'),
    person: person.id,
    deposit: firstDeposit,
    operation: newId('operation'),
  };
}

/** What a person asks for, signed. */
export async function signed<A extends PersonAction>(
  gateways: Gateways,
  person: Person | KeyHolder,
  request: CommandRequest<A>,
): Promise<Command & { readonly intent: Intent }> {
  const context = { channel: gateways.channel, person: person.id, now: Date.now() };
  const intent = await signIntent(await signerFor(person), intentBody(context, request));
  return { action: request.action, intent };
}

/** A row that should be in some state, and the command that brings it there. */
export interface Wish {
  readonly key: string;
  readonly done: (row: { readonly status?: string }) => boolean;
  readonly command: () => Promise<Command>;
}

/** Sends the commands of those wishes that are not fulfilled yet. */
export async function fulfil(
  gateways: Gateways,
  order: Omit<Order, 'commands'>,
  wishes: readonly Wish[],
): Promise<void> {
  const open = await openWishes(order.at, wishes);
  try {
    const commands = await Promise.all(open.map(({ command }) => command()));
    await gateways.carryOut({ ...order, commands });
  } catch (error) {
    // A command that was sent again, its first answer being lost, may find its work done.
    if (!(error instanceof DemoRefused) || (await openWishes(order.at, wishes)).length > 0) throw error;
  }
}

async function openWishes({ admin }: Organisation, wishes: readonly Wish[]): Promise<readonly Wish[]> {
  if (wishes.length === 0) return [];
  const rows = await admin.rows(wishes.map(({ key }) => key));
  return wishes.filter(({ key, done }) => {
    const row = rows[key];
    // Every row is an object (rows.ts); a missing one is null.
    return row === null || row === undefined || !done(row);
  });
}

export interface Enrolment {
  readonly person: Person;
  readonly roles: readonly Role[];
}

/** S4 and S5: `administrator` of the organisation registers the persons and confirms their keys and roles. */
export async function enrol(
  gateways: Gateways,
  at: Organisation,
  people: { readonly administrator: Person; readonly enrolments: readonly Enrolment[] },
): Promise<void> {
  const { administrator, enrolments } = people;
  const register = enrolments.map(({ person }) => ({
    key: rowKey('person', person.id),
    done: () => true,
    command: () => signed(gateways, administrator, registerPerson({ person: person.id })),
  }));
  await fulfil(gateways, { at, lane: 'agree' }, register);
  const confirm = enrolments.map(({ person, roles }) => ({
    key: rowKey('person', person.id),
    done: isActive,
    command: () =>
      signed(gateways, administrator, confirmPerson({ person: person.id, key: person.publicKey, roles })),
  }));
  await fulfil(gateways, { at, lane: 'own' }, confirm);
}

function isActive(row: { readonly status?: string }): boolean {
  return row.status === ('active' satisfies PersonRow['status'] & LinkRow['status']);
}

/** S6: the bank's operator opens the accounts and pays the first deposits in. */
export async function openAccounts(
  gateways: Gateways,
  bank: Bank,
  request: {
    readonly operator: Person;
    readonly accounts: readonly Account[];
    readonly people: readonly Pick<Person, 'id' | 'name' | 'phone'>[];
  },
): Promise<void> {
  const { operator, people } = request;
  const commands: Command[] = [];
  for (const account of request.accounts) {
    const person = people.find(({ id }) => id === account.person);
    if (person === undefined) throw new Error(`no person holds account link ${account.link}`);
    await bank.admin.addCustomer({ holder: account.holder, name: person.name.ru, phone: person.phone });
    commands.push(...(await openingCommands(gateways, bank, operator, account)));
  }
  await gateways.carryOut({ at: bank, lane: 'own', commands });
}

async function openingCommands(
  gateways: Gateways,
  bank: Bank,
  operator: Person,
  account: Account,
): Promise<Command[]> {
  const found = await balanceIfThere(bank, account.number);
  const { bank: bankId, number, holder, operation } = account;
  const commands: Command[] = [];
  if (found === null) {
    const opening = openAccount({ bank: bankId, account: number, holder, currency: CURRENCY });
    commands.push(await signed(gateways, operator, opening));
  }
  if (account.deposit !== '0' && (found === null || found.available === '0')) {
    const first = deposit({ bank: bankId, account: number, amount: account.deposit, currency: CURRENCY });
    commands.push({ ...(await signed(gateways, operator, first)), params: { operation } });
  }
  return commands;
}

async function balanceIfThere(bank: Bank, account: string): Promise<BalanceView | null> {
  try {
    return await bank.admin.balance(account);
  } catch (error) {
    if (error instanceof AdminProblem && error.status < 500) return null;
    throw error;
  }
}

/** S7 and S8: each holder links his account: asks on the ledger, proves it to the bank by a code sent to his phone. */
export async function linkAccounts(
  gateways: Gateways,
  request: { readonly accounts: readonly Account[]; readonly people: readonly Person[] },
): Promise<void> {
  const pairs = request.accounts.flatMap((account) => {
    const person = request.people.find(({ id }) => id === account.person);
    return person === undefined ? [] : [{ account, person }];
  });
  const wishes = pairs.map(({ account, person }) => ({
    key: rowKey('link', account.link),
    done: () => true,
    command: () => {
      const of = { bank: account.bank, currency: CURRENCY, publicKey: person.publicKey };
      return signed(gateways, person, askLink(of, account.link));
    },
  }));
  await fulfil(gateways, { at: gateways.marketplace, lane: 'agree' }, wishes);
  await Promise.all(pairs.map(({ account, person }) => confirm(gateways, account, person)));
}

/** A code that ran out, because the system was away or slow, is asked for anew. */
async function confirm(gateways: Gateways, account: Account, person: Person): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const row = await gateways.row<LinkRow>(rowKey('link', account.link));
    if (row?.status === 'active') return;
    try {
      const known = tries === 1 ? await codeOnPhone(gateways, account) : null;
      await confirmWith(gateways, { account, person }, known ?? (await askCode(gateways, account)));
      return;
    } catch (error) {
      if (!(error instanceof AdminProblem) || tries >= MOST_CODES) throw error;
    }
  }
}

/** One that came before the demo was cut off, and counts still: the bank would not send another one at once. */
async function codeOnPhone(gateways: Gateways, { bank, holder, link }: Account): Promise<string | null> {
  const messages = await gateways.bank(bank).admin.phone(holder);
  const living = messages.filter(
    ({ about, validUntil }) => about.kind === 'link' && about.link === link && validUntil > Date.now(),
  );
  return living.at(-1)?.code ?? null;
}

async function askCode(gateways: Gateways, account: Account): Promise<string> {
  const { admin } = gateways.bank(account.bank);
  const { link, number, holder } = account;
  const bank = await gateways.bankRow(account.bank);
  await admin.askLinkCode({ link, sealed: await sealAccountNumber(bank, { link, account: number }) });
  return (await admin.waitForCode(holder, { kind: 'link', link })).code;
}

async function confirmWith(
  gateways: Gateways,
  { account, person }: { readonly account: Account; readonly person: Person },
  code: string,
): Promise<void> {
  const { link, number } = account;
  const bank = await gateways.bankRow(account.bank);
  const { intent } = await signed(gateways, person, confirmLink({ link, account: number, code }));
  const outcome = await gateways.bank(account.bank).admin.confirmLink({
    link,
    sealed: await sealConfirmation(bank, { link, intent, code }),
  });
  gateways.count(outcome.txId);
  if (!outcome.ok) throw new DemoRefused('confirmLink', outcome.code, outcome.values);
}
