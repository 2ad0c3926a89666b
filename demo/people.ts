// The people of the demo: names, ids and keys, and the file (0600) that keeps the world's own people.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { newId, randomBytes } from '../gateway/sdk/ids.js';
import { makeKeyPair, type Signer, signerOf } from '../gateway/sdk/keys.js';
import type { ClientSession } from '../gateway/sdk/session.js';

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

export async function makePerson(name: Name, part: string): Promise<Person> {
  const pair = await makeKeyPair();
  return { id: newId('person'), name, part, phone: makePhone(), ...pair };
}

export function makePhone(): string {
  return `+79${randomBytes(9)
    .map((byte) => byte % 10)
    .join('')}`;
}

/** Somebody whose key is open elsewhere, such as in a session. */
export interface KeyHolder {
  readonly id: string;
  readonly signer: Signer;
}

/** Somebody with a log-in, whose session holds his key open. */
export interface Participant extends KeyHolder, Pick<Person, 'name' | 'part'> {
  /** Of whose gateway. */
  readonly mspId: string;
  readonly session: ClientSession;
}

/** Signs as this person; each key is made ready once. */
export function signerFor(person: Person | KeyHolder): Promise<Signer> {
  if ('signer' in person) return Promise.resolve(person.signer);
  const known = signers.get(person);
  if (known !== undefined) return known;
  const made = signerOf(person);
  signers.set(person, made);
  return made;
}
const signers = new WeakMap<Person, Promise<Signer>>();

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
