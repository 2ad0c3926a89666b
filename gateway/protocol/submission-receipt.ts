// The receipt of submission: a member's signed word that it has received a person's command, given before anything is
// sent to the ledger. A person with a deadline can show by it that he was in time.
import { utf8Bytes } from '#hash';
import { canonicalJson } from '../../chaincode/protocol/canonical-json.js';
import type { PersonAction } from '../../chaincode/protocol/commands.js';
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';

/** What nothing else is signed under. */
export const SUBMISSION_DOMAIN = 'forescrow receipt of submission v1';

export interface ReceiptBody {
  readonly domain: typeof SUBMISSION_DOMAIN;
  readonly channel: string;
  /** Whose gateway received it. */
  readonly mspId: string;
  /** SHA-256 of the intent's body. */
  readonly intent: Hash;
  readonly person: string;
  /** By the gateway's clock. */
  readonly receivedAt: Instant;
  /** X.509 of the gateway's own ledger identity, DER, base64url. */
  readonly certificate: string;
}

export interface SubmissionReceipt {
  readonly body: ReceiptBody;
  /** ES256 with the certificate's key over the canonical JSON of `body`, raw r‖s, base64url. */
  readonly signature: string;
}

/** Commands that may come too late. */
const WITH_DEADLINE: ReadonlySet<string> = new Set<PersonAction>([
  'submitPayment',
  'acceptGoods',
  'cancelDeal',
  'concedeDeal',
]);

export function hasDeadline(action: string): boolean {
  return WITH_DEADLINE.has(action);
}

export function receiptBytes(body: ReceiptBody): Uint8Array {
  return utf8Bytes(canonicalJson({ ...body }));
}
