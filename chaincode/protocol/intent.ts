// Duty: the shape of a person's signed command, the bytes that are signed, and whether a signature is genuine.
// Must not: decide whether the person may give it; that is the contracts' affair.
import { createPublicKey, hash, verify, type KeyObject, type VerifyKeyObjectInput } from 'node:crypto';
import { canonicalJson, type Json } from './canonical-json.js';
import { BoundedCache } from './bounded-cache.js';

/** What the person signs. `id` is made by the caller and becomes the id of the row that the command creates. */
export interface IntentBody {
  readonly version: 1;
  readonly channel: string;
  readonly id: string;
  readonly person: string;
  readonly action: string;
  readonly params: { readonly [name: string]: Json };
  /** Milliseconds since 1970-01-01 UTC; the agreement lane refuses the intent after it. */
  readonly expiresAt: number;
}

/** A signed command: ES256 (P-256, SHA-256) over the canonical JSON of `body`, signature raw r‖s, low s, base64url. */
export interface Intent {
  readonly body: IntentBody;
  /** Public key, SubjectPublicKeyInfo DER, base64url without padding. */
  readonly key: string;
  readonly signature: string;
}

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

/** SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480): always these bytes, then x and y. */
const P256_SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const P256_SPKI_BYTES = P256_SPKI_PREFIX.length + 64;
const SIGNATURE_BYTES = 64;
/** Half of the order of P-256 (FIPS 186-5), rounded down: the greatest low s. */
const GREATEST_LOW_S = Buffer.from('7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8', 'hex');

/**
 * Verdicts and keys kept, so that a signature that many commands prove again is computed once: a payment is proved when
 * it is submitted and again when its bank answers, seconds and thousands of payments later. About 5 MB at most.
 */
const KEPT_LIMIT = 8_192;
const LONGEST_KEPT = 512;
const verdicts = new BoundedCache<boolean>(KEPT_LIMIT, LONGEST_KEPT);
const keys = new BoundedCache<KeyObject>(KEPT_LIMIT, LONGEST_KEPT);

interface Signable {
  readonly bytes: Uint8Array;
  readonly hash: string;
}
/** Bodies are never changed, so each is printed and hashed once. */
const signables = new WeakMap<IntentBody, Signable>();

function signableOf(body: IntentBody): Signable {
  const known = signables.get(body);
  if (known !== undefined) return known;
  // The body holds JSON values only; the interface merely lacks the index signature that Json asks for.
  const bytes = Buffer.from(canonicalJson(body as unknown as Json), 'utf8');
  const made = { bytes, hash: hash('sha256', bytes) };
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

/** SHA-256 of a public key's SubjectPublicKeyInfo DER (base64url given), lower-case hexadecimal; links carry it. */
export function keyThumbprint(key: string): string {
  return hash('sha256', Buffer.from(key, 'base64url'));
}

/** Whether a text is the one base64url form of a P-256 SubjectPublicKeyInfo with an uncompressed point. */
export function isP256Key(key: string): boolean {
  const der = Buffer.from(key, 'base64url');
  const wellFormed =
    der.length === P256_SPKI_BYTES && der.subarray(0, P256_SPKI_PREFIX.length).equals(P256_SPKI_PREFIX);
  return wellFormed && der.toString('base64url') === key;
}

/** Whether `key` signed `body`: P-256 key, raw 64 bytes, low s, in their one base64url form each. */
export function isSigned(intent: Intent): boolean {
  const { bytes } = signableOf(intent.body);
  const name = verdictName(intent);
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const proof = proofOf(intent);
  return verdicts.keep(name, proof !== null && verify('sha256', bytes, proof.key, proof.signature));
}

/**
 * Computes signatures on the process's other threads, so that `isSigned` finds its verdicts. It tells nothing, and what
 * fails here is computed there.
 */
export async function proveAhead(intents: readonly Intent[]): Promise<void> {
  await Promise.all(intents.map(proveOneAhead));
}

function proveOneAhead(intent: Intent): Promise<void> {
  const name = verdictName(intent);
  const proof = verdicts.get(name) === undefined ? proofOf(intent) : null;
  if (proof === null) return Promise.resolve();
  return new Promise((resolve) => {
    verify('sha256', signableBytes(intent.body), proof.key, proof.signature, (error, isGenuine) => {
      if (error === null) verdicts.keep(name, isGenuine);
      resolve();
    });
  });
}

function verdictName({ body, signature, key }: Intent): string {
  return bodyHash(body) + signature + key;
}

interface Proof {
  readonly key: VerifyKeyObjectInput;
  readonly signature: Uint8Array;
}

/** What is to be computed; null: nothing, the form alone is wrong. */
function proofOf({ key, signature }: Intent): Proof | null {
  const raw = Buffer.from(signature, 'base64url');
  if (raw.length !== SIGNATURE_BYTES || raw.toString('base64url') !== signature) return null;
  if (Buffer.compare(raw.subarray(32), GREATEST_LOW_S) > 0) return null;
  const publicKey = publicKeyOf(key);
  return publicKey && { key: { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature: raw };
}

function publicKeyOf(key: string): KeyObject | null {
  const known = keys.get(key);
  if (known !== undefined) return known;
  if (!isP256Key(key)) return null;
  try {
    const made = createPublicKey({ key: Buffer.from(key, 'base64url'), format: 'der', type: 'spki' });
    return keys.keep(key, made);
  } catch {
    return null; // not a point of the curve
  }
}
