// Duty: take the payer's sealed one-time code for a payment, open it and compare it.
// Must not: answer the payment; the worker that waits for the code does.
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { AuthorisationAnswer, AuthorisationRequest } from '../protocol/admin.js';
import { paymentCodeFacts, paymentSubject } from './payment-codes.js';
import { CodeRefused, type OneTimeCodes } from './one-time-codes.js';
import type { SealedMail } from './sealed-mail.js';

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
  const payment = view.payments.find(({ row }) => row.id === request.payment);
  if (payment === undefined || view.terms === null) throw new CodeRefused('CODE_NOT_ASKED', 0);
  const facts = paymentCodeFacts(payment.row, view.terms.terms);
  await codes.check({ subject: paymentSubject(request.payment), code, facts });
  return { scaStatus: 'finalised' };
}
