// Seals a short secret to a bank's published key so that its carrier cannot read it (RFC 9180), and opens it.
// No error holds a plaintext.
import { base64urlBytes, base64urlText, sha256, utf8Bytes } from '#hash';
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';

/** What a sealed text is for; a text sealed for one purpose, bank and subject opens for no other. */
export type SealingPurpose = 'code' | 'link' | 'confirmation' | 'balance';

/** In place of a challenge where no code was sent yet. */
export const NO_CHALLENGE = 'none';

/** HPKE `info`: binds purpose, bank, subject (payment or link id) and the code that is answered, by its challenge. */
export function sealingContext(
  purpose: SealingPurpose,
  bank: string,
  subject: string,
  challenge?: string,
): string {
  const place = `forescrow/1/${purpose}/${bank}/${subject}`;
  return challenge === undefined ? place : `${place}/${challenge}`;
}

/** HPKE `info` of a bank's answer to a signed question, named by the hash of the question's body. */
export function answerContext(question: string): string {
  return `forescrow/1/answer/${question}`;
}

/** SHA-256 of a sealed text, by which a signature covers it. */
export function sealedHash(sealed: string): string {
  return sha256(utf8Bytes(sealed));
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

/** A key pair that stays with the platform: what is sealed to it opens here and nowhere else. */
export interface PlatformSealingKey {
  /** X25519 public key, base64url. */
  readonly publicKey: string;
  readonly privateKey: Key;
}

/** For one answer; in memory only. */
export async function makeAnswerKey(): Promise<PlatformSealingKey> {
  const pair = (await suite.kem.generateKeyPair()) as KeyPair;
  return {
    publicKey: base64url(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: pair.privateKey,
  };
}

async function keyPairOf({ publicKey, privateKey }: SealingKeyPair): Promise<KeyPair> {
  return {
    publicKey: (await suite.kem.deserializePublicKey(bytesOf(publicKey))) as Key,
    privateKey: (await suite.kem.deserializePrivateKey(bytesOf(privateKey))) as Key,
  };
}

/**
 * Encapsulated key followed by ciphertext, base64url. `from`: the sender's key pair, by which the reader knows who
 * sealed it (RFC 9180's auth mode).
 */
export async function seal(
  publicKey: string,
  context: string,
  text: string,
  from?: SealingKeyPair,
): Promise<string> {
  const recipientPublicKey = (await suite.kem.deserializePublicKey(bytesOf(publicKey))) as Key;
  const sender = await suite.createSenderContext({
    recipientPublicKey,
    info: utf8(context),
    ...(from === undefined ? {} : { senderKey: await keyPairOf(from) }),
  });
  const cipherText = await sender.seal(utf8(text));
  return base64urlText(Uint8Array.of(...new Uint8Array(sender.enc), ...new Uint8Array(cipherText)));
}

/** The text again. `from`: the public key of the only sender that it may be from. Rejects with SealBroken. */
export async function open(
  privateKey: string | PlatformSealingKey,
  context: string,
  sealed: string,
  from?: string,
): Promise<string> {
  try {
    const bytes = bytesOf(sealed);
    const recipientKey =
      typeof privateKey === 'string'
        ? ((await suite.kem.deserializePrivateKey(bytesOf(privateKey))) as Key)
        : privateKey.privateKey;
    const recipient = await suite.createRecipientContext({
      recipientKey,
      enc: bytes.slice(0, ENCAPSULATED_BYTES),
      info: utf8(context),
      ...(from === undefined
        ? {}
        : { senderPublicKey: (await suite.kem.deserializePublicKey(bytesOf(from))) as Key }),
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
