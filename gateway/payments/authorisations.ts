// Takes the payer's sealed one-time code for a payment, opens it and compares it. The decision that waits for the code
// answers the payment.
import { paymentOf } from '../../chaincode/protocol/deal-state.js';
import { CodeRefused, type OneTimeCodes } from '../accounts/one-time-codes.js';
import type { SealedMail } from '../accounts/sealed-mail.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { AuthorisationAnswer, AuthorisationRequest } from '../protocol/admin.js';
import { paymentCodeFacts, paymentSubject } from './payment-codes.js';

export interface PaymentAuthorisationsOptions {
  readonly ledger: Pick<LedgerClient, 'deal'>;
  readonly codes: OneTimeCodes;
  readonly mail: SealedMail;
}

/** Throws CodeRefused, SealBroken, LedgerUnavailable. */
export async function authorisePayment(
  options: PaymentAuthorisationsOptions,
  request: AuthorisationRequest,
): Promise<AuthorisationAnswer> {
  const { ledger, codes, mail } = options;
  const code = await mail.text('code', { subject: request.payment, sealed: request.sealed });
  const view = await ledger.deal(request.deal);
  const payment = paymentOf(view, request.payment);
  if (payment === null || view.terms === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
  const facts = paymentCodeFacts(payment.row, view.terms.terms);
  await codes.check({ subject: paymentSubject(request.payment), code, facts });
  return { scaStatus: 'finalised' };
}
