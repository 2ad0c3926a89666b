// Signs receipts of submission with the gateway's own ledger identity.
import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { bodyHash, type Intent } from '../../chaincode/protocol/intent.js';
import {
  hasDeadline,
  SUBMISSION_DOMAIN,
  receiptBytes,
  type SubmissionReceipt,
} from '../protocol/submission-receipt.js';

export type SubmissionReceipts = (intent: Intent, receivedAt: Instant) => SubmissionReceipt | null;

/** Null for a command without a deadline. Throws when certificate or key cannot be read. */
export function submissionReceipts(of: {
  readonly channel: string;
  readonly mspId: string;
  readonly certPem: string;
  readonly keyPem: string;
}): SubmissionReceipts {
  const { channel, mspId } = of;
  const certificate = new X509Certificate(of.certPem).raw.toString('base64url');
  const key = createPrivateKey(of.keyPem);
  return (intent, receivedAt) => {
    if (!hasDeadline(intent.body.action)) return null;
    const { person } = intent.body;
    const named = { channel, mspId, intent: bodyHash(intent.body), person, receivedAt, certificate };
    const body = { domain: SUBMISSION_DOMAIN, ...named } as const;
    const signature = sign('sha256', receiptBytes(body), { key, dsaEncoding: 'ieee-p1363' });
    return { body, signature: signature.toString('base64url') };
  };
}
