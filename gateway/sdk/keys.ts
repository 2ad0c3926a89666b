// A person's signing key: made, kept as text, and used through WebCrypto, which browsers and Node.js have alike.
import { base64urlBytes, base64urlText } from '#hash';
import { isP256Key } from '../../chaincode/protocol/intent.js';
import { UnusableKey } from './errors.js';

/** WebCrypto's key, under the name that both Node.js and browsers give it. */
export type PlatformKey = Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;

/** A key pair on P-256 as text, to be kept where only its person reads it. */
export interface KeyPair {
  /** SubjectPublicKeyInfo DER, base64url. */
  readonly publicKey: string;
  /** PKCS #8 DER, base64url. */
  readonly privateKey: string;
}

/** Who signs: a public key, and a way to the private one, which may lie in a store that never shows it. */
export interface Signer {
  /** SubjectPublicKeyInfo DER, base64url. */
  readonly publicKey: string;
  /** ECDSA with SHA-256 over these bytes: raw r‖s, with either of the two values of s. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
}

export const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;

export async function makeKeyPair(): Promise<KeyPair> {
  const { subtle } = globalThis.crypto;
  const pair = await subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const [spki, pkcs8] = await Promise.all([
    subtle.exportKey('spki', pair.publicKey),
    subtle.exportKey('pkcs8', pair.privateKey),
  ]);
  return {
    publicKey: base64urlText(new Uint8Array(spki)),
    privateKey: base64urlText(new Uint8Array(pkcs8)),
  };
}

/** The private key as the platform keeps it: it signs and never comes out again. Rejects: UnusableKey. */
export async function importPrivateKey(privateKey: string): Promise<PlatformKey> {
  try {
    return await globalThis.crypto.subtle.importKey('pkcs8', ownBytes(privateKey), CURVE, false, ['sign']);
  } catch (cause) {
    throw new UnusableKey(cause);
  }
}

/** Signs with a key that the platform keeps. */
export function platformSigner(publicKey: string, privateKey: PlatformKey): Signer {
  return {
    publicKey,
    sign: async (bytes) => {
      const raw = await globalThis.crypto.subtle.sign(ALGORITHM, privateKey, Uint8Array.from(bytes));
      return new Uint8Array(raw);
    },
  };
}

/** Signs with a key pair given as text. Rejects: UnusableKey, also where the two do not belong together. */
export async function signerOf({ publicKey, privateKey }: KeyPair): Promise<Signer> {
  const signer = platformSigner(publicKey, await importPrivateKey(privateKey));
  const trial = new Uint8Array(1);
  if (await isSignature(publicKey, trial, await signer.sign(trial))) return signer;
  throw new UnusableKey('the public key is another');
}

/** Whether the key made this raw signature over these bytes, whichever of the two values of s it has. */
export async function isSignature(
  publicKey: string,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!isP256Key(publicKey)) return false;
  const { subtle } = globalThis.crypto;
  let key: PlatformKey;
  try {
    key = await subtle.importKey('spki', ownBytes(publicKey), CURVE, true, ['verify']);
  } catch {
    return false; // not a point of the curve
  }
  return subtle.verify(ALGORITHM, key, Uint8Array.from(signature), Uint8Array.from(bytes));
}

/** WebCrypto takes bytes of memory that is theirs alone. */
function ownBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = base64urlBytes(text);
  if (bytes === null) throw new TypeError('a key is given in base64url');
  return Uint8Array.from(bytes);
}
