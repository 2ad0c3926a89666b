// Duty: S1 to S5 of the ledger plan: parameters, secrets, trust, banks, staff and the commission account.
// Must not: register clients; worlds do.
import { randomBytes } from 'node:crypto';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Role } from '../../chaincode/protocol/rows.js';
import {
  BANK_A,
  BANK_B,
  BANK_ID,
  COURIER,
  MARKETPLACE,
  MEMBERS,
  agreed,
  owned,
  type MemberAccess,
} from './member-access.js';
import type { Person } from './people.js';

/** Who works for whom: administrators of the four members, moderator, courier agent, operators of the banks. */
export interface Staff {
  readonly anna: Person;
  readonly carol: Person;
  readonly dan: Person;
  /** Holds the commission account. */
  readonly tina: Person;
  readonly operators: { readonly [msp: string]: Person };
  readonly administrators: { readonly [msp: string]: Person };
}

/** What founding needs of a world. */
export interface Founder extends MemberAccess {
  readonly staff: Staff;
  enrol(msp: string, person: Person, roles: readonly Role[]): Promise<void>;
  openLinkedAccount(person: Person, msp: string, deposit: string): Promise<{ readonly link: string }>;
  operatorOf(msp: string): Person;
}

/** Brings an empty ledger to where clients can be registered. */
export async function found(world: Founder): Promise<void> {
  const { staff } = world;
  await must(world.agree([parametersOf(world)], { sender: MARKETPLACE, role: 'admin' }));
  for (const msp of MEMBERS) {
    const secret = randomBytes(32).toString('base64url');
    await must(world.own(msp, [{ action: 'setSecret', params: { secret } }]));
    world.secrets.set(msp, secret);
  }
  for (const msp of [BANK_A, BANK_B]) await must(world.own(msp, [trust()]));
  await appointAdministrators(world, staff);
  await world.enrol(MARKETPLACE, staff.carol, ['moderator']);
  await world.enrol(COURIER, staff.dan, ['agent']);
  for (const msp of [BANK_A, BANK_B]) await foundBank(world, msp);
  await appointCommissionAccount(world);
}

function parametersOf(world: Founder): Command {
  const kinds = { [MARKETPLACE]: 'marketplace', [COURIER]: 'courier' } as const;
  return {
    action: 'setParameters',
    params: {
      members: MEMBERS.map((msp) => ({
        msp,
        kind: msp === MARKETPLACE || msp === COURIER ? kinds[msp] : 'bank',
      })),
      commissionBasisPoints: 500,
      commissionCapBasisPoints: 1_500,
      minimumPartBasisPoints: 1_000,
      windowMs: world.windowMs,
      slackMs: 1_000,
      payTimeMs: { least: 1_000, most: 86_400_000, usual: 900_000 },
      answerTimeMs: { least: 1_000, most: 3_600_000, usual: 10_000 },
      inspectionTimeMs: { least: 0, most: 86_400_000, usual: 0 },
      longStopMs: 604_800_000,
    },
  };
}

/** Each bank knows both banks. */
function trust(): Command {
  const banks = [BANK_A, BANK_B].map((msp) => ({ bank: BANK_ID[msp] ?? '', msp, debitCap: null }));
  return { action: 'trustBanks', params: { banks } };
}

/** The first administrators are vouched for by their organisation's X.509 administrator. */
async function appointAdministrators(world: Founder, staff: Staff): Promise<void> {
  for (const [msp, { id, key }] of Object.entries(staff.administrators)) {
    const registration = { action: 'registerPerson', params: { person: id } };
    await must(world.agree([registration], { sender: msp, role: 'admin' }));
    const confirmation = { action: 'confirmPerson', params: { person: id, key, roles: ['administrator'] } };
    await must(world.own(msp, [confirmation], { role: 'admin' }));
  }
}

/** Bank A charges 1.5 % to Bank B; its other rate, and Bank B's, is 2 %. */
async function foundBank(world: Founder, msp: string): Promise<void> {
  const bank = BANK_ID[msp] ?? '';
  const operator = world.operatorOf(msp);
  const registration = { bank, owner: msp, name: `Bank ${bank}`, bic: `0445250${bank}` };
  const publication = {
    bank,
    tariff: { usualBasisPoints: 200, toBank: msp === BANK_A ? { '20': 150 } : {} },
    sealingKey: randomBytes(32).toString('base64url'),
    debitCap: null,
  };
  await world.enrol(msp, operator, ['operator']);
  await world.run(
    agreed(world.signed(world.staff.anna, 'registerBank', registration)),
    owned(msp, world.signed(operator, 'publishBank', publication)),
  );
}

/** The marketplace's commission account is at Bank A, held by an administrator who is a client there as well. */
async function appointCommissionAccount(world: Founder): Promise<void> {
  const { tina } = world.staff;
  await world.enrol(MARKETPLACE, tina, ['administrator', 'client']);
  const { link } = await world.openLinkedAccount(tina, BANK_A, '0');
  await world.run(agreed(world.signed(tina, 'setCommissionAccount', { link })));
}

async function must(sending: ReturnType<Founder['agree']>): Promise<void> {
  const { code, results } = await sending;
  const refused = results.find(({ ok }) => !ok);
  if (code !== 0 || refused !== undefined) {
    throw new Error(`founding failed with ${String(code)}: ${JSON.stringify(refused)}`);
  }
}
