// Whether an intent's signature is genuine, by node:crypto at native speed, each signature computed once.
// It does not say whether the person may give the command: that is for the contracts.
import { createPublicKey, verify, type KeyObject, type VerifyKeyObjectInput } from 'node:crypto';
import { base64urlBytes } from '#hash';
import { BoundedCache } from '../protocol/bounded-cache.js';
import { bodyHash, isP256Key, signableBytes, type Intent } from '../protocol/intent.js';
import { hasLowS, P256_SIGNATURE_BYTES } from '../protocol/p256.js';

/**
 * Verdicts and keys kept, so that a signature that many commands prove again is computed once: a payment is proved when
 * it is submitted and again when its bank answers, seconds and thousands of payments later. About 5 MB at most.
 */
const KEPT_LIMIT = 8_192;
const LONGEST_KEPT = 512;
const verdicts = new BoundedCache<boolean>(KEPT_LIMIT, LONGEST_KEPT);
const keys = new BoundedCache<KeyObject>(KEPT_LIMIT, LONGEST_KEPT);

/** Whether `key` signed `body`: P-256 key, raw 64 bytes, low s, in their one base64url form each. */
export function isSigned(intent: Intent): boolean {
  const bytes = signableBytes(intent.body);
  const name = verdictName(intent);
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const proof = proofOf(intent);
  return verdicts.keep(name, proof !== null && verify('sha256', bytes, proof.key, proof.signature));
}

/**
 * Computes signatures on the process's other threads, so that `isSigned` finds its verdicts. It returns none, and what
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
  const raw = base64urlBytes(signature);
  if (raw?.length !== P256_SIGNATURE_BYTES || !hasLowS(raw)) return null;
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
