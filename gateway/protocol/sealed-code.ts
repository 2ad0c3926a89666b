// Seals a short secret to a bank's published key so that its carrier cannot read it (RFC 9180), and opens it.
// No error holds a plaintext.
import { base64urlBytes, base64urlText, utf8Bytes } from '#hash';
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';

/** What a sealed text is for; a text sealed for one purpose, bank and subject opens for no other. */
export type SealingPurpose = 'code' | 'link' | 'confirmation';

/** HPKE `info`: binds purpose, bank and subject (payment or link id). */
export function sealingContext(purpose: SealingPurpose, bank: string, subject: string): string {
  return `forescrow/1/${purpose}/${bank}/${subject}`;
}

export interface SealingKeyPair {
  /** X25519 public key, 32 bytes, base64url. */
  readonly publicKey: string;
  /** X25519 private key, 32 bytes, base64url. */
  readonly privateKey: string;
}

/** The sealed text was made for another key, another context, or was altered. */
export class SealBroken extends Error {
  constructor(cause: unknown) {
    super('the sealed text does not open with this key and context', { cause });
    this.name = 'SealBroken';
  }
}

// The library names the browser's global key types, which Node.js has under another name; they are the same.
type Key = Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;
interface KeyPair {
  readonly publicKey: Key;
  readonly privateKey: Key;
}

const ENCAPSULATED_BYTES = 32;
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

export async function makeSealingKeyPair(): Promise<SealingKeyPair> {
  const pair = (await suite.kem.generateKeyPair()) as KeyPair;
  return {
    publicKey: base64url(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: base64url(await suite.kem.serializePrivateKey(pair.privateKey)),
  };
}

/** Encapsulated key followed by ciphertext, base64url. */
export async function seal(publicKey: string, context: string, text: string): Promise<string> {
  const recipientPublicKey = (await suite.kem.deserializePublicKey(bytesOf(publicKey))) as Key;
  const sender = await suite.createSenderContext({ recipientPublicKey, info: utf8(context) });
  const cipherText = await sender.seal(utf8(text));
  return base64urlText(Uint8Array.of(...new Uint8Array(sender.enc), ...new Uint8Array(cipherText)));
}

/** The text again. Rejects with SealBroken. */
export async function open(privateKey: string, context: string, sealed: string): Promise<string> {
  try {
    const bytes = bytesOf(sealed);
    const recipientKey = (await suite.kem.deserializePrivateKey(bytesOf(privateKey))) as Key;
    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc: bytes.slice(0, ENCAPSULATED_BYTES),
      info: utf8(context),
    });
    const plain = await recipient.open(bytes.slice(ENCAPSULATED_BYTES));
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (cause) {
    throw new SealBroken(cause);
  }
}

function bytesOf(text: string): ArrayBuffer {
  const bytes = base64urlBytes(text);
  if (bytes === null) throw new TypeError('keys and sealed texts are given in base64url');
  return exactBuffer(bytes);
}

function utf8(text: string): ArrayBuffer {
  return exactBuffer(utf8Bytes(text));
}

/** HPKE takes whole ArrayBuffers; bytes may be a view into a pool. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function base64url(bytes: ArrayBuffer): string {
  return base64urlText(new Uint8Array(bytes));
}
