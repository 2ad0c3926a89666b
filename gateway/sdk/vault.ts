// A person's vault: signing key and deal secret under a random vault key, which is wrapped twice, by the password's
// key and by a recovery code's. The gateway stores it and can open nothing.
import { base64urlBytes, base64urlText, hexBytes, utf8Bytes } from '#hash';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { keyThumbprint } from '../../chaincode/protocol/intent.js';
import {
  isRecipientCode,
  normalRecipientCode,
  recipientCodeText,
} from '../../chaincode/protocol/recipient-code.js';
import type { VaultRecord } from '../protocol/api/session.js';
import { NotARecoveryCode, UnusableKey, VaultClosed } from './errors.js';
import { randomBytes } from './ids.js';
import {
  importPrivateKey,
  makeKeyPair,
  type PlatformKey,
  platformSigner,
  type Signer,
  signerOf,
} from './keys.js';
import { importDealSecret } from './recipient-code.js';

/** Whose vault it is. */
export interface VaultOwner {
  readonly organisation: string;
  /** Id of the person's row. */
  readonly person: string;
}

/** What opens a vault: the password's wrapping key, or the recovery code as it was written down. */
export type VaultOpener = { readonly wrappingKey: PlatformKey } | { readonly recoveryCode: string };

/** The keys in use: they sign and make codes and never come out again. */
export interface OpenVault {
  readonly publicKey: string;
  readonly thumbprint: string;
  readonly signingKey: PlatformKey;
  readonly dealSecret: PlatformKey;
  readonly version: number;
}

const VAULT_KEY_BYTES = 32;
const DEAL_SECRET_BYTES = 32;
const RECOVERY_BYTES = 16;
const NONCE_BYTES = 12;
const FORMAT = 1;
const RECOVERY_LABEL = 'forescrow vault recovery key v1';

type Wrap = 'sealed' | 'byPassword' | 'byRecovery';

export function signerOfVault({ publicKey, signingKey }: OpenVault): Signer {
  return platformSigner(publicKey, signingKey);
}

/** A first vault with new keys. The recovery code is shown once and kept nowhere. */
export async function makeVault(
  owner: VaultOwner,
  wrappingKey: PlatformKey,
): Promise<{ readonly record: VaultRecord; readonly open: OpenVault; readonly recoveryCode: string }> {
  const pair = await makeKeyPair();
  const dealSecret = randomBytes(DEAL_SECRET_BYTES);
  const contents = utf8Bytes(
    canonicalJson({
      publicKey: pair.publicKey,
      privateKey: pair.privateKey,
      dealSecret: base64urlText(dealSecret),
    }),
  );
  const vaultKey = randomBytes(VAULT_KEY_BYTES);
  const recoveryCode = recipientCodeText(randomBytes(RECOVERY_BYTES));
  const thumbprint = keyThumbprint(pair.publicKey);
  const of = { ...owner, thumbprint, version: 1 };
  const recoveryKey = await recoveryKeyOf(owner, recoveryCode);
  const record: VaultRecord = {
    format: FORMAT,
    version: of.version,
    thumbprint,
    sealed: await encrypt(await importAes(vaultKey), contents, boundTo('sealed', of)),
    byPassword: await encrypt(wrappingKey, vaultKey, boundTo('byPassword', of)),
    byRecovery: await encrypt(recoveryKey, vaultKey, boundTo('byRecovery', of)),
  };
  const open = await inUse(contents, of);
  for (const bytes of [contents, vaultKey, dealSecret]) bytes.fill(0);
  return { record, open, recoveryCode };
}

/**
 * Opens a vault as the gateway stores it. `thumbprint`: of the key on the ledger, null where none is published yet;
 * `leastVersion`: the newest that this device has seen. Rejects: VaultClosed, NotARecoveryCode.
 */
export async function openVault(
  record: VaultRecord,
  owner: VaultOwner,
  by: VaultOpener,
  expected: { readonly thumbprint: string | null; readonly leastVersion: number },
): Promise<OpenVault> {
  if (expected.thumbprint !== null && record.thumbprint !== expected.thumbprint)
    throw new VaultClosed('thumbprint');
  if (record.version < expected.leastVersion) throw new VaultClosed('old');
  const of = { ...owner, thumbprint: record.thumbprint, version: record.version };
  const vaultKey = await unwrapped(record, owner, by);
  const contents = await decrypt(await importAes(vaultKey), record.sealed, boundTo('sealed', of));
  vaultKey.fill(0);
  const open = await inUse(contents, of);
  contents.fill(0);
  return open;
}

/** The vault key under another password. Rejects: VaultClosed, NotARecoveryCode. */
export async function rewrapped(
  record: VaultRecord,
  owner: VaultOwner,
  by: VaultOpener,
  wrappingKey: PlatformKey,
): Promise<string> {
  const of = { ...owner, thumbprint: record.thumbprint, version: record.version };
  const vaultKey = await unwrapped(record, owner, by);
  const byPassword = await encrypt(wrappingKey, vaultKey, boundTo('byPassword', of));
  vaultKey.fill(0);
  return byPassword;
}

