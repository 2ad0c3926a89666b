// Duty: named people with keys of their own, who sign intents (alice buys, bob sells, dan delivers, carol moderates).
// Must not: know the network; `world.ts` registers people and sends what they sign.
//
//   const eve = makePerson('eve');                       // key pair and id, registered nowhere
//   eve.sign('buy', params, { channel, now, id })        // Intent: ES256, low s; id is random unless given
//   signIntent(eve, { channel, id, action, params, expiresAt }) // any action and parameters, well-formed or not
//   resigned(intent, mallory)                            // same body under another's key and signature
//   altered(intent, { amount: '1' })                     // params changed after signing: signature no longer fits
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { Intent, IntentBody } from '../../chaincode/protocol/intent.js';
import type { IntentParams, PersonAction } from '../../chaincode/protocol/commands.js';
import { operationId, type DealOperation } from '../../chaincode/protocol/operation-id.js';

/** Order of P-256 (SEC 2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface SigningContext {
  readonly channel: string;
  /** Milliseconds; the intent expires one hour later unless `expiresAt` says otherwise. */
  readonly now: number;
  readonly id?: string;
  readonly expiresAt?: number;
}

export interface Person {
  readonly name: string;
  readonly id: string;
  /** SubjectPublicKeyInfo DER, base64url. */
  readonly key: string;
  /** SHA-256 of that DER, hexadecimal. */
  readonly thumbprint: string;
  readonly privateKey: KeyObject;
  sign<A extends PersonAction>(action: A, params: IntentParams[A], context: SigningContext): Intent;
}

/** A person with a new key; the id is random unless given. */
export function makePerson(name: string, id = newId('person')): Person {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const key = der.toString('base64url');
  return {
    name,
    id,
    key,
    privateKey,
    thumbprint: createHash('sha256').update(der).digest('hex'),
    sign: (action, params, context) => {
      const body: IntentBody = {
        version: 1,
        channel: context.channel,
        id: context.id ?? newId(PREFIX_OF[action] ?? 'intent'),
        person: id,
        action,
        // Parameter types hold JSON values only; they merely lack the index signature.
        params: params as unknown as { readonly [name: string]: Json },
        expiresAt: context.expiresAt ?? context.now + 3_600_000,
      };
      return { body, key, signature: signatureOf(body, privateKey) };
    },
  };
}

/** Signs a body whatever it says: for hostile and malformed intents. */
export function signIntent(person: Person, said: Omit<IntentBody, 'version' | 'person'>): Intent {
  const body: IntentBody = { version: 1, person: person.id, ...said };
  return { body, key: person.key, signature: signatureOf(body, person.privateKey) };
}

/** What the created row will be called, for readable ids. */
const PREFIX_OF: { readonly [A in PersonAction]?: string } = {
  registerPerson: 'person',
  askLink: 'link',
  draftOffer: 'offer',
  buy: 'deal',
  submitPayment: 'payment',
};

/** A random id: prefix, underscore, 16 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(8).toString('hex')}`;
}

/** An id for one operation on a deal's money, as a bank's worker makes it. */
export function newOperation(of: DealOperation): string {
  return operationId(of, randomBytes(16).toString('hex'));
}

/** 32 random bytes, lower-case hexadecimal: refund keys, operation secrets, hashes of nothing. */
export function randomHash(): string {
  return randomBytes(32).toString('hex');
}

/** The same body under another person's key: a forged signature that verifies. */
export function resigned(intent: Intent, by: Person): Intent {
  return { body: intent.body, key: by.key, signature: signatureOf(intent.body, by.privateKey) };
}

/** The same signature over other parameters. */
export function altered(intent: Intent, params: { readonly [name: string]: Json }): Intent {
  return { ...intent, body: { ...intent.body, params: { ...intent.body.params, ...params } } };
}

/** Raw r‖s, low s, base64url. */
export function signatureOf(body: IntentBody, privateKey: KeyObject): string {
  // An intent's body holds JSON values only.
  const bytes = Buffer.from(canonicalJson(body as unknown as Json), 'utf8');
  const raw = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
  if (s <= ORDER / 2n) return raw.toString('base64url');
  const low = (ORDER - s).toString(16).padStart(64, '0');
  return Buffer.concat([raw.subarray(0, 32), Buffer.from(low, 'hex')]).toString('base64url');
}
