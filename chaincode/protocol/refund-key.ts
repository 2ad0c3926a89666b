// The refund key of a deal at a bank: 32 bytes that cannot be found without that bank's secret, from which it is made
// again whenever it is needed.
import { base64urlBytes, base64urlText, hmacSha256 } from '#hash';

/** What is hashed under the bank's secret (HMAC-SHA-256); the result is the key. */
export function refundKeyText(deal: string): string {
  return `refund key|${deal}`;
}

/** The key, base64url; `secret`: the bank's, 32 bytes in base64url. */
export function refundKeyOf(secret: string, deal: string): string {
  const key = base64urlBytes(secret);
  if (key === null) throw new TypeError('a secret is given in base64url');
  return base64urlText(hmacSha256(key, refundKeyText(deal)));
}
