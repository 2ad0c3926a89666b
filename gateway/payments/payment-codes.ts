// What a one-time code for a payment is bound to, and the words in which a holder receives it.
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { moneyText } from '../protocol/money-text.js';

export function paymentSubject(payment: string): string {
  return `payment/${payment}`;
}

/** Amount, payee and payment (RTS 2018/389 Art. 5): another amount or payee needs another code. */
export function paymentCodeFacts(payment: PaymentRow, terms: DealTerms): readonly string[] {
  return [payment.id, payment.deal, payment.currency, payment.amount, payment.fee, payeeOf(terms)];
}

export function paymentCodeText(payment: PaymentRow, terms: DealTerms, code: string): string {
  const total = moneyText(BigInt(payment.amount) + BigInt(payment.fee), payment.currency);
  const payee = payeeOf(terms);
  return `Код ${code}: оплата ${total}, получатель ${payee}. Code ${code}: payment of ${total} to ${payee}.`;
}

function payeeOf(terms: DealTerms): string {
  return terms.offerTerms.seller;
}
