// Named people with keys of their own, who sign intents (alice buys, bob sells, dan delivers, carol moderates).
//
//   const eve = makePerson('eve');                       // key pair and id, registered nowhere
//   eve.sign('buy', params, { channel, now, id })        // Intent: ES256, low s; id is random unless given
//   signedBy(eve, body)                                  // any body, well-formed or not
//   resigned(intent, mallory)                            // same body under another's key and signature
//   altered(intent, { amount: '1' })                     // params changed after signing: signature no longer fits
//
// Tests build their steps as values, without awaiting: so here node:crypto signs at once, and all else is the SDK's.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import { claimBody } from '../../chaincode/protocol/claim-text.js';
import type { IntentParams, PersonAction } from '../../chaincode/protocol/commands.js';
import {
  type Intent,
  type IntentBody,
  keyThumbprint,
  signableBytes,
} from '../../chaincode/protocol/intent.js';
import { type DealOperation, operationId } from '../../chaincode/protocol/operation-id.js';
import { newId } from '../../gateway/sdk/ids.js';
import type { Signer } from '../../gateway/sdk/keys.js';
import { request } from '../../gateway/sdk/request.js';
import { intentBody, signedIntent } from '../../gateway/sdk/sign.js';

export { newId } from '../../gateway/sdk/ids.js';

export interface SigningContext {
  readonly channel: string;
  /** Milliseconds; the intent expires one hour later unless `expiresAt` says otherwise. */
  readonly now: number;
  readonly id?: string;
  readonly expiresAt?: number;
}

/** A public key (SubjectPublicKeyInfo DER, base64url) with its private one. */
export interface KeyHolder {
  readonly key: string;
  readonly privateKey: KeyObject;
}

export interface Person extends KeyHolder {
  readonly name: string;
  readonly id: string;
  /** SHA-256 of the public key's DER, hexadecimal. */
  readonly thumbprint: string;
  sign<A extends PersonAction>(action: A, params: IntentParams[A], context: SigningContext): Intent;
}

/** A person with a new key; the id is random unless given. */
export function makePerson(name: string, id = newId('person')): Person {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  const holder = { key, privateKey };
  return {
    name,
    id,
    ...holder,
    thumbprint: keyThumbprint(key),
    sign: (action, params, context) => {
      const asked = request(action, params, context.id);
      return signedBy(holder, intentBody({ person: id, ...context }, asked));
    },
  };
}

/** Signs a body whatever it says, also hostile and malformed ones. */
export function signedBy({ key, privateKey }: KeyHolder, body: IntentBody): Intent {
  const raw = sign('sha256', signableBytes(body), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return signedIntent(body, key, raw);
}

/** The person shows that the key is his: what the first key of a client needs. */
export function claimOf(
  { id: person, thumbprint, ...holder }: Person,
  of: {
    readonly channel: string;
    readonly organisation: string;
    readonly expiresAt: number;
    /** Instead of the person's own. */
    readonly person?: string;
  },
): Intent {
  return signedBy(holder, claimBody({ id: newId('claim'), person, thumbprint, ...of }));
}

/** The same key for the SDK's own functions, which await signatures. */
export function signerOf({ key, privateKey }: KeyHolder): Signer {
  const dsaEncoding = 'ieee-p1363';
  return {
    publicKey: key,
    sign: (bytes) => Promise.resolve(sign('sha256', bytes, { key: privateKey, dsaEncoding })),
  };
}

/** A private key that is kept as text: PKCS #8 DER, base64url. */
export function privateKeyOf(text: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' });
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
export function resigned(intent: Intent, by: KeyHolder): Intent {
  return signedBy(by, intent.body);
}

/** The same signature over other parameters. */
export function altered(intent: Intent, params: { readonly [name: string]: Json }): Intent {
  return { ...intent, body: { ...intent.body, params: { ...intent.body.params, ...params } } };
}
