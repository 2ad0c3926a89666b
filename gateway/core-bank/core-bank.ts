// What the gateway needs of a bank's own core banking system, whatever that is: it says yes or no to one payment, the
// worker does the rest.
import type { Amount, Instant } from '../../chaincode/protocol/forms.js';
import type { PhoneSubject } from '../protocol/admin.js';

/** One payment that this bank is asked to hold. */
export interface PaymentRequest {
  readonly deal: string;
  readonly payment: string;
  readonly account: string;
  readonly holder: string;
  /** What the payer gives in all, interbank fee included; minor units. */
  readonly total: Amount;
  readonly currency: string;
  /** When the payment was admitted; the answer time runs from here. */
  readonly admittedAt: Instant;
  readonly answerBy: Instant;
}

/** `reason` stays within the bank. */
export type CoreAnswer = { readonly verdict: 'yes' } | { readonly verdict: 'no'; readonly reason: string };

export interface CoreBank {
  /** Asks for a decision. May take any time, or never answer; asked twice for one payment it decides once. */
  decide(request: PaymentRequest, signal: AbortSignal): Promise<CoreAnswer>;
  /** Asks what became of an earlier request. Silence is *unknown*, not a failure. */
  enquire(request: PaymentRequest): Promise<CoreAnswer | 'unknown'>;
}

export interface CodeMessage {
  readonly about: PhoneSubject;
  readonly text: string;
  readonly code: string;
  readonly validUntil: Instant;
}

/** How one-time codes reach a holder. */
export interface CodeSender {
  send(holder: string, message: CodeMessage): Promise<void>;
}
