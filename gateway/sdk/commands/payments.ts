// Commands of a payer: part of a deal's price, or the whole, from an account that his bank has linked to his key.
import type { DealTerms } from '../../../chaincode/protocol/deal.js';
import type { Amount, Instant } from '../../../chaincode/protocol/forms.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { request } from '../request.js';

export interface NewPayment {
  readonly terms: DealTerms;
  /** Minor units; the fee comes on top (`quote.ts`). */
  readonly amount: Amount;
  readonly fee: Amount;
  readonly link: string;
  /** The payer's corrected clock: in time or late by this. */
  readonly arrivedAt: Instant;
  /** By which the payer may pay; default: he is the buyer. */
  readonly invitation?: string;
  /** The payment's id; default: a new one. */
  readonly payment?: string;
}

export function submitPayment(of: NewPayment) {
  const { terms, amount, fee, link, arrivedAt, invitation = null, payment } = of;
  const { deal, offerTerms } = terms;
  const { currency } = offerTerms;
  const params = { deal, termsHash: termsHash(terms), amount, fee, currency, link, arrivedAt, invitation };
  return request('submitPayment', params, payment);
}
