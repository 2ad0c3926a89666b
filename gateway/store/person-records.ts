// What a gateway stores of its people: log-ins, vaults, sessions, pauses after failures.
import type { Hash, Instant, Role } from '../../chaincode/protocol/forms.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { VaultRecord } from '../protocol/api/session.js';
import type { PasswordSalt } from '../protocol/password-keys.js';

export type Language = 'ru' | 'en';

/** A log-in at this organisation. */
export interface Person {
  /** Of the person's row on the ledger, made before there is one. */
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly language: Language;
  /** What the administrator or the registration gave; the ledger alone says what counts. */
  readonly intendedRoles: readonly Role[];
  /** The password is one that somebody else knows: another must be set before anything else. */
  readonly mustSetPassword: boolean;
  readonly hasVault: boolean;
  /** Signed by a key that waits for an administrator; null: none. */
  readonly waitingClaim: Intent | null;
  /** Made by the person, not by an administrator. */
  readonly isSelfRegistered: boolean;
  readonly createdAt: Instant;
  /** Hash of the person's picture; null: none. */
  readonly picture: Hash | null;
}

/** Of several people by their ids: those whom it has, and those who have a picture. */
export interface KnownNames {
  readonly names: ReadonlyMap<string, string>;
  readonly pictures: ReadonlyMap<string, Hash>;
}

/** What a log-in is checked by. */
export interface Credentials {
  readonly person: string;
  readonly salt: PasswordSalt;
  /** Argon2id of the log-in secret. */
  readonly secretHash: string;
  /** A password of somebody else's has been used: it is good for no further log-in. */
  readonly isUsedUp: boolean;
}

export interface NewCredentials {
  readonly salt: PasswordSalt;
  readonly secretHash: string;
  /** The person must set another one. */
  readonly isFirst: boolean;
}

export interface SessionRecord {
  readonly id: string;
  readonly person: string;
  /** Of the refresh token that counts. */
  readonly number: number;
  readonly rotatedAt: Instant;
  readonly begunAt: Instant;
  readonly usedAt: Instant;
  readonly userAgent: string;
}

export interface PersonRecords {
  find(id: string): Promise<Person | null>;
  findByLogin(login: string): Promise<Person | null>;
  credentials(login: string): Promise<Credentials | null>;
  /** False: the log-in is taken. */
  create(person: Person, credentials: NewCredentials): Promise<boolean>;
  count(): Promise<number>;
  names(ids: readonly string[]): Promise<KnownNames>;
  list(search: {
    readonly words: string | null;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<readonly Person[]>;
  change(id: string, change: { readonly name?: string; readonly language?: Language }): Promise<void>;
  /** Whether it was not used before. */
  useFirstPassword(id: string): Promise<boolean>;
  /**
   * Replaces them, with `byPassword` of the vault where one is given, and ends all sessions but one, in one
   * transaction.
   */
  setCredentials(
    id: string,
    credentials: NewCredentials,
    more: { readonly byPassword: string | null; readonly keptSession: string | null; readonly now: Instant },
  ): Promise<void>;
  setWaitingClaim(id: string, claim: Intent | null): Promise<void>;
  vault(id: string): Promise<VaultRecord | null>;
  /** False: another version stands there than the one to be replaced (0: none). */
  putVault(id: string, vault: VaultRecord, replaces: number): Promise<boolean>;
  /** False: there is no vault of this version. */
  wrapVault(id: string, version: number, byPassword: string): Promise<boolean>;
}

export interface SessionRecords {
  begin(session: SessionRecord): Promise<void>;
  /** Open ones only, with their person; null: over, or never was. */
  find(id: string): Promise<{ readonly session: SessionRecord; readonly person: Person } | null>;
  /** Whether the number was still this one. */
  advance(id: string, number: number, now: Instant): Promise<boolean>;
  end(id: string, now: Instant): Promise<void>;
  endAll(person: string, now: Instant): Promise<void>;
  list(person: string): Promise<readonly SessionRecord[]>;
  /** Those that nobody can use any more. */
  removeOld(limits: { readonly begunBefore: Instant; readonly usedBefore: Instant }): Promise<number>;
}

/** Pauses after failures, each by what it is counted for. */
export interface PauseRecords {
  /**
   * Counts a try, unless a pause is on. `pauseMs` says how long a pause is after so many tries; counts end after
   * `forgottenMs` without one. Resolves to milliseconds to wait, null: go on.
   */
  count(
    key: string,
    of: {
      readonly pauseMs: (tries: number) => number;
      readonly forgottenMs: number;
      readonly now: Instant;
    },
  ): Promise<number | null>;
  forget(key: string): Promise<void>;
  /** The last try was no failure. */
  takeBack(key: string): Promise<void>;
}

/** Keyed writes that were done, and how often something was done in an hour. */
export interface RepeatedWriteRecords {
  /**
   * Runs `act` at most once for person, route and key, in one transaction with what it stores. Resolves to its text, or
   * to the text of the first time; `otherContent` and `busy` say that nothing was done.
   */
  once(
    write: {
      readonly person: string;
      readonly route: string;
      readonly key: string;
      readonly content: string;
      readonly now: Instant;
    },
    act: () => Promise<string>,
  ): Promise<{ readonly text: string } | 'otherContent' | 'busy'>;
  removeOlder(createdBefore: Instant): Promise<number>;
}

export interface HourlyCounts {
  /** Counts one more of this hour; false: the most are reached. */
  take(what: string, of: { readonly most: number; readonly now: Instant }): Promise<boolean>;
  /** Counted in this hour. */
  taken(what: string, now: Instant): Promise<number>;
  /** Counts of hours that are over. */
  removeOld(now: Instant): Promise<void>;
}
