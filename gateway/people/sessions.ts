// Sessions of this organisation's people: begun by the log-in secret, renewed by a refresh token that works once,
// ended by the person, by a stolen token's second use, or by time.
import { createHmac, randomBytes } from 'node:crypto';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { keyThumbprint } from '../../chaincode/protocol/intent.js';
import type { PersonRow } from '../../chaincode/protocol/member.js';
import type { Clock } from '../clock.js';
import type { Me, Session } from '../protocol/api/session.js';
import { LEAST_ROUNDS, type PasswordSalt } from '../protocol/password-keys.js';
import { Refused } from '../refused.js';
import type { Person, PersonRecords, SessionRecord, SessionRecords } from '../store/person-records.js';
import type { AccessTokens } from './access-tokens.js';
import type { LedgerPeople } from './ledger-people.js';
import type { LogInPauses, LogInPlace } from './log-in-pauses.js';
import type { RefreshTokens } from './refresh-tokens.js';
import type { SecretHashes } from './secret-hashes.js';
import type { Viewer } from './viewer.js';

/** An answer that was lost is given again for so long; after that a used token is a stolen one. */
const GRACE_MS = 30_000;
export const LONGEST_SESSION_MS = 30 * 86_400_000;
const LONGEST_IDLE_MS = 7 * 86_400_000;
const SALT_BYTES = 16;

export interface SessionsOptions {
  readonly people: PersonRecords;
  readonly sessions: SessionRecords;
  readonly ledgerPeople: LedgerPeople;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly hashes: SecretHashes;
  readonly pauses: LogInPauses;
  /** Makes salts for log-ins that nobody has. */
  readonly saltKey: Buffer;
  readonly clock: Clock;
}

/** A session with the token that renews it. */
export interface Begun {
  readonly session: Session;
  readonly refreshToken: string;
}

export class Sessions {
  constructor(private readonly options: SessionsOptions) {}

  /** The same for a log-in at all times, whether somebody has it or not. */
  async salt(login: string): Promise<PasswordSalt> {
    const found = await this.options.people.credentials(login);
    const made = createHmac('sha256', this.options.saltKey).update(login).digest().subarray(0, SALT_BYTES);
    return found?.salt ?? { salt: made.toString('base64url'), rounds: LEAST_ROUNDS };
  }

  /** Rejects: Refused LOG_IN_REFUSED, TOO_MANY_TRIES. */
  async logIn(
    secret: string,
    place: LogInPlace & { readonly userAgent: string },
  ): Promise<Begun & { readonly device: string }> {
    const { people, hashes, pauses } = this.options;
    await pauses.count(place);
    const found = await people.credentials(place.login);
    const isRight = await hashes.isRight(found?.secretHash ?? null, secret);
    if (!isRight || found === null) throw new Refused('LOG_IN_REFUSED');
    const person = await people.find(found.person);
    if (person === null) throw new Refused('LOG_IN_REFUSED');
    // Somebody else knows a first password: the second who comes with it is not let in.
    const isTaken = person.mustSetPassword && !(await people.useFirstPassword(person.id));
    if (isTaken) throw new Refused('LOG_IN_REFUSED');
    await pauses.forgive(place);
    return { ...(await this.begin(person, place.userAgent)), device: pauses.newDevice(place.login) };
  }

  /** For somebody who has just made this log-in. */
  async first(person: Person, userAgent: string): Promise<Begun & { readonly device: string }> {
    const device = this.options.pauses.newDevice(person.login);
    return { ...(await this.begin(person, userAgent)), device };
  }

  /** Rejects: Refused SESSION_OVER. A token that was used before ends the session for everybody. */
  async refresh(text: string | null): Promise<Begun> {
    const { sessions, refreshTokens, clock } = this.options;
    const token = refreshTokens.read(text ?? '');
    const found = token === null ? null : await sessions.find(token.session);
    if (token === null || found === null) throw new Refused('SESSION_OVER');
    const { session, person } = found;
    const number = isOver(session, clock.now()) ? null : await this.successor(session, token.number);
    if (number !== null) return this.granted(person, { session: session.id, number });
    await sessions.end(session.id, clock.now());
    throw new Refused('SESSION_OVER');
  }

  /** The number after this one, the same again for a little while; null: it was used long ago. */
  private async successor(session: SessionRecord, number: number): Promise<number | null> {
    const { sessions, clock } = this.options;
    const now = clock.now();
    if (number === session.number && (await sessions.advance(session.id, number, now))) return number + 1;
    const again = (await sessions.find(session.id))?.session ?? null;
    const isRecent = again !== null && now - again.rotatedAt <= GRACE_MS && again.number === number + 1;
    return isRecent ? number + 1 : null;
  }

  /** Who stands behind an access token, by what session and ledger say now. Rejects: Refused SESSION_OVER. */
  async viewer(accessToken: string): Promise<Viewer> {
    const { accessTokens, sessions, ledgerPeople, clock } = this.options;
    const subject = accessTokens.check(accessToken);
    const found = await sessions.find(subject.session);
    if (found === null || found.person.id !== subject.person || isOver(found.session, clock.now())) {
      throw new Refused('SESSION_OVER');
    }
    const row = await ledgerPeople.row(subject.person);
    return { person: found.person, roles: rolesOf(row), row, session: { id: subject.session } };
  }

  end(session: string): Promise<void> {
    return this.options.sessions.end(session, this.options.clock.now());
  }

  endAll(person: string): Promise<void> {
    return this.options.sessions.endAll(person, this.options.clock.now());
  }

  list(person: string): Promise<readonly SessionRecord[]> {
    return this.options.sessions.list(person);
  }

  /** A new pair of tokens for a session that goes on. */
  async renew({ person, session }: Viewer): Promise<Begun> {
    const found = await this.options.sessions.find(session.id);
    if (found === null) throw new Refused('SESSION_OVER');
    const number = found.session.number;
    return this.granted((await this.options.people.find(person.id)) ?? person, {
      session: session.id,
      number,
    });
  }

  async me(person: Person): Promise<Me> {
    return meOf(person, await this.options.ledgerPeople.row(person.id));
  }

  private async begin(person: Person, userAgent: string): Promise<Begun> {
    const now = this.options.clock.now();
    const id = `session_${randomBytes(10).toString('hex')}`;
    const times = { rotatedAt: now, begunAt: now, usedAt: now };
    await this.options.sessions.begin({ id, person: person.id, number: 0, ...times, userAgent });
    return this.granted(person, { session: id, number: 0 });
  }

  private async granted(
    person: Person,
    token: { readonly session: string; readonly number: number },
  ): Promise<Begun> {
    const { accessTokens, refreshTokens } = this.options;
    const access = accessTokens.issue({ person: person.id, session: token.session });
    return { session: { ...access, me: await this.me(person) }, refreshToken: refreshTokens.text(token) };
  }
}

function isOver({ begunAt, usedAt }: SessionRecord, now: Instant): boolean {
  return now - begunAt > LONGEST_SESSION_MS || now - usedAt > LONGEST_IDLE_MS;
}

export function rolesOf(row: PersonRow | null): PersonRow['roles'] {
  return row?.status === 'active' ? row.roles : [];
}

export function meOf(person: Person, row: PersonRow | null): Me {
  const { id, login, name, language, intendedRoles, mustSetPassword, hasVault, picture } = person;
  const key = row?.status === 'active' ? row.key : null;
  return {
    ...{ id, login, name, language, mustSetPassword, hasVault, picture },
    roles: [...rolesOf(row)],
    intendedRoles: [...intendedRoles],
    keyThumbprint: key === null ? null : keyThumbprint(key),
  };
}
