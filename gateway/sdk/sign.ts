// Signed commands: the one body that a request makes, and the one form of the signature over it.
import { base64urlBytes, base64urlText } from '#hash';
import type { Command, PersonAction } from '../../chaincode/protocol/commands.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { type Intent, type IntentBody, signableBytes } from '../../chaincode/protocol/intent.js';
import { hasLowS, P256_SIGNATURE_BYTES, withLowS } from '../../chaincode/protocol/p256.js';
import { isSignature, type Signer } from './keys.js';
import type { AnyAuthoriseRequest } from '../protocol/authorise.js';
import type { CommandRequest } from './request.js';

/** How long an intent counts unless said otherwise, milliseconds. */
export const INTENT_LIFE_MS = 3_600_000;

/** Who asks, where and when. */
export interface SigningContext {
  readonly channel: string;
  /** Id of the person's row. */
  readonly person: string;
  /** The person's corrected clock, milliseconds since 1970-01-01 UTC. */
  readonly now: Instant;
  /** Default: an hour from now. */
  readonly expiresAt?: Instant;
}

/** What the person signs. */
export function intentBody<A extends PersonAction>(
  { channel, person, now, expiresAt }: SigningContext,
  { id, action, params }: CommandRequest<A> | AnyAuthoriseRequest,
): IntentBody {
  return {
    version: 1,
    channel,
    id,
    person,
    action,
    // Parameter types hold JSON values only; they merely lack the index signature.
    params: params,
    expiresAt: expiresAt ?? now + INTENT_LIFE_MS,
  };
}

/** The intent with a signature over its body, raw r‖s, in its one form: low s, base64url. */
export function signedIntent(body: IntentBody, publicKey: string, raw: Uint8Array): Intent {
  return { body, key: publicKey, signature: base64urlText(withLowS(raw)) };
}

export async function signIntent(signer: Signer, body: IntentBody): Promise<Intent> {
  return signedIntent(body, signer.publicKey, await signer.sign(signableBytes(body)));
}

/** A signed command, as gateways take it; `beside`: what the gateway's machine adds, where it is the same party. */
export async function signCommand<A extends PersonAction>(
  signer: Signer,
  context: SigningContext,
  request: CommandRequest<A>,
  beside?: Command['params'],
): Promise<Command> {
  const intent = await signIntent(signer, intentBody(context, request));
  return { action: request.action, intent, ...(beside === undefined ? {} : { params: beside }) };
}

/** Whether the intent's key signed its body, in the one form that the ledger takes. */
export async function isGenuine({ body, key, signature }: Intent): Promise<boolean> {
  const raw = base64urlBytes(signature);
  if (raw?.length !== P256_SIGNATURE_BYTES || !hasLowS(raw)) return false;
  return isSignature(key, signableBytes(body), raw);
}
