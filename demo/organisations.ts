// How the consortium begins: parameters on the ledger, first administrators by certificate, banks, their staff.
import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../chaincode/protocol/canonical-json.js';
import { type Role } from '../chaincode/protocol/forms.js';
import { type Tariff } from '../chaincode/protocol/member.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { publishBank, registerBank } from '../gateway/sdk/commands/banks.js';
import { DemoError } from './demo-error.js';
import { CURRENCY, enrol, fulfil, signed } from './enrolment.js';
import type { Bank, Gateways, Organisation } from './gateways.js';
import type { Person } from './people.js';

/** One organisation's own people. */
export interface Staff {
  readonly administrator: Person;
  /** The bank's operator, the courier's agent, the marketplace's moderator. */
  readonly officer: Person;
}
export type StaffByMsp = ReadonlyMap<string, Staff>;

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SETTLED_WITHIN_MS = 60_000;
const ASK_AGAIN_MS = 100;
/** Basis points: 5 % commission, at most 15 %; smallest part payment 10 % of the price. */
const COMMISSION = 500;
const COMMISSION_CAP = 1_500;
const MINIMUM_PART = 1_000;
/** How long members have to see a change of the rules before it counts. */
const CHANGE_DELAY_MS = HOUR_MS;

const OFFICER_ROLE = { bank: 'operator', courier: 'agent', marketplace: 'moderator' } as const satisfies {
  readonly [kind: string]: Role;
};

/** Basis points by payer's bank: what the demo's banks charge for payments to others. */
const TARIFFS: { readonly [bank: string]: Tariff } = {
  '10': { usualBasisPoints: 200, toBank: { '20': 150 } },
  '20': { usualBasisPoints: 180, toBank: { '10': 120 } },
};
const OTHER_TARIFF: Tariff = { usualBasisPoints: 150, toBank: {} };
/** A milliard: what each bank credits on the word of each other one before it has settled. */
const DEBIT_CAPS = { [CURRENCY]: '100000000000' };

export async function foundConsortium(gateways: Gateways, staff: StaffByMsp): Promise<void> {
  await setParameters(gateways);
  await Promise.all(gateways.all.map(untilSettled));
  for (const at of gateways.all) await firstAdministrator(gateways, at, staffOf(staff, at).administrator);
  await registerBanks(gateways, staffOf(staff, gateways.marketplace).administrator);
  for (const at of gateways.all) {
    const { administrator, officer } = staffOf(staff, at);
    const roles = [OFFICER_ROLE[at.kind]];
    await enrol(gateways, at, { administrator, enrolments: [{ person: officer, roles }] });
  }
  for (const bank of gateways.banks) await publish(gateways, bank, staffOf(staff, bank).officer);
}

export function staffOf(staff: StaffByMsp, { mspId }: { readonly mspId: string }): Staff {
  const found = staff.get(mspId);
  if (found === undefined) throw new DemoError(`The demo world knows no staff of ${mspId}.`);
  return found;
}

/** By the marketplace's X.509 administrator, once. */
async function setParameters(gateways: Gateways): Promise<void> {
  if ((await gateways.parameters()) !== null) return;
  const { timing, members } = gateways.context.consortium;
  const params = {
    members: members.map(({ mspId, kind }) => ({ msp: mspId, kind })),
    commissionBasisPoints: COMMISSION,
    commissionCapBasisPoints: COMMISSION_CAP,
    minimumPartBasisPoints: MINIMUM_PART,
    windowMs: timing.windowMs,
    slackMs: timing.slackMs,
    payTimeMs: { least: 1_000, most: 30 * DAY_MS, usual: timing.payTimeMs },
    answerTimeMs: { least: 1_000, most: DAY_MS, usual: timing.answerTimeMs },
    inspectionTimeMs: { least: 0, most: 30 * DAY_MS, usual: timing.inspectionTimeMs },
    shipTimeMs: { least: HOUR_MS, most: 30 * DAY_MS, usual: DAY_MS },
    deliverTimeMs: { least: HOUR_MS, most: 30 * DAY_MS, usual: 7 * DAY_MS },
    stepTimeMs: 7 * DAY_MS,
    creditTimeMs: DAY_MS,
    longStopMs: 180 * DAY_MS,
    changeDelayMs: CHANGE_DELAY_MS,
  };
  await gateways.carryOutOne({
    at: gateways.marketplace,
    lane: 'agree',
    as: 'admin',
    command: { action: 'setParameters', params: params satisfies { readonly [name: string]: Json } },
  });
}

/** S1 is each gateway's own affair: its secret, and at a bank the banks that it trusts. */
async function untilSettled({ admin, name }: Organisation): Promise<void> {
  const until = Date.now() + SETTLED_WITHIN_MS;
  while (!(await admin.health()).provisioned) {
    if (Date.now() > until) {
      throw new DemoError(
        `${name}'s gateway has not settled in; its log says why (npm run network -- logs).`,
      );
    }
    await pause(ASK_AGAIN_MS);
  }
}

/** S4 and S5 by the organisation's X.509 administrator, since nobody is there yet who could sign. */
async function firstAdministrator(gateways: Gateways, at: Organisation, person: Person): Promise<void> {
  const key = rowKey('person', person.id);
  const roles: readonly Role[] = ['administrator'];
  const register = {
    key,
    done: () => true,
    command: () => Promise.resolve({ action: 'registerPerson', params: { person: person.id } }),
  };
  await fulfil(gateways, { at, lane: 'agree', as: 'admin' }, [register]);
  const confirm = {
    key,
    done: ({ status }: { readonly status?: string }) => status === 'active',
    command: () => {
      const params = { person: person.id, key: person.publicKey, roles };
      return Promise.resolve({ action: 'confirmPerson', params });
    },
  };
  await fulfil(gateways, { at, lane: 'own', as: 'admin' }, [confirm]);
}

/** S2. */
async function registerBanks(gateways: Gateways, administrator: Person): Promise<void> {
  const wishes = gateways.banks.map((bank) => ({
    key: rowKey('bank', bank.bankId),
    done: () => true,
    command: () => {
      const { bankId, mspId: owner, name } = bank;
      const registration = registerBank({ bank: bankId, owner, name, bic: `BK${bankId}RUMM` });
      return signed(gateways, administrator, registration);
    },
  }));
  await fulfil(gateways, { at: gateways.marketplace, lane: 'agree' }, wishes);
}

/** S3: tariff and the key that codes are sealed to. */
async function publish(gateways: Gateways, bank: Bank, operator: Person): Promise<void> {
  const { sealingKey } = await bank.admin.bank();
  const tariff = TARIFFS[bank.bankId] ?? OTHER_TARIFF;
  const wish = {
    key: rowKey('bank', bank.bankId),
    done: ({ status }: { readonly status?: string }) => status === 'active',
    command: () =>
      signed(
        gateways,
        operator,
        publishBank({ bank: bank.bankId, tariff, sealingKey, debitCaps: DEBIT_CAPS }),
      ),
  };
  await fulfil(gateways, { at: bank, lane: 'own' }, [wish]);
}
