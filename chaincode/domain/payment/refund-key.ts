// A bank moves a deal's money for a worker that shows the deal's refund key at that bank.
import { RuleViolation } from '../../protocol/violation.js';

/** A refund key as a worker shows it. */
export interface ShownKey {
  /** 32 bytes, base64url. */
  readonly shown: string;
  /** The deal's own key at this bank, lower-case hexadecimal, as the session makes it. */
  readonly made: string;
}

/** Rejects: REFUND_KEY. */
export function requireRefundKey({ shown, made }: ShownKey): void {
  if (Buffer.from(shown, 'base64url').toString('hex') !== made) throw new RuleViolation('REFUND_KEY');
}
