// The lists in which a population comes to the consortium, stage by stage. Each may be carried out again: what is there
// already is left as it is.
import { openAccount, deposit } from '../../gateway/sdk/commands/accounts.js';
import { signCommand } from '../../gateway/sdk/sign.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import { type Account, CURRENCY, enrol, linkAccounts } from '../enrolment.js';
import { type Bank, DemoRefused, type Gateways } from '../gateways.js';
import { type StaffByMsp, staffOf } from '../organisations.js';
import { type Person, signerFor } from '../people.js';
import type { Journal } from './journal.js';
import type { PlannedClient, PopulationPlan } from './plan.js';

/** Some items of one stage. */
export interface SeedList {
  /** The same in every run. */
  readonly name: string;
  readonly items: number;
  readonly run: () => Promise<void>;
}

/** Lists that may be in flight together; the next stage begins when all are done. */
export interface Stage {
  readonly title: string;
  readonly lists: readonly SeedList[];
}

export interface PopulationParts {
  readonly gateways: Gateways;
  readonly staff: StaffByMsp;
  readonly plan: PopulationPlan;
  readonly journal: Journal;
  /** Those that are filled. */
  readonly banks: readonly Bank[];
}

/** Links take several requests each. */
const LINKS_IN_LIST = 20;
/** For how long a list may be sent again as it was signed; half of what the ledger takes. */
const SIGNED_LIFE_MS = 12 * 3_600_000;
/** The ledger has a command under this id, signed at another time. */
const CARRIED_OUT_BEFORE = 'OTHER_CONTENT';

export function peopleStage(parts: PopulationParts): Stage {
  const { gateways, staff } = parts;
  const { administrator } = staffOf(staff, gateways.marketplace);
  const lists = ofBanks(parts, ({ bank, clients, name }) =>
    chunks(clients, parts.plan.listLength).map((some, index) => ({
      name: `people/${name}/${String(index)}`,
      items: some.length,
      run: async () => {
        const enrolments = some.map(({ person }) => ({ person, roles: ['client'] as const }));
        await enrol(gateways, gateways.marketplace, { administrator, enrolments });
        for (const { holder, person } of some)
          await bank.admin.addCustomer({ holder, name: person.name.ru, phone: person.phone });
      },
    })),
  );
  return { title: 'Clients', lists };
}

export function accountsStage(parts: PopulationParts): Stage {
  const { plan, journal, staff } = parts;
  const lists = ofBanks(parts, ({ bank, clients, name: bankName }) => {
    const { officer: operator } = staffOf(staff, bank);
    const accounts = clients.flatMap((client) => client.accounts);
    return chunks(accounts, plan.listLength).map((some, index) => {
      const name = `accounts/${bankName}/${String(index)}`;
      const run = async (): Promise<void> => {
        const signedAt = journal.begin(name, { lifeMs: SIGNED_LIFE_MS });
        const signing = { channel: parts.gateways.channel, person: operator.id, now: signedAt };
        const context = { ...signing, expiresAt: signedAt + 2 * SIGNED_LIFE_MS - CLOCKS_DIFFER_MS };
        const commands = await Promise.all(
          some.map((account) => opening(plan, { operator, context, account })),
        );
        await carryOutOnce(parts.gateways, bank, commands.flat());
      };
      return { name, items: some.length, run };
    });
  });
  return { title: 'Accounts', lists };
}

/** A gateway's clock may be behind this one. */
const CLOCKS_DIFFER_MS = 60_000;

export function linksStage(parts: PopulationParts): Stage {
  const lists = ofBanks(parts, ({ clients, name }) =>
    chunks(clients, Math.min(LINKS_IN_LIST, parts.plan.listLength)).map((some, index) => ({
      name: `links/${name}/${String(index)}`,
      items: some.length,
      run: () => {
        const accounts = some.map((client) => client.accounts[0]);
        return linkAccounts(parts.gateways, { accounts, people: some.map(({ person }) => person) });
      },
    })),
  );
  return { title: 'Linked accounts', lists };
}

export function chunks<Item>(items: readonly Item[], length: number): Item[][] {
  const count = Math.ceil(items.length / length);
  return Array.from({ length: count }, (_, index) => items.slice(index * length, (index + 1) * length));
}

function ofBanks(
  { banks, plan }: PopulationParts,
  listsOf: (of: {
    readonly bank: Bank;
    readonly clients: readonly PlannedClient[];
    readonly name: string;
  }) => readonly SeedList[],
): SeedList[] {
  return banks.flatMap((bank, place) =>
    listsOf({ bank, clients: plan.clientsOf(bank, place), name: bank.bankId }),
  );
}

interface Opening {
  readonly operator: Person;
  readonly context: Parameters<typeof signCommand>[1];
  readonly account: Account;
}

/** With the same ids and times in every run, so that the ledger knows them again. */
async function opening(plan: PopulationPlan, { operator, context, account }: Opening): Promise<Command[]> {
  const { bank, number, holder, operation, deposit: amount } = account;
  const signer = await signerFor(operator);
  const id = (action: string): string => plan.id('intent', action, number);
  const open = openAccount({ bank, account: number, holder, currency: CURRENCY });
  const pay = deposit({ bank, account: number, amount, currency: CURRENCY });
  return [
    await signCommand(signer, context, { ...open, id: id('openAccount') }),
    await signCommand(signer, context, { ...pay, id: id('deposit') }, { operation }),
  ];
}

/** Throws DemoRefused with the true code, unless the ledger has carried all of it out before. */
async function carryOutOnce(gateways: Gateways, bank: Bank, commands: readonly Command[]): Promise<void> {
  const outcomes = await gateways.attempt({ at: bank, lane: 'own', commands });
  const refused = commands.filter((_, index) => outcomes[index]?.ok === false);
  if (refused.length === 0) return;
  const results = await bank.admin.dryRun(refused);
  for (const [index, result] of results.entries()) {
    if (result.ok || result.code === CARRIED_OUT_BEFORE) continue;
    throw new DemoRefused(refused[index]?.action ?? 'a command', result.code, result.values);
  }
}
