// The web doors of a marketplace, a bank and a courier on one ledger, each with a database of its own, and somebody
// with each role signed in. People are the test consortium's: their rows are on the ledger and their keys at hand.
import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { Role } from '../../../chaincode/protocol/forms.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { ApiKeys } from '../../../gateway/api-keys/api-keys.js';
import { systemClock } from '../../../gateway/clock.js';
import type { OperatorParts } from '../../../gateway/organisations/bank-gateway.js';
import { SecretHashes } from '../../../gateway/people/secret-hashes.js';
import type { GatewayConfig } from '../../../gateway/protocol/gateway-config.js';
import { ApiKeyTable } from '../../../gateway/store/postgres/api-key-table.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { PersonTable } from '../../../gateway/store/postgres/person-table.js';
import { maskedBy } from '../../../gateway/views/viewer.js';
import { WaitingCredits } from '../../../gateway/payments/waiting-credits.js';
import type { ClientConsortium } from '../../support/client-consortium.js';
import { inDatabase } from '../../support/database.js';
import { BANK_A, COURIER, MARKETPLACE } from '../../support/member-access.js';
import { makePerson, type Person } from '../../support/people.js';
import { present } from '../../support/test-consortium.js';
import { openWebOrganisation, type WebOrganisation } from './web-organisation.js';

export interface SignedInCaller {
  readonly name: string;
  /** Empty: the ledger does not know this person. */
  readonly roles: readonly Role[];
  readonly person: Person;
  readonly token: string;
}

export interface StaffedDoor {
  readonly kind: 'marketplace' | 'bank' | 'courier';
  readonly web: WebOrganisation;
  readonly callers: readonly SignedInCaller[];
}

/** Requests in a minute that no test comes near. */
const NO_LIMIT = { address: 10_000_000, person: 10_000_000 };
const SECRET_BYTES = 32;
const SALT = { salt: 'A'.repeat(22), rounds: 600_000 };

export async function atStaffedDoors(
  consortium: ClientConsortium,
  run: (doors: readonly StaffedDoor[]) => Promise<void>,
): Promise<void> {
  const { staff, alice } = consortium;
  const administrators = (msp: string) => present(staff.administrators[msp]);
  const plans = [
    {
      msp: MARKETPLACE,
      people: [
        ['client', alice.person],
        ['moderator', staff.carol],
        ['administrator', administrators(MARKETPLACE)],
      ],
    },
    {
      msp: BANK_A,
      people: [
        ['operator', present(staff.operators[BANK_A])],
        ['administrator', administrators(BANK_A)],
      ],
    },
    {
      msp: COURIER,
      people: [
        ['agent', staff.dan],
        ['administrator', administrators(COURIER)],
      ],
    },
  ] as const;
  const opened: StaffedDoor[] = [];
  const openNext = async ([plan, ...rest]: readonly (typeof plans)[number][]): Promise<void> => {
    if (plan === undefined) return run(opened);
    await inDatabase(async (database) => {
      const door = await openDoor(consortium, database, plan);
      opened.push(door);
      try {
        await openNext(rest);
      } finally {
        await door.web.close();
      }
    });
  };
  await openNext(plans);
}

async function openDoor(
  consortium: ClientConsortium,
  database: Database,
  of: { readonly msp: string; readonly people: readonly (readonly [Role, Person])[] },
): Promise<StaffedDoor> {
  // Nobody serves the banks' partner doors here: as where none is configured, every bank is away.
  const { partners, ...config } = consortium.ground.config(of.msp);
  expect(partners !== undefined).to.equal(config.organisation.kind === 'marketplace');
  const { kind } = config.organisation;
  const web = await openWebOrganisation({
    ...{ config, database, ledger: consortium.ledger(of.msp) },
    web: { requestsPerMinute: NO_LIMIT },
    bank: kind === 'bank' ? operatorParts(config, database) : null,
  });
  const known = of.people.map(([role, person]) => ({ name: role, roles: [role], person }));
  const keyless = { name: 'keyless', roles: [], person: makePerson('keyless') };
  const callers: SignedInCaller[] = [];
  for (const caller of [...known, keyless]) {
    callers.push({ ...caller, token: await signedIn(web, database, caller) });
  }
  return { kind, web, callers };
}

/** Sessions begin with a secret that a browser derives; here nobody has a password. */
async function signedIn(
  web: WebOrganisation,
  database: Database,
  { name, person, roles }: Omit<SignedInCaller, 'token'>,
): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const login = `${name}-of-the-test`;
  const row = { id: person.id, login, name, language: 'en', intendedRoles: roles } as const;
  const fresh = {
    mustSetPassword: false,
    hasVault: false,
    waitingClaim: null,
    createdAt: Date.now(),
    isSelfRegistered: false,
    picture: null,
  };
  const secretHash = await new SecretHashes().hash(secret);
  await new PersonTable(database.query, maskedBy(Buffer.from('secret'))).create(
    { ...row, ...fresh },
    { salt: SALT, secretHash, isFirst: false },
  );
  const answer = await fetch(`${web.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: web.url },
    body: JSON.stringify({ login, secret }),
  });
  const { accessToken } = (await answer.json()) as { readonly accessToken: string };
  return accessToken;
}

function operatorParts({ organisation }: GatewayConfig, database: Database): OperatorParts {
  const holders = [{ holder: 'holder-1', name: 'Alice', phone: '+70000000001' }];
  return {
    bank: organisation.bankId ?? '',
    sealingKey: randomBytes(SECRET_BYTES).toString('base64url'),
    operationIds: new OperationIds(new GeneratedValueTable(database)),
    // Stands for the bank's own core, which is no part of the gateway.
    customers: {
      find: ({ limit }) => Promise.resolve({ items: holders.slice(0, limit), next: null }),
      customer: (wanted) => Promise.resolve(holders.find(({ holder }) => holder === wanted) ?? null),
    },
    switchesLink: () => Promise.resolve(null),
    apiKeys: new ApiKeys(new ApiKeyTable(database), systemClock),
    waitingCredits: new WaitingCredits(),
  };
}
