// What a member stores of the API keys that it has issued: never a key, only its hash.
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';

export interface ApiKeyRecord {
  /** Stands in the key itself, for finding it. */
  readonly id: string;
  /** SHA-256 of the whole key: of 256 random bits nothing is found by trying. */
  readonly hash: Hash;
  /** MSP of the member that it was issued to; `own`: this member's own core banking system. */
  readonly member: string;
  readonly scopes: readonly string[];
  /** The operator's own words. */
  readonly label: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
  /** The key that takes its place; null: none. Until the older one expires, both are valid. */
  readonly replacedBy: string | null;
}

/** Each change is one statement about what it changes, so that none undoes another that happens at once. */
export interface ApiKeyRecords {
  find(id: string): Promise<ApiKeyRecord | null>;
  /** Newest first. */
  list(): Promise<readonly ApiKeyRecord[]>;
  /** Resolves when the record is stored; a record of this id that is there already stays as it is. */
  add(record: ApiKeyRecord): Promise<void>;
  /** Of a use of a key; an older instant than the one noted changes nothing. */
  noteUse(id: string, at: Instant): Promise<void>;
  /** Ends the key; an earlier end stays. Null: there is no such key. */
  revoke(id: string, at: Instant): Promise<ApiKeyRecord | null>;
  /** Stores the successor of a key that has none and ends that key at `endsAt`. False: it had one, or was revoked. */
  replace(id: string, successor: ApiKeyRecord, endsAt: Instant): Promise<boolean>;
}
