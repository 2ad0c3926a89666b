// Issues API keys to other members, and says whose a key is and what it is good for. A key is shown once and kept as a
// hash.
import { timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Clock } from '../clock.js';
import { apiKeyHash, apiKeyId, makeApiKey } from '../protocol/api-key.js';
import { Refused } from '../refused.js';
import type { ApiKeyRecord, ApiKeyRecords } from '../store/api-keys.js';

export interface ApiKeyWish {
  readonly member: string;
  readonly scopes: readonly string[];
  readonly label: string;
  readonly expiresAt: Instant;
}

export interface IssuedApiKey {
  readonly key: string;
  readonly record: ApiKeyRecord;
}

const UNUSED = { revokedAt: null, lastUsedAt: null, replacedBy: null };
/** So long an old key goes on after its successor was made. */
const OVERLAP_MS = 7 * 86_400_000;
/** Last use is noted to the minute: it is for people to look at. */
const USE_STEP_MS = 60_000;

export class ApiKeys {
  constructor(
    private readonly records: ApiKeyRecords,
    private readonly clock: Clock,
  ) {}

  async issue(wish: ApiKeyWish): Promise<IssuedApiKey> {
    const issued = this.made(wish);
    await this.records.add(issued.record);
    return issued;
  }

  /** A key whose hash came by configuration; a key that is known already stays as it is, also when it was revoked. */
  async adopt(known: ApiKeyWish & Pick<ApiKeyRecord, 'id' | 'hash'>): Promise<void> {
    await this.records.add({ createdAt: this.clock.now(), ...known, ...UNUSED });
  }

  /** A successor with the same rights; the old key goes on for a while. Throws Refused: NOT_FOUND, WRONG_STATE. */
  async rotate(id: string, expiresAt: Instant): Promise<IssuedApiKey> {
    const old = await this.known(id);
    const now = this.clock.now();
    const { member, scopes, label } = old;
    const issued = this.made({ member, scopes, label, expiresAt });
    const endsAt = Math.min(old.expiresAt, now + OVERLAP_MS);
    // Of two rotations at once one finds that the key has its successor.
    const isReplaced = isValid(old, now) && (await this.records.replace(id, issued.record, endsAt));
    if (!isReplaced) throw new Refused('WRONG_STATE', { key: id });
    return issued;
  }

  /** Throws Refused: NOT_FOUND. */
  async revoke(id: string): Promise<ApiKeyRecord> {
    const revoked = await this.records.revoke(id, this.clock.now());
    if (revoked === null) throw new Refused('NOT_FOUND', { key: id });
    return revoked;
  }

  list(): Promise<readonly ApiKeyRecord[]> {
    return this.records.list();
  }

  /** The record of a valid key; null: there is none, or it has expired or was revoked. */
  async check(key: string): Promise<ApiKeyRecord | null> {
    const id = apiKeyId(key);
    const record = id === null ? null : await this.records.find(id);
    const now = this.clock.now();
    if (record === null || !isHashOf(record, key) || !isValid(record, now)) return null;
    if (now - (record.lastUsedAt ?? 0) < USE_STEP_MS) return record;
    await this.records.noteUse(record.id, now);
    return { ...record, lastUsedAt: now };
  }

  private made({ member, scopes, label, expiresAt }: ApiKeyWish): IssuedApiKey {
    const { id, key, hash } = makeApiKey();
    const createdAt = this.clock.now();
    return { key, record: { id, hash, member, scopes, label, createdAt, expiresAt, ...UNUSED } };
  }

  private async known(id: string): Promise<ApiKeyRecord> {
    const record = await this.records.find(id);
    if (record === null) throw new Refused('NOT_FOUND', { key: id });
    return record;
  }
}

function isHashOf({ hash }: ApiKeyRecord, key: string): boolean {
  return timingSafeEqual(Buffer.from(hash, 'hex'), Buffer.from(apiKeyHash(key), 'hex'));
}

function isValid({ revokedAt, expiresAt }: ApiKeyRecord, now: Instant): boolean {
  return revokedAt === null && now < expiresAt;
}
