// The link of an invitation to pay: `…/deals/<deal>/pay#<invitation>.<seed>`. Browsers send no server what stands
// behind `#`; the seed is the private key that takes the invitation, and its public part is on the ledger.
import { base64urlBytes, base64urlText } from '#hash';
import { UnusableKey } from './errors.js';
import { CURVE, isSignature, platformSigner, type Signer } from './keys.js';

/** 32 bytes, base64url. */
const SEED = /^[A-Za-z0-9_-]{43}$/;
const ID = /^invitation_[0-9a-z]{1,100}$/;
/** SubjectPublicKeyInfo of P-256: a head, the mark of an uncompressed point, two coordinates. */
const SPKI_BYTES = 91;
const COORDINATES_AT = 27;
const COORDINATE_BYTES = 32;

export interface InvitationSecret {
  readonly invitation: string;
  readonly seed: string;
}

/** A key pair for one invitation: the public key as the buyer signs it, the seed for the link. */
export async function makeInvitationKey(): Promise<{ readonly publicKey: string; readonly seed: string }> {
  const { subtle } = globalThis.crypto;
  const pair = await subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const [spki, jwk] = await Promise.all([
    subtle.exportKey('spki', pair.publicKey),
    subtle.exportKey('jwk', pair.privateKey),
  ]);
  return { publicKey: base64urlText(new Uint8Array(spki)), seed: jwk.d ?? '' };
}

/** Signs with the invitation's key. Rejects: UnusableKey, also where the two do not belong together. */
export async function invitationSigner(of: {
  readonly publicKey: string;
  readonly seed: string;
}): Promise<Signer> {
  const spki = base64urlBytes(of.publicKey);
  if (spki?.length !== SPKI_BYTES || !SEED.test(of.seed)) throw new UnusableKey('no invitation key');
  const x = base64urlText(spki.subarray(COORDINATES_AT, COORDINATES_AT + COORDINATE_BYTES));
  const y = base64urlText(spki.subarray(COORDINATES_AT + COORDINATE_BYTES));
  const jwk = { kty: 'EC', crv: CURVE.namedCurve, d: of.seed, x, y };
  try {
    const key = await globalThis.crypto.subtle.importKey('jwk', jwk, CURVE, false, ['sign']);
    const signer = platformSigner(of.publicKey, key);
    const trial = new Uint8Array(1);
    if (await isSignature(of.publicKey, trial, await signer.sign(trial))) return signer;
  } catch (cause) {
    throw new UnusableKey(cause);
  }
  throw new UnusableKey('the link belongs to another invitation');
}

/** What stands behind `#` in the link. */
export function invitationFragment({ invitation, seed }: InvitationSecret): string {
  return `${invitation}.${seed}`;
}

/** Null: this is no invitation. */
export function readInvitationFragment(fragment: string): InvitationSecret | null {
  const [invitation = '', seed = '', ...rest] = fragment.replace(/^#/, '').split('.');
  return rest.length === 0 && ID.test(invitation) && SEED.test(seed) ? { invitation, seed } : null;
}
