// Founds a consortium on an empty ledger: parameters, secrets, trust, banks, staff and the commission account.
import { randomBytes } from 'node:crypto';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Role } from '../../chaincode/protocol/forms.js';

import { setCommissionAccount } from '../../gateway/sdk/commands/accounts.js';
import { publishBank, registerBank } from '../../gateway/sdk/commands/banks.js';
import {
  BANK_A,
  BANK_B,
  BANK_ID,
  COURIER,
  MARKETPLACE,
  MEMBERS,
  type MemberAccess,
  agreed,
  owned,
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

/** What founding needs of a consortium. */
export interface Founder extends MemberAccess {
  readonly staff: Staff;
  enrol(msp: string, person: Person, roles: readonly Role[]): Promise<void>;
  openLinkedAccount(person: Person, msp: string, deposit: string): Promise<{ readonly link: string }>;
  operatorOf(msp: string): Person;
}

/** Brings an empty ledger to where clients can be registered. */
export async function found(consortium: Founder): Promise<void> {
  const { staff } = consortium;
  await must(consortium.agree([parametersOf(consortium)], { sender: MARKETPLACE, role: 'admin' }));
  for (const msp of MEMBERS) {
    const secret = randomBytes(32).toString('base64url');
    await must(consortium.own(msp, [{ action: 'setSecret', params: { secret } }]));
    consortium.secrets.set(msp, secret);
  }
  for (const msp of [BANK_A, BANK_B, COURIER]) await must(consortium.own(msp, [trust()]));
  await appointAdministrators(consortium, staff);
  await consortium.enrol(MARKETPLACE, staff.carol, ['moderator']);
  await consortium.enrol(COURIER, staff.dan, ['agent']);
  for (const msp of [BANK_A, BANK_B]) await foundBank(consortium, msp);
  await appointCommissionAccount(consortium);
}

function parametersOf(consortium: Founder): Command {
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
      windowMs: consortium.windowMs,
      slackMs: 1_000,
      payTimeMs: { least: 1_000, most: 86_400_000, usual: 900_000 },
      answerTimeMs: { least: 1_000, most: 3_600_000, usual: 10_000 },
      inspectionTimeMs: { least: 0, most: 86_400_000, usual: 0 },
      shipTimeMs: {
        least: Math.max(120_000, 2 * consortium.windowMs + 1_000),
        most: 86_400_000,
        usual: 3_600_000,
      },
      deliverTimeMs: {
        least: Math.max(120_000, 2 * consortium.windowMs + 1_000),
        most: 86_400_000,
        usual: 3_600_000,
      },
      stepTimeMs: 3_600_000,
      creditTimeMs: 3_600_000,
      longStopMs: 604_800_000,
      changeDelayMs: 2 * consortium.windowMs + 1_000,
    },
  };
}

/** Minor units: more than any test has credited; caps have tests of their own. */
const GENEROUS_CAP = '1000000000000000';

/** Banks and courier know both banks. */
function trust(): Command {
  const banks = [BANK_A, BANK_B].map((msp) => ({ bank: BANK_ID[msp] ?? '', msp }));
  return { action: 'trustBanks', params: { banks } };
}

/** The first administrators are vouched for by their organisation's X.509 administrator. */
async function appointAdministrators(consortium: Founder, staff: Staff): Promise<void> {
  for (const [msp, { id, key }] of Object.entries(staff.administrators)) {
    const registration = { action: 'registerPerson', params: { person: id } };
    await must(consortium.agree([registration], { sender: msp, role: 'admin' }));
    const confirmation = { action: 'confirmPerson', params: { person: id, key, roles: ['administrator'] } };
    await must(consortium.own(msp, [confirmation], { role: 'admin' }));
  }
}

/** Bank A charges 1.5 % to Bank B; its other rate, and Bank B's, is 2 %. */
async function foundBank(consortium: Founder, msp: string): Promise<void> {
  const bank = BANK_ID[msp] ?? '';
  const operator = consortium.operatorOf(msp);
  const registration = registerBank({ bank, owner: msp, name: `Bank ${bank}`, bic: `BK${bank}RUMM` });
  const publication = publishBank({
    bank,
    tariff: { usualBasisPoints: 200, toBank: msp === BANK_A ? { '20': 150 } : {} },
    sealingKey: randomBytes(32).toString('base64url'),
    debitCaps: { RUB: GENEROUS_CAP },
  });
  await consortium.enrol(msp, operator, ['operator']);
  await consortium.run(
    agreed(consortium.asked(consortium.staff.anna, registration)),
    owned(msp, consortium.asked(operator, publication)),
  );
}

/** The marketplace's commission account is at Bank A, held by an administrator who is a client there as well. */
async function appointCommissionAccount(consortium: Founder): Promise<void> {
  const { tina } = consortium.staff;
  await consortium.enrol(MARKETPLACE, tina, ['administrator', 'client']);
  const { link } = await consortium.openLinkedAccount(tina, BANK_A, '0');
  await consortium.run(agreed(consortium.asked(tina, setCommissionAccount({ link }))));
}

async function must(sending: ReturnType<Founder['agree']>): Promise<void> {
  const { code, results } = await sending;
  const refused = results.find(({ ok }) => !ok);
  if (code !== 0 || refused !== undefined) {
    throw new Error(`founding failed with ${String(code)}: ${JSON.stringify(refused)}`);
  }
}
