// Whether a receipt of submission is what its holder can show to anybody: this member's word, about this command, given
// when it was sent.
import { base64urlBytes } from '#hash';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { bodyHash, type Intent } from '../../chaincode/protocol/intent.js';
import { SUBMISSION_DOMAIN, receiptBytes, type SubmissionReceipt } from '../protocol/submission-receipt.js';
import type { ConsortiumSettings } from './consortium-settings.js';
import { isSignature } from './keys.js';
import { certifiedKey } from './x509.js';

export interface ExpectedReceipt {
  readonly settings: ConsortiumSettings;
  /** MSP id of the member that was asked. */
  readonly member: string;
  readonly intent: Intent;
  /** By the person's corrected clock; the member's may differ by the window. */
  readonly sentAt: Instant;
  readonly answeredAt: Instant;
}

export async function isReceipt(receipt: SubmissionReceipt, expected: ExpectedReceipt): Promise<boolean> {
  const { settings, member } = expected;
  const authorities = settings.members.find(({ mspId }) => mspId === member)?.authorities ?? [];
  const { body, signature } = receipt;
  if (!saysSo(receipt, expected)) return false;
  const key = await certifiedKey(body.certificate, { authorities, at: body.receivedAt });
  const raw = base64urlBytes(signature);
  return key !== null && raw !== null && isSignature(key, receiptBytes(body), raw);
}

function saysSo({ body }: SubmissionReceipt, expected: ExpectedReceipt): boolean {
  const { settings, member, intent, sentAt, answeredAt } = expected;
  const said = [body.domain, body.channel, body.mspId, body.intent, body.person];
  const right = [SUBMISSION_DOMAIN, settings.channel, member, bodyHash(intent.body), intent.body.person];
  const isAbout = said.every((word, index) => word === right[index]);
  const { windowMs } = settings;
  return isAbout && sentAt - windowMs <= body.receivedAt && body.receivedAt <= answeredAt + windowMs;
}
