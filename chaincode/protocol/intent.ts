// The shape of a person's signed command, the bytes that are signed, and the names of bodies and keys by their hashes.
import { base64urlBytes, hexText, sha256, utf8Bytes } from '#hash';
import { canonicalJson, type Json } from './canonical-json.js';

/** What the person signs. `id` is made by the caller and becomes the id of the row that the command creates. */
export type IntentBody = {
  readonly version: 1;
  readonly channel: string;
  readonly id: string;
  readonly person: string;
  readonly action: string;
  readonly params: { readonly [name: string]: Json };
  /** Milliseconds since 1970-01-01 UTC; the agreement lane refuses the intent after it. */
  readonly expiresAt: number;
};

/** A signed command: ES256 (P-256, SHA-256) over the canonical JSON of `body`, signature raw r‖s, low s, base64url. */
export type Intent = {
  readonly body: IntentBody;
  /** Public key, SubjectPublicKeyInfo DER, base64url without padding. */
  readonly key: string;
  readonly signature: string;
};

/**
 * What is kept of an intent whose words stand in rows: with them it is the intent again, and it is they that the
 * signature must cover (a detached signature, as in RFC 7515 appendix F).
 */
export interface DetachedSignature {
  readonly expiresAt: number;
  readonly key: string;
  readonly signature: string;
}

export function detached({ body, key, signature }: Intent): DetachedSignature {
  return { expiresAt: body.expiresAt, key, signature };
}

/** The intent that would say this. */
export function attached(
  { expiresAt, key, signature }: DetachedSignature,
  said: Omit<IntentBody, 'version' | 'expiresAt'>,
): Intent {
  return { body: { version: 1, ...said, expiresAt }, key, signature };
}

/** How far ahead an intent may expire, milliseconds. */
export const INTENT_LIFE_LIMIT_MS = 86_400_000;

/** SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480) in hexadecimal: always these bytes, then x and y. */
const P256_SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
const P256_SPKI_BYTES = P256_SPKI_PREFIX.length / 2 + 64;

const NO_BYTES = new Uint8Array();

interface Signable {
  readonly bytes: Uint8Array;
  readonly hash: string;
}
/** Bodies are never changed, so each is printed and hashed once. */
const signables = new WeakMap<IntentBody, Signable>();

function signableOf(body: IntentBody): Signable {
  const known = signables.get(body);
  if (known !== undefined) return known;
  const bytes = utf8Bytes(canonicalJson(body));
  const made = { bytes, hash: sha256(bytes) };
  signables.set(body, made);
  return made;
}

/** The bytes that a person signs: canonical JSON in UTF-8. */
export function signableBytes(body: IntentBody): Uint8Array {
  return signableOf(body).bytes;
}

/** SHA-256 of the whole body, lower-case hexadecimal. */
export function bodyHash(body: IntentBody): string {
  return signableOf(body).hash;
}

/**
 * SHA-256 of a public key's SubjectPublicKeyInfo DER (base64url given), lower-case hexadecimal; links carry it.
 * Rows may hold anything as a key: what is not base64url has the thumbprint of no bytes, which no key has.
 */
export function keyThumbprint(key: string): string {
  return sha256(base64urlBytes(key) ?? NO_BYTES);
}

/** Whether a text is the one base64url form of a P-256 SubjectPublicKeyInfo with an uncompressed point. */
export function isP256Key(key: string): boolean {
  const der = base64urlBytes(key);
  return der?.length === P256_SPKI_BYTES && hexText(der).startsWith(P256_SPKI_PREFIX);
}
