// The people of the demo: their names, ids and keys, what they sign, and the file that keeps the world's own people.
// No key leaves this process or that file (0600); nobody's name ever goes to the ledger.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { canonicalJson, type Json } from '../chaincode/protocol/canonical-json.js';
import type { IntentParams, PersonAction } from '../chaincode/protocol/commands.js';
import type { Intent, IntentBody } from '../chaincode/protocol/intent.js';
import type { Hash } from '../chaincode/protocol/rows.js';

export const personSchema = z.strictObject({
  id: z.string(),
  name: z.strictObject({ en: z.string(), ru: z.string() }),
  /** What the person is in the demo, for the reader: "seller", "Bank A's operator". */
  part: z.string(),
  phone: z.string(),
  /** SubjectPublicKeyInfo DER and PKCS #8 DER, base64url. */
  publicKey: z.string(),
  privateKey: z.string(),
});
export type Person = z.infer<typeof personSchema>;
export type Name = Person['name'];

/** Order of P-256 (FIPS 186-5): a signature's s above half of it is replaced by its negative. */
const P256_ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const INTENT_LIFE_MS = 3_600_000;
const ID_BYTES = 10;

/** A new id, `prefix_` and 20 random hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(ID_BYTES).toString('hex')}`;
}

export function makePerson(name: Name, part: string): Person {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const digits = String(randomBytes(6).readUIntBE(0, 6) % 10 ** 9).padStart(9, '0');
  return {
    id: newId('person'),
    name,
    part,
    phone: `+79${digits}`,
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  };
}

/** SHA-256 of the public key's DER, as links carry it. */
export function keyThumbprint(person: Person): Hash {
  return createHash('sha256').update(Buffer.from(person.publicKey, 'base64url')).digest('hex');
}

/** What somebody signs: the id becomes the id of the row that the command creates. */
export interface Request<A extends PersonAction> {
  readonly channel: string;
  readonly id: string;
  readonly action: A;
  readonly params: IntentParams[A];
}

export function signIntent<A extends PersonAction>(person: Person, request: Request<A>): Intent {
  const body: IntentBody = {
    version: 1,
    channel: request.channel,
    id: request.id,
    person: person.id,
    action: request.action,
    // The parameter types hold JSON values only; type aliases of unions hide that from the compiler.
    params: request.params as unknown as { readonly [name: string]: Json },
    expiresAt: Date.now() + INTENT_LIFE_MS,
  };
  const bytes = Buffer.from(canonicalJson(body as unknown as Json), 'utf8'); // IntentBody holds JSON values only
  return { body, key: person.publicKey, signature: signature(person, bytes) };
}

/** ES256, raw r‖s with low s, base64url. */
function signature(person: Person, bytes: Uint8Array): string {
  const key = createPrivateKey({
    key: Buffer.from(person.privateKey, 'base64url'),
    format: 'der',
    type: 'pkcs8',
  });
  const raw = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
  const low = s > P256_ORDER / 2n ? P256_ORDER - s : s;
  const lowBytes = Buffer.from(low.toString(16).padStart(64, '0'), 'hex');
  return Buffer.concat([raw.subarray(0, 32), lowBytes]).toString('base64url');
}

/** Writes JSON that only its owner may read; a reader sees the old text or the whole new one. */
export function writePrivately(file: string, value: object): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}

/** The text of a file, or null if there is none. */
export function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
