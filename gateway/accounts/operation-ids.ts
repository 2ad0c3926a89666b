// Operation ids: random, made once for what they name and stored before they are used. Refund keys: made from the
// bank's secret; they never leave the bank's side.
import { createHash, randomBytes } from 'node:crypto';
import { type DealOperation, operationId } from '../../chaincode/protocol/operation-id.js';
import type { OperationView } from '../../chaincode/protocol/queries.js';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import type { GeneratedValues } from '../store/generated-values.js';
import { ledgerSecret } from '../store/ledger-secret.js';

const FINGERPRINT_DIGITS = 16;
/** Operations of a bank for a deal that its refund key ties together; credits to payees are not among them. */
const TIED: ReadonlySet<OperationView['kind']> = new Set(['hold', 'capture', 'void']);

export function byRefundKey(operations: readonly OperationView[]) {
  const tied = operations.filter(({ kind }) => TIED.has(kind));
  return { tied, others: operations.filter(({ kind }) => !TIED.has(kind)) };
}

const randomDigits = (): string => randomBytes(16).toString('hex');

export class OperationIds {
  constructor(private readonly values: GeneratedValues) {}

  /** The one id for this operation on a deal's money. */
  operation(of: DealOperation): Promise<string> {
    const purpose = [of.kind, of.deal, of.payment, ...(of.kind === 'credit' ? [of.payee] : [])].join('/');
    return this.values.getOrCreate(`operation/${purpose}`, () => operationId(of, randomDigits()));
  }

  /** The one id for the post of this name. */
  post(name: string): Promise<string> {
    return this.values.getOrCreate(`operation/posting/${name}`, () => `posting_${randomDigits()}`);
  }

  /** The deal's refund key at this bank: 32 bytes, base64url. */
  async refundKey(deal: string): Promise<string> {
    return refundKeyOf(await ledgerSecret(this.values), deal);
  }

  /** Distinguishes refund keys without showing any. */
  async refundKeyFingerprint(deal: string): Promise<string> {
    const key = await this.refundKey(deal);
    const hash = createHash('sha256').update('refund key fingerprint').update(Buffer.from(key, 'base64url'));
    return hash.digest('hex').slice(0, FINGERPRINT_DIGITS);
  }
}
