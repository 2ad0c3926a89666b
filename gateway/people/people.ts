// Log-ins of this organisation's people: made and reset by administrators, looked after by the people themselves.
import { randomBytes } from 'node:crypto';
import type { MemberKind, Role } from '../../chaincode/protocol/forms.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { Clock } from '../clock.js';
import type { PersonInfo } from '../protocol/api/people.js';
import type { VaultRecord } from '../protocol/api/session.js';
import { makePassword, makeSalt, passwordKeys, type PasswordSalt } from '../protocol/password-keys.js';
import { Refused } from '../refused.js';
import type { Language, NewCredentials, Person, PersonRecords } from '../store/person-records.js';
import type { LedgerPeople } from './ledger-people.js';
import type { SecretHashes } from './secret-hashes.js';
import { rolesOf } from './sessions.js';
import type { Viewer } from './viewer.js';

/** Roles that an organisation may give, as the ledger's rule has them. */
const ROLES_AT: { readonly [K in MemberKind]: readonly Role[] } = {
  marketplace: ['client', 'administrator', 'moderator'],
  bank: ['client', 'administrator', 'operator'],
  courier: ['client', 'administrator', 'agent'],
};

export interface NewPerson {
  readonly login: string;
  readonly name: string;
  readonly language: Language;
  readonly roles: readonly Role[];
}

export interface PeopleOptions {
  readonly records: PersonRecords;
  readonly ledgerPeople: LedgerPeople;
  readonly hashes: SecretHashes;
  readonly organisation: { readonly mspId: string; readonly kind: MemberKind };
  readonly clock: Clock;
}

export class People {
  constructor(private readonly options: PeopleOptions) {}

  /** The password is good for one log-in. Rejects: Refused LOG_IN_TAKEN, BAD_INPUT. */
  async create(of: NewPerson): Promise<{ readonly person: Person; readonly password: string }> {
    const { records, organisation, clock } = this.options;
    const allowed = ROLES_AT[organisation.kind];
    if (!of.roles.every((role) => allowed.includes(role))) {
      throw new Refused('BAD_INPUT', { where: 'body.roles', needed: [...allowed] });
    }
    const person: Person = {
      id: newPersonId(),
      ...{ login: of.login, name: of.name, language: of.language },
      intendedRoles: [...new Set(of.roles)],
      ...{ mustSetPassword: true, hasVault: false, waitingClaim: null, isSelfRegistered: false },
      createdAt: clock.now(),
      picture: null,
    };
    const { password, credentials } = await this.firstPassword(of.login);
    if (!(await records.create(person, credentials))) throw new Refused('LOG_IN_TAKEN', { login: of.login });
    return { person, password };
  }

  /** A client's log-in that he makes himself, with his own password. Rejects: Refused LOG_IN_TAKEN. */
  async createOwn(
    of: Omit<NewPerson, 'roles'> & { readonly salt: PasswordSalt; readonly secret: string },
  ): Promise<Person> {
    const { records, hashes, clock } = this.options;
    const { login, name, language, salt } = of;
    const person: Person = {
      id: newPersonId(),
      ...{ login, name, language, intendedRoles: ['client'] },
      ...{ mustSetPassword: false, hasVault: false, waitingClaim: null, isSelfRegistered: true },
      createdAt: clock.now(),
      picture: null,
    };
    const credentials = { salt, secretHash: await hashes.hash(of.secret), isFirst: false };
    if (!(await records.create(person, credentials))) throw new Refused('LOG_IN_TAKEN', { login });
    return person;
  }

  /** Another password for one log-in; sessions end, the vault stays as it is. Rejects: Refused NOT_FOUND. */
  async reset(id: string): Promise<string> {
    const { records, clock } = this.options;
    const person = await this.present(id);
    const { password, credentials } = await this.firstPassword(person.login);
    await records.setCredentials(id, credentials, { byPassword: null, keptSession: null, now: clock.now() });
    return password;
  }

