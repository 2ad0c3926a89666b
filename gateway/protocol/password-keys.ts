// What a password becomes before anything leaves the device: a secret to log in with, and a key for the vault that
// nobody else ever has. The password itself is never sent.
import { base64urlBytes, base64urlText, utf8Bytes } from '#hash';

/** WebCrypto's key, under the name that both Node.js and browsers give it. */
type PlatformKey = Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;

/** The gateway gave a salt that is no 16 bytes, or rounds outside the bounds: nothing is made of a password with it. */
export class UnusableSalt extends Error {
  constructor() {
    super('the salt or its rounds are not usable');
    this.name = 'UnusableSalt';
  }
}

/** PBKDF2-SHA-256; `salt` is 16 bytes in base64url. */
export interface PasswordSalt {
  readonly salt: string;
  readonly rounds: number;
}

/** A gateway that asked for fewer could guess faster, for more could make pages hang. */
export const LEAST_ROUNDS = 600_000;
export const MOST_ROUNDS = 5_000_000;
const SALT_BYTES = 16;
const KEY_BITS = 256;

const LOG_IN_LABEL = 'forescrow log-in secret v1';
const WRAPPING_LABEL = 'forescrow vault wrapping key v1';

export interface PasswordKeys {
  /** 32 bytes, base64url: sent to log in. */
  readonly secret: string;
  /** Wraps the vault key; never leaves and cannot be exported. */
  readonly wrappingKey: PlatformKey;
}

/** Whose password it is: the same words elsewhere make other keys. */
export interface PasswordOwner {
  /** MSP id of the organisation whose log-in it is. */
  readonly organisation: string;
  readonly login: string;
}

export function makeSalt(): PasswordSalt {
  return {
    salt: base64urlText(globalThis.crypto.getRandomValues(new Uint8Array(SALT_BYTES))),
    rounds: LEAST_ROUNDS,
  };
}

/** Rejects: UnusableSalt. */
export async function passwordKeys(
  password: string,
  owner: PasswordOwner,
  { salt, rounds }: PasswordSalt,
): Promise<PasswordKeys> {
  const bytes = base64urlBytes(salt);
  const isBounded = Number.isSafeInteger(rounds) && rounds >= LEAST_ROUNDS && rounds <= MOST_ROUNDS;
  if (bytes?.length !== SALT_BYTES || !isBounded) throw new UnusableSalt();
  const { subtle } = globalThis.crypto;
  const typed = await subtle.importKey('raw', own(utf8Bytes(password.normalize('NFKC'))), 'PBKDF2', false, [
    'deriveBits',
  ]);
  const stretched = await subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt: own(bytes), iterations: rounds },
    typed,
    KEY_BITS,
  );
  const root = await subtle.importKey('raw', stretched, 'HKDF', false, ['deriveBits', 'deriveKey']);
  const secret = await subtle.deriveBits(hkdf(LOG_IN_LABEL, owner), root, KEY_BITS);
  const wrappingKey = await subtle.deriveKey(
    hkdf(WRAPPING_LABEL, owner),
    root,
    { name: 'AES-GCM', length: KEY_BITS },
    false,
    ['encrypt', 'decrypt'],
  );
  return { secret: base64urlText(new Uint8Array(secret)), wrappingKey };
}

function hkdf(label: string, { organisation, login }: PasswordOwner) {
  const info = own(utf8Bytes(`${label}\u0000${organisation}\u0000${login}`));
  return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info } as const;
}

/** WebCrypto takes bytes of memory that is theirs alone. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}

const MADE_BYTES = 10;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A made password: 80 random bits in sixteen characters, four by four. Guessing it is hopeless. */
export function makePassword(): string {
  let value = 0n;
  for (const byte of globalThis.crypto.getRandomValues(new Uint8Array(MADE_BYTES)))
    value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let place = 0; place < 16; place += 1) {
    text = ALPHABET.charAt(Number(value % 32n)) + text;
    value /= 32n;
  }
  return text.replace(/(.{4})(?=.)/g, '$1-');
}
