// The form of an API key: 256 random bits behind an id by which its record is found.
import { createHash, randomBytes } from 'node:crypto';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const FORM = /^fsk_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

export interface NewApiKey {
  readonly id: string;
  /** To be shown once. */
  readonly key: string;
  /** SHA-256, lower-case hexadecimal. */
  readonly hash: string;
}

export function makeApiKey(): NewApiKey {
  const id = randomBytes(ID_BYTES).toString('hex');
  const key = `fsk_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { id, key, hash: apiKeyHash(key) };
}

export function apiKeyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The id within a key; null: this is no key. */
export function apiKeyId(key: string): string | null {
  return FORM.exec(key)?.[1] ?? null;
}
