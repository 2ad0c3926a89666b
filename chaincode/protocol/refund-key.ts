// Duty: the refund key of a deal at a bank: 32 bytes that nobody can tell without that bank's secret (ledger-plan rule
// 29). Must not: keep one; whoever has the secret makes it again.
import { createHmac } from 'node:crypto';

/** What is hashed under the bank's secret (HMAC-SHA-256); the result is the key. */
export function refundKeyText(deal: string): string {
  return `refund key|${deal}`;
}

/** The key, base64url; `secret`: the bank's, 32 bytes in base64url. */
export function refundKeyOf(secret: string, deal: string): string {
  const key = Buffer.from(secret, 'base64url');
  return createHmac('sha256', key).update(refundKeyText(deal), 'utf8').digest('base64url');
}