async function unwrapped(record: VaultRecord, owner: VaultOwner, by: VaultOpener): Promise<Uint8Array> {
  const of = { ...owner, thumbprint: record.thumbprint, version: record.version };
  if ('wrappingKey' in by) return decrypt(by.wrappingKey, record.byPassword, boundTo('byPassword', of));
  const key = await recoveryKeyOf(owner, by.recoveryCode);
  return decrypt(key, record.byRecovery, boundTo('byRecovery', of));
}

/** Rejects: VaultClosed where what is inside is not the key that the vault is labelled with. */
async function inUse(
  contents: Uint8Array,
  of: { readonly thumbprint: string; readonly version: number },
): Promise<OpenVault> {
  const { publicKey, privateKey, dealSecret } = parsed(contents);
  if (keyThumbprint(publicKey) !== of.thumbprint) throw new VaultClosed('thumbprint');
  try {
    await signerOf({ publicKey, privateKey });
  } catch (error) {
    if (error instanceof UnusableKey) throw new VaultClosed('thumbprint');
    throw error;
  }
  const secret = base64urlBytes(dealSecret);
  if (secret?.length !== DEAL_SECRET_BYTES) throw new VaultClosed('key');
  const open = {
    publicKey,
    thumbprint: of.thumbprint,
    signingKey: await importPrivateKey(privateKey),
    dealSecret: await importDealSecret(secret),
    version: of.version,
  };
  secret.fill(0);
  return open;
}

function parsed(contents: Uint8Array): {
  readonly publicKey: string;
  readonly privateKey: string;
  readonly dealSecret: string;
} {
  const found = JSON.parse(new TextDecoder().decode(contents)) as { readonly [name: string]: Json };
  const text = (name: string): string => {
    const value = found[name];
    if (typeof value !== 'string') throw new VaultClosed('key');
    return value;
  };
  return { publicKey: text('publicKey'), privateKey: text('privateKey'), dealSecret: text('dealSecret') };
}

/** What a ciphertext is bound to. The wraps outlive versions: only what is sealed names one. */
function boundTo(
  what: Wrap,
  of: VaultOwner & { readonly thumbprint: string; readonly version: number },
): Uint8Array<ArrayBuffer> {
  const { organisation, person, thumbprint, version } = of;
  const label = { format: FORMAT, what, organisation, person, thumbprint };
  return Uint8Array.from(utf8Bytes(canonicalJson(what === 'sealed' ? { ...label, version } : label)));
}

function importAes(key: Uint8Array): Promise<PlatformKey> {
  return globalThis.crypto.subtle.importKey('raw', Uint8Array.from(key), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);
}

async function encrypt(key: PlatformKey, bytes: Uint8Array, bound: Uint8Array<ArrayBuffer>): Promise<string> {
  const iv = Uint8Array.from(randomBytes(NONCE_BYTES));
  const algorithm = { name: 'AES-GCM', iv, additionalData: bound };
  const sealed = new Uint8Array(
    await globalThis.crypto.subtle.encrypt(algorithm, key, Uint8Array.from(bytes)),
  );
  const whole = new Uint8Array(NONCE_BYTES + sealed.length);
  whole.set(iv);
  whole.set(sealed, NONCE_BYTES);
  return base64urlText(whole);
}

/** Rejects: VaultClosed. */
async function decrypt(key: PlatformKey, text: string, bound: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const whole = base64urlBytes(text);
  if (whole === null || whole.length <= NONCE_BYTES) throw new VaultClosed('key');
  const bytes = Uint8Array.from(whole);
  const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, NONCE_BYTES), additionalData: bound };
  try {
    return new Uint8Array(await globalThis.crypto.subtle.decrypt(algorithm, key, bytes.slice(NONCE_BYTES)));
  } catch {
    throw new VaultClosed('key');
  }
}

/** Rejects: NotARecoveryCode. */
async function recoveryKeyOf({ organisation, person }: VaultOwner, written: string): Promise<PlatformKey> {
  // The same way to write 16 bytes as a recipient's code.
  if (!isRecipientCode(written)) throw new NotARecoveryCode();
  const { subtle } = globalThis.crypto;
  const bytes = codeBytes(normalRecipientCode(written));
  const root = await subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  const info = Uint8Array.from(utf8Bytes(`${RECOVERY_LABEL}\u0000${organisation}\u0000${person}`));
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
  return subtle.deriveKey(derivation, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function codeBytes(code: string): Uint8Array<ArrayBuffer> {
  let value = 0n;
  for (const character of code) value = value * 32n + BigInt(ALPHABET.indexOf(character));
  const bytes = hexBytes(value.toString(16).padStart(2 * RECOVERY_BYTES, '0'));
  if (bytes === null) throw new NotARecoveryCode();
  return Uint8Array.from(bytes);
}
