// What the gateway needs of a bank's own core banking system, whatever that is: it says yes or no to one payment and
// reaches its customers; the worker does the rest.
import type { CodeMessage, CoreAnswer, PaymentRequest } from '../protocol/core.js';

export type { CodeMessage, CoreAnswer, PaymentRequest } from '../protocol/core.js';

export interface CoreBank {
  /** Asks for a decision. May take any time, or never answer; asked twice for one payment it decides once. */
  decide(request: PaymentRequest, signal: AbortSignal): Promise<CoreAnswer>;
  /** Asks what became of an earlier request. Silence is *unknown*, not a failure. */
  enquire(request: PaymentRequest): Promise<CoreAnswer | 'unknown'>;
}

/** How one-time codes reach a holder. */
export interface CodeSender {
  /** Resolves when the message is on its way; rejects when it is not, and may be sent again. */
  send(holder: string, message: CodeMessage): Promise<void>;
}

/** A customer as the core knows him. */
export interface CoreCustomer {
  readonly holder: string;
  readonly name: string;
  readonly phone: string;
}

export interface CustomerQuery {
  /** In name, reference or phone; '': any. */
  readonly words: string;
  /** Of the core, from an earlier answer; null: from the beginning. */
  readonly cursor: string | null;
  readonly limit: number;
}

export interface CoreCustomers {
  find(
    query: CustomerQuery,
  ): Promise<{ readonly items: readonly CoreCustomer[]; readonly next: string | null }>;
  /** Null: the core knows no such customer. */
  customer(holder: string): Promise<CoreCustomer | null>;
}
