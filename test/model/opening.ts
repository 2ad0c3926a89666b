// How a consortium begins: parameters, secrets, trust, staff, two banks, the commission account, clients with money,
// offers. It must not take short cuts: each block is checked like all others.
import { linkCodeHash } from '../../chaincode/protocol/link-code.js';
import type { Role } from '../../chaincode/protocol/forms.js';
import { BANK_A, BANK_B, BANK_ID, COURIER, MARKETPLACE, MEMBERS } from '../support/member-access.js';
import type { Person } from '../support/people.js';
import { BANKS, machine, type Account, type Cast, type GeneratedCommand } from './cast.js';
import type { Random } from './random.js';

export type Send = (commands: readonly GeneratedCommand[]) => Promise<void>;
const CLIENTS = ['alice', 'bob', 'eve', 'frank', 'grace', 'heidi'];

/** Sends everything that must be there before anybody can deal. */
export async function openUp(cast: Cast, random: Random, send: Send): Promise<void> {
  const founding = { ...agreedParameters(), commissionBasisPoints: 500 };
  await send([{ ...byAdmin(machine(null, 'setParameters', founding, 'parameters')), sender: MARKETPLACE }]);
  await send(MEMBERS.map((msp) => machine(msp, 'setSecret', { secret: random.key32() }, msp)));
  const believers = [...BANKS, COURIER];
  await send(believers.map((msp) => machine(msp, 'trustBanks', trusted(['10', '20']), msp)));
  await appoint(cast, random, send);
  await openBanks(cast, random, send);
  const anna = must(cast.administrators.get(MARKETPLACE));
  const house = await openAccounts(cast, random, send, [[anna, BANK_A]]);
  await openAccounts(cast, random, send, [[anna, BANK_B]], 'USD');
  const link = linkOf(cast, must(house[0]));
  const id = random.id('intent');
  await send([cast.signed(anna, 'setCommissionAccount', { link }, { id, topic: 'parameters' })]);
  cast.clients.push(...CLIENTS.map((name) => cast.person(name, random)));
  // Some sellers are moderators as well, whom their own offers must not get past.
  const both = cast.clients.slice(-2);
  cast.moderators.push(...both);
  const enrolments = cast.clients.map((person) => {
    const roles: Role[] = both.includes(person) ? ['client', 'moderator'] : ['client'];
    return [person, MARKETPLACE, roles] as const;
  });
  await enrol(cast, random, send, enrolments);
  await openAccounts(
    cast,
    random,
    send,
    cast.clients.flatMap((person) => BANKS.map((msp) => [person, msp] as const)),
  );
  const alsoInDollars = cast.clients.slice(0, 1).map((person) => [person, BANK_A] as const);
  await openAccounts(cast, random, send, alsoInDollars, 'USD');
}

export function agreedParameters() {
  return {
    members: MEMBERS.map((msp) => ({ msp, kind: kindOf(msp) })),
    commissionCapBasisPoints: 1_500,
    minimumPartBasisPoints: 1_000,
    windowMs: 3_000,
    slackMs: 500,
    payTimeMs: { least: 5_000, most: 86_400_000, usual: 900_000 },
    answerTimeMs: { least: 1_000, most: 3_600_000, usual: 10_000 },
    inspectionTimeMs: { least: 0, most: 86_400_000, usual: 0 },
    shipTimeMs: { least: 6_500, most: 86_400_000, usual: 10_000 },
    deliverTimeMs: { least: 6_500, most: 86_400_000, usual: 10_000 },
    stepTimeMs: 9_000,
    creditTimeMs: 9_000,
    longStopMs: 604_800_000,
    changeDelayMs: 7_000,
  };
}

export function trusted(banks: readonly string[]) {
  return {
    banks: banks.map((bank) => ({ bank, msp: bank === '20' ? BANK_B : BANK_A })),
  };
}

function kindOf(msp: string): 'marketplace' | 'courier' | 'bank' {
  if (msp === MARKETPLACE) return 'marketplace';
  return msp === COURIER ? 'courier' : 'bank';
}

/** As the organisation's X.509 administrator. */
export function byAdmin(command: GeneratedCommand): GeneratedCommand {
  return { ...command, role: 'admin' };
}

