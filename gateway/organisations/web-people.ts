// Puts the rooms of people, sessions and keys together, and makes an organisation's first log-in.
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { LoggedAlarms } from '../alarms.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { AccessTokens } from '../people/access-tokens.js';
import { KeyPublication, mostOfStrangers } from '../people/key-publication.js';
import { KeyRing } from '../people/key-ring.js';
import { LedgerPeople } from '../people/ledger-people.js';
import { LogInPauses } from '../people/log-in-pauses.js';
import { People } from '../people/people.js';
import { RefreshTokens } from '../people/refresh-tokens.js';
import { Registration } from '../people/registration.js';
import { RepeatedWrites } from '../people/repeated-writes.js';
import { SecretHashes } from '../people/secret-hashes.js';
import { Sessions } from '../people/sessions.js';
import type { GatewayConfig } from '../protocol/gateway-config.js';
import type { PeopleSearch } from '../store/people-search.js';
import type { Database } from '../store/postgres/database.js';
import { HourlyCountTable, PauseTable, RepeatedWriteTable } from '../store/postgres/limit-tables.js';
import { PostgresPeopleSearch } from '../store/postgres/people-search.js';
import { PostgresPersonRows } from '../store/postgres/person-rows.js';
import { PersonTable } from '../store/postgres/person-table.js';
import { ProfilePictureTable } from '../store/postgres/profile-picture-table.js';
import { RegistrationSwitchTable } from '../store/postgres/registration-switch-table.js';
import { SessionTable } from '../store/postgres/session-table.js';
import { maskedBy, type Names, namesOf } from '../views/viewer.js';

export interface WebPeopleOptions {
  readonly config: GatewayConfig;
  readonly web: NonNullable<GatewayConfig['web']>;
  readonly ledger: LedgerClient;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WebPeople {
  readonly ring: KeyRing;
  readonly people: People;
  readonly ledgerPeople: LedgerPeople;
  /** Every member's people. */
  readonly everybody: LedgerPeople;
  readonly sessions: Sessions;
  readonly publication: KeyPublication;
  readonly registration: Registration;
  readonly repeatedWrites: RepeatedWrites;
  readonly profilePictures: ProfilePictureTable;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly search: PeopleSearch;
  readonly tables: {
    readonly persons: PersonTable;
    readonly sessions: SessionTable;
    readonly repeatedWrites: RepeatedWriteTable;
    readonly counts: HourlyCountTable;
  };
}

const KEY_FILE = 'web-keys.json';
const FIRST_LOGIN = 'administrator';
const FIRST_LOGIN_FILE = 'first-administrator.txt';
const OWNER_ONLY = 0o600;

export function webPeople({ config, web, ledger, database, clock, log }: WebPeopleOptions): WebPeople {
  const { organisation, channel, dataDir } = config;
  const { query } = database;
  const ring = KeyRing.open(join(dataDir, KEY_FILE), clock.now());
  const maskSecret = ring.derive('masked names');
  const hashes = new SecretHashes();
  const tables = {
    persons: new PersonTable(query, maskedBy(maskSecret)),
    sessions: new SessionTable(query),
    repeatedWrites: new RepeatedWriteTable(query),
    counts: new HourlyCountTable(query),
  };
  const isDisowned = (person: string) => new PostgresPersonRows(query).isDisowned(person);
  const ledgerPeople = new LedgerPeople({ ledger, clock, organisation: organisation.mspId, isDisowned });
  const everybody = new LedgerPeople({ ledger, clock, organisation: null, isDisowned });
  const people = new People({ records: tables.persons, ledgerPeople, hashes, organisation, clock });
  const sessions = new Sessions({
    ...{ people: tables.persons, sessions: tables.sessions, ledgerPeople, hashes, clock },
    accessTokens: new AccessTokens({ ring, issuer: web.origin, audience: organisation.mspId, clock }),
    refreshTokens: new RefreshTokens(ring.derive('refresh tokens')),
    pauses: new LogInPauses({ records: new PauseTable(query), clock, deviceKey: ring.derive('devices') }),
    saltKey: ring.derive('salts of nobody'),
  });
  const publication = new KeyPublication({
    ...{ people, ledgerPeople, ledger, channel, clock, log },
    counts: tables.counts,
    mostAnHour: web.registrationsPerHour,
    organisation: organisation.mspId,
  });
  const registration = new Registration({
    ...{ people, clock, counts: tables.counts, alarms: new LoggedAlarms(log) },
    switches: new RegistrationSwitchTable(query),
    // Banks and couriers have no clients of their own here.
    isOpenAtFirst: web.canRegister && organisation.kind === 'marketplace',
    mostAnHour: mostOfStrangers(web.registrationsPerHour),
  });
  const sealingKey = ring.derive('kept answers');
  const repeatedWrites = new RepeatedWrites({ records: tables.repeatedWrites, sealingKey, clock });
  return {
    ...{ ring, people, ledgerPeople, everybody, sessions },
    ...{ publication, registration, repeatedWrites, tables },
    profilePictures: new ProfilePictureTable(query),
    names: async (of) => namesOf(await tables.persons.names(of), maskSecret),
    search: new PostgresPeopleSearch(query),
  };
}

/**
 * Where nobody has a log-in yet, one of an administrator; its password, good for one log-in, lies in a file that only
 * the gateway's user reads.
 */
export async function ensureFirstAdministrator(
  { people, tables }: Pick<WebPeople, 'people' | 'tables'>,
  dataDir: string,
): Promise<void> {
  const file = join(dataDir, FIRST_LOGIN_FILE);
  if ((await tables.persons.count()) === 0) {
    const made = await people.create({
      ...{ login: FIRST_LOGIN, name: 'Administrator', language: 'en' },
      roles: ['administrator'],
    });
    writePassword(file, made.password);
    return;
  }
  // Killed between the two: nobody has ever seen the password.
  const first = await tables.persons.findByLogin(FIRST_LOGIN);
  const isUnseen = first?.mustSetPassword === true && (await tables.persons.count()) === 1;
  if (first !== null && isUnseen && !existsSync(file)) writePassword(file, await people.reset(first.id));
}

function writePassword(file: string, password: string): void {
  writeFileSync(file, `log-in: ${FIRST_LOGIN}\npassword for one log-in: ${password}\n`, { mode: OWNER_ONLY });
  chmodSync(file, OWNER_ONLY);
}
