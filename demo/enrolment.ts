// How people come to the marketplace: their marketplace or bank registers them, banks open and link their accounts.
// Each step looks first at what is there, so that a start which was cut off goes on where it stopped.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT_NUMBER_BYTES, accountNumber } from '../chaincode/protocol/account-number.js';
import type { BalanceView, Command } from '../chaincode/protocol/commands.js';
import type { IntentParams, PersonAction } from '../chaincode/protocol/commands.js';
import { linkCodeHash } from '../chaincode/protocol/link-code.js';
import { rowKey, type LinkRow, type PersonRow, type Role } from '../chaincode/protocol/rows.js';
import { AdminProblem } from '../gateway/protocol/admin-client.js';
import { keyThumbprint, newId, signIntent, type Person } from './people.js';
import { DemoRefused, type Bank, type Order, type Organisation, type Gateways } from './gateways.js';

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
export function planAccount(person: Person, bank: string, deposit: string): Account {
  return {
    bank,
    number: accountNumber(bank, randomBytes(ACCOUNT_NUMBER_BYTES)),
    holder: newId('holder'),
    link: newId('link'),
    person: person.id,
    deposit,
    operation: newId('operation'),
  };
}

/** A person's signed command. */
export function signed<A extends PersonAction>(
  gateways: Gateways,
  person: Person,
  request: { readonly id: string; readonly action: A; readonly params: IntentParams[A] },
): Command {
  return { action: request.action, intent: signIntent(person, { channel: gateways.channel, ...request }) };
}

/** A row that should be in some state, and the command that brings it there. */
export interface Wish {
  readonly key: string;
  readonly done: (row: { readonly status?: string }) => boolean;
  readonly command: () => Command;
}

/** Sends the commands of those wishes that are not fulfilled yet. */
export async function fulfil(
  gateways: Gateways,
  order: Omit<Order, 'commands'>,
  wishes: readonly Wish[],
): Promise<void> {
  const open = await openWishes(order.at, wishes);
  try {
    await gateways.carryOut({ ...order, commands: open.map(({ command }) => command()) });
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
    command: () => signed(gateways, administrator, { id: person.id, action: 'registerPerson', params: {} }),
  }));
  await fulfil(gateways, { at, lane: 'agree' }, register);
  const confirm = enrolments.map(({ person, roles }) => ({
    key: rowKey('person', person.id),
    done: isActive,
    command: () => {
      const params = { person: person.id, key: person.publicKey, roles };
      return signed(gateways, administrator, { id: newId('confirmation'), action: 'confirmPerson', params });
    },
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
    readonly people: readonly Person[];
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
  const { number, holder, deposit, operation } = account;
  const commands: Command[] = [];
  if (found === null) {
    const params = { bank: account.bank, account: number, holder, currency: CURRENCY };
    commands.push(signed(gateways, operator, { id: newId('opening'), action: 'openAccount', params }));
  }
  if (deposit !== '0' && (found === null || found.available === '0')) {
    const params = { bank: account.bank, account: number, amount: deposit, currency: CURRENCY };
    const command = signed(gateways, operator, { id: newId('deposit'), action: 'deposit', params });
    commands.push({ ...command, params: { operation } });
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
      const params = { bank: account.bank, currency: CURRENCY, keyThumbprint: keyThumbprint(person) };
      return signed(gateways, person, { id: account.link, action: 'askLink', params });
    },
  }));
  await fulfil(gateways, { at: gateways.marketplace, lane: 'agree' }, wishes);
  await Promise.all(pairs.map(({ account, person }) => confirmLink(gateways, account, person)));
}

/** A code that ran out, because the system was away or slow, is asked for anew. */
async function confirmLink(gateways: Gateways, account: Account, person: Person): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const row = await gateways.row<LinkRow>(rowKey('link', account.link));
    if (row?.status === 'active') return;
    try {
      await confirmOnce(gateways, account, person);
      return;
    } catch (error) {
      if (!(error instanceof AdminProblem) || tries >= MOST_CODES) throw error;
    }
  }
}

async function confirmOnce(gateways: Gateways, account: Account, person: Person): Promise<void> {
  const { admin } = gateways.bank(account.bank);
  const { link, number } = account;
  await admin.askLinkCode({ link, account: number });
  const { code } = await admin.waitForCode(account.holder, { kind: 'link', link });
  const params = { link, account: number, codeHash: linkCodeHash({ link, code }) };
  const request = { channel: gateways.channel, id: newId('linking'), action: 'confirmLink', params } as const;
  const outcome = await admin.confirmLink({ link, intent: signIntent(person, request), code });
  gateways.count(outcome.txId);
  if (!outcome.ok) throw new DemoRefused('confirmLink', outcome.code, outcome.values);
}