  async list(search: {
    readonly words: string | null;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<{ readonly items: PersonInfo[]; readonly next: string | null }> {
    const found = await this.options.records.list({ ...search, limit: search.limit + 1 });
    const shown = found.slice(0, search.limit);
    const items = await Promise.all(shown.map((person) => this.info(person)));
    return { items, next: found.length > shown.length ? (shown.at(-1)?.login ?? null) : null };
  }

  async info(person: Person): Promise<PersonInfo> {
    const { id, login, name, language, intendedRoles, waitingClaim } = person;
    const { createdAt, isSelfRegistered, picture } = person;
    const row = await this.options.ledgerPeople.row(id);
    return {
      ...{ id, login, name, language, createdAt, isSelfRegistered, picture },
      intendedRoles: [...intendedRoles],
      roles: [...rolesOf(row)],
      // One that has been confirmed elsewhere waits no longer.
      waitingKey: row?.status === 'active' ? null : (waitingClaim?.key ?? null),
    };
  }

  async change(
    id: string,
    change: { readonly name?: string; readonly language?: Language },
  ): Promise<Person> {
    await this.options.records.change(id, change);
    return this.present(id);
  }

  /** Ends all other sessions. Rejects: Refused LOG_IN_REFUSED, VAULT_NEEDED. */
  async setPassword(
    { person, session }: Viewer,
    of: {
      readonly oldSecret: string;
      readonly newSecret: string;
      readonly salt: PasswordSalt;
      readonly byPassword: string | null;
    },
  ): Promise<void> {
    const { records, hashes, clock } = this.options;
    const found = await records.credentials(person.login);
    if (!(await hashes.isRight(found?.secretHash ?? null, of.oldSecret))) throw new Refused('LOG_IN_REFUSED');
    if (of.newSecret === of.oldSecret)
      throw new Refused('BAD_INPUT', { where: 'body.newSecret', needed: 'another' });
    // After a reset nobody has the old wrapping key: the recovery code opens the vault then.
    const needsVault = person.hasVault && !person.mustSetPassword;
    if (needsVault !== (of.byPassword !== null)) throw new Refused('VAULT_NEEDED');
    const secretHash = await hashes.hash(of.newSecret);
    await records.setCredentials(
      person.id,
      { salt: of.salt, secretHash, isFirst: false },
      { byPassword: of.byPassword, keptSession: session.id, now: clock.now() },
    );
  }

  /** Rejects: Refused NOT_FOUND. */
  async vault({ person }: Viewer): Promise<VaultRecord> {
    const vault = await this.options.records.vault(person.id);
    if (vault === null) throw new Refused('NOT_FOUND', { what: 'vault' });
    return vault;
  }

  /** Rejects: Refused VAULT_CHANGED, BAD_INPUT. */
  async putVault({ person }: Viewer, vault: VaultRecord, replaces: number): Promise<void> {
    if (vault.version !== replaces + 1) {
      throw new Refused('BAD_INPUT', { where: 'body.vault.version', needed: replaces + 1 });
    }
    if (!(await this.options.records.putVault(person.id, vault, replaces)))
      throw new Refused('VAULT_CHANGED');
  }

  /** Rejects: Refused VAULT_CHANGED. */
  async wrapVault({ person }: Viewer, version: number, byPassword: string): Promise<void> {
    const wrapped = await this.options.records.wrapVault(person.id, version, byPassword);
    if (!wrapped) throw new Refused('VAULT_CHANGED');
  }

  /** Rejects: Refused NOT_FOUND. */
  async present(id: string): Promise<Person> {
    const person = await this.options.records.find(id);
    if (person === null) throw new Refused('NOT_FOUND', { what: id });
    return person;
  }

  setWaitingClaim(id: string, claim: Intent | null): Promise<void> {
    return this.options.records.setWaitingClaim(id, claim);
  }

  private async firstPassword(
    login: string,
  ): Promise<{ readonly password: string; readonly credentials: NewCredentials }> {
    const { hashes, organisation } = this.options;
    const password = makePassword();
    const salt = makeSalt();
    const { secret } = await passwordKeys(password, { organisation: organisation.mspId, login }, salt);
    return { password, credentials: { salt, secretHash: await hashes.hash(secret), isFirst: true } };
  }
}

function newPersonId(): string {
  return `person_${randomBytes(10).toString('hex')}`;
}
