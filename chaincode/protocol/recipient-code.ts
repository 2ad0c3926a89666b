// Duty: the recipient's code and its two hashes (ledger-plan rule 9).
// Must not: put the code itself anywhere; the ledger sees h2 from the buyer, then h1 from the courier.
import { hash } from 'node:crypto';
import { hashOf } from './canonical-json.js';
import type { Hash } from './rows.js';

/** Bytes of randomness in a recipient's code. */
export const RECIPIENT_CODE_BYTES = 16;
/** Crockford's base 32: no I, L, O, U; 16 bytes are 26 characters. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DOMAIN = 'forescrow recipient code v1';

/** The code as people type it: 26 characters of Crockford's base 32 for 16 random bytes. */
export function recipientCodeText(bytes: Uint8Array): string {
  if (bytes.length !== RECIPIENT_CODE_BYTES) {
    throw new RangeError(`a recipient code has ${String(RECIPIENT_CODE_BYTES)} bytes`);
  }
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = ALPHABET.charAt(Number(value % 32n)) + text;
    value /= 32n;
  }
  return text;
}

/** h1, which the courier publishes on delivery: SHA-256 over domain, deal and code, lower-case hexadecimal. */
export function recipientCodeH1(deal: string, code: string): Hash {
  return hashOf({ domain: DOMAIN, deal, code });
}

/** h2 = SHA-256 of h1's 32 bytes, which the buyer signs; lower-case hexadecimal. */
export function recipientCodeH2(h1: Hash): Hash {
  return hash('sha256', Buffer.from(h1, 'hex'));
}
