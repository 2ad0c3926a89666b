// The order of P-256 and the one form of a signature that counts: of the two values of s that verify, the lower.
import { hexBytes, hexText } from '#hash';

/** Order of the base point (FIPS 186-5, SP 800-186 §3.2.1.3). */
export const P256_ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
/** Bytes of a raw signature r‖s. */
export const P256_SIGNATURE_BYTES = 64;
const SCALAR_BYTES = P256_SIGNATURE_BYTES / 2;
const GREATEST_LOW_S = P256_ORDER >> 1n;

/** Whether the s of a raw signature is the lower of its two values. */
export function hasLowS(raw: Uint8Array): boolean {
  return scalar(raw.subarray(SCALAR_BYTES)) <= GREATEST_LOW_S;
}

/** The raw signature over the same message whose s is low. */
export function withLowS(raw: Uint8Array): Uint8Array {
  if (raw.length !== P256_SIGNATURE_BYTES) throw new TypeError('a raw signature of P-256 has 64 bytes');
  if (hasLowS(raw)) return raw;
  const low = P256_ORDER - scalar(raw.subarray(SCALAR_BYTES));
  const made = raw.slice();
  made.set(hexBytes(low.toString(16).padStart(2 * SCALAR_BYTES, '0')) ?? [], SCALAR_BYTES);
  return made;
}

function scalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${hexText(bytes)}`);
}
