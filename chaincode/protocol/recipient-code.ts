// The recipient's code and its two hashes: the ledger sees h2 from the buyer, then h1 from the courier, never the code.
import { hexBytes, hexText, sha256 } from '#hash';
import { hashOf } from './canonical-json.js';
import type { Hash } from './forms.js';

/** Bytes of randomness in a recipient's code. */
export const RECIPIENT_CODE_BYTES = 16;
/** Crockford's base 32: no I, L, O, U; 16 bytes are 26 characters. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The first of the 26 stands for the three bits that are left over. */
const CODE_FORM = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** Begins every text that is hashed about a recipient code. */
export const RECIPIENT_CODE_DOMAIN = 'forescrow recipient code v1';

/** The code as people type it: 26 characters of Crockford's base 32 for 16 random bytes. */
export function recipientCodeText(bytes: Uint8Array): string {
  if (bytes.length !== RECIPIENT_CODE_BYTES) {
    throw new RangeError(`a recipient code has ${String(RECIPIENT_CODE_BYTES)} bytes`);
  }
  let value = BigInt(`0x${hexText(bytes)}`);
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = ALPHABET.charAt(Number(value % 32n)) + text;
    value /= 32n;
  }
  return text;
}

/** The code as it was made, however it is written: small letters, groups, O for 0, I and L for 1 (Crockford). */
export function normalRecipientCode(written: string): string {
  return written.replace(/[-\s]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
}

/** Whether this may be a recipient's code, however it is written: 26 characters for 16 bytes. */
export function isRecipientCode(written: string): boolean {
  return CODE_FORM.test(normalRecipientCode(written));
}

/**
 * h1, which the courier publishes on delivery: SHA-256 over domain, deal and code, lower-case hexadecimal. All ways to
 * write one code have one h1.
 */
export function recipientCodeH1(deal: string, written: string): Hash {
  return hashOf({ domain: RECIPIENT_CODE_DOMAIN, deal, code: normalRecipientCode(written) });
}

const NO_BYTES = new Uint8Array();

/**
 * h2 = SHA-256 of h1's 32 bytes, which the buyer signs; lower-case hexadecimal. Rows may hold anything as h1: what is
 * not hexadecimal has the hash of no bytes.
 */
export function recipientCodeH2(h1: Hash): Hash {
  return sha256(hexBytes(h1) ?? NO_BYTES);
}
