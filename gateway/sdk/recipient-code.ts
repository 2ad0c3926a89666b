// The recipient's code: made at random, or from the buyer's deal secret so that every device of his finds it again.
import { utf8Bytes } from '#hash';
import type { Hash } from '../../chaincode/protocol/forms.js';
import {
  isRecipientCode,
  RECIPIENT_CODE_BYTES,
  RECIPIENT_CODE_DOMAIN,
  recipientCodeH1,
  recipientCodeH2,
  recipientCodeText,
} from '../../chaincode/protocol/recipient-code.js';
import { NotARecipientCode } from './errors.js';
import { randomBytes } from './ids.js';
import type { PlatformKey } from './keys.js';

/** 26 characters of Crockford's base 32. */
export function makeRecipientCode(): string {
  return recipientCodeText(randomBytes(RECIPIENT_CODE_BYTES));
}

/** The buyer's deal secret (32 bytes) as the platform keeps it: it makes codes and never comes out again. */
export function importDealSecret(secret: Uint8Array): Promise<PlatformKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
  return globalThis.crypto.subtle.importKey('raw', Uint8Array.from(secret), algorithm, false, ['sign']);
}

/** The code of a deal: the first 16 bytes of HMAC-SHA-256 under the deal secret over domain, 0x00 and the deal's id. */
export async function recipientCodeOf(secret: PlatformKey, deal: string): Promise<string> {
  const text = Uint8Array.from(utf8Bytes(`${RECIPIENT_CODE_DOMAIN}\u0000${deal}`));
  const mac = await globalThis.crypto.subtle.sign('HMAC', secret, text);
  return recipientCodeText(new Uint8Array(mac).subarray(0, RECIPIENT_CODE_BYTES));
}

/** h1, which the courier's agent publishes, from what the recipient wrote or said. Throws: NotARecipientCode. */
export function deliveryProof(deal: string, written: string): Hash {
  if (!isRecipientCode(written)) throw new NotARecipientCode();
  return recipientCodeH1(deal, written);
}

/** h2, which the buyer signs. Throws: NotARecipientCode. */
export function recipientCodeHash(deal: string, code: string): Hash {
  return recipientCodeH2(deliveryProof(deal, code));
}