async function appoint(cast: Cast, random: Random, send: Send): Promise<void> {
  for (const msp of MEMBERS) cast.administrators.set(msp, cast.person(`administrator of ${msp}`, random));
  const all = [...cast.administrators];
  for (const [sender, { id }] of all) {
    await send([{ ...byAdmin(machine(null, 'registerPerson', { person: id }, id)), sender }]);
  }
  for (const [msp, { id: person, key }] of all) {
    const roles: Role[] = ['administrator'];
    await send([byAdmin(machine(msp, 'confirmPerson', { person, key, roles }, person))]);
  }
  const carol = cast.person('carol', random);
  const dan = cast.person('dan', random);
  const olga = cast.person('olga', random);
  const oleg = cast.person('oleg', random);
  cast.moderators.push(carol);
  cast.agents.push(dan);
  cast.operators.set(BANK_A, olga).set(BANK_B, oleg);
  await enrol(cast, random, send, [
    [carol, MARKETPLACE, ['moderator']],
    [dan, COURIER, ['agent']],
    [olga, BANK_A, ['operator']],
    [oleg, BANK_B, ['operator']],
  ]);
}

async function enrol(
  cast: Cast,
  random: Random,
  send: Send,
  whom: readonly (readonly [Person, string, readonly Role[]])[],
): Promise<void> {
  const by = (msp: string) => must(cast.administrators.get(msp));
  await send(whom.map(([{ id }, msp]) => cast.signed(by(msp), 'registerPerson', {}, { id })));
  await send(
    whom.map(([{ id: person, key }, msp, roles]) =>
      cast.signed(by(msp), 'confirmPerson', { person, key, roles }, { id: random.id('intent'), msp }),
    ),
  );
}

async function openBanks(cast: Cast, random: Random, send: Send): Promise<void> {
  const anna = must(cast.administrators.get(MARKETPLACE));
  const banks = BANKS.map((owner) => ({ owner, bank: BANK_ID[owner] ?? '' }));
  await send(
    banks.map(({ owner, bank }) => {
      const params = { bank, owner, name: `Bank ${bank}`, bic: `BK${bank}RUMM` };
      return cast.signed(anna, 'registerBank', params, { id: random.id('intent') });
    }),
  );
  await send(
    banks.map(({ owner, bank }) => {
      const tariff = { usualBasisPoints: 200, toBank: owner === BANK_A ? { '20': 150 } : {} };
      const params = {
        bank,
        tariff,
        sealingKey: random.key32(),
        debitCaps: { RUB: '6500000' },
      };
      const by = must(cast.operators.get(owner));
      return cast.signed(by, 'publishBank', params, { id: random.id('intent'), msp: owner });
    }),
  );
}

/** Accounts with money, linked. */
async function openAccounts(
  cast: Cast,
  random: Random,
  send: Send,
  whose: readonly (readonly [Person, string])[],
  currency = 'RUB',
): Promise<Account[]> {
  const made = whose.map(([{ id: person }, msp]) =>
    cast.newAccount({ msp, bank: BANK_ID[msp] ?? '', person, currency }, random),
  );
  await send(made.map((account) => opening(cast, account, random)));
  await send(made.map((account) => depositing(cast, account, '20000000', random)));
  await send(made.map((account) => asking(cast, account, random)));
  await send(made.map((account) => confirming(cast, linkOf(cast, account), account, random)));
  return made;
}

export function opening(cast: Cast, account: Account, random: Random): GeneratedCommand {
  const { msp, bank, number, holder, currency } = account;
  const params = { bank, account: number, holder, currency };
  const by = must(cast.operators.get(msp));
  return cast.signed(by, 'openAccount', params, { id: random.id('intent'), msp, topic: number });
}

export function depositing(cast: Cast, account: Account, amount: string, random: Random): GeneratedCommand {
  const { msp, bank, number, currency } = account;
  const by = must(cast.operators.get(msp));
  const beside = { operation: random.id('operation') };
  const more = { id: random.id('intent'), msp, topic: number, beside };
  return cast.signed(by, 'deposit', { bank, account: number, amount, currency }, more);
}

/** The client asks for a link to the account. */
export function asking(cast: Cast, account: Account, random: Random): GeneratedCommand {
  const person = must(cast.people.get(account.person));
  const id = random.id('link');
  cast.accountOf.set(id, account);
  const { bank, currency } = account;
  return cast.signed(person, 'askLink', { bank, currency, keyThumbprint: person.thumbprint }, { id });
}

export function confirming(
  cast: Cast,
  link: string,
  account: Account,
  random: Random,
  code = '123456',
): GeneratedCommand {
  const person = must(cast.people.get(account.person));
  const { msp, holder, number } = account;
  const beside = { holder, expectedCodeHash: linkCodeHash({ link, code: '123456' }) };
  const more = { id: random.id('intent'), msp, topic: number, beside };
  const codeHash = linkCodeHash({ link, code });
  return cast.signed(person, 'confirmLink', { link, account: number, codeHash }, more);
}

function linkOf(cast: Cast, account: Account): string {
  const found = [...cast.accountOf].find(([, candidate]) => candidate === account);
  return must(found)[0];
}

export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the cast lacks somebody');
  return value;
}
