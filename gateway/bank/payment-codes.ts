// Duty: what a one-time code for a payment or a link is bound to, and the words in which a holder receives it.
// Must not: format money for anything but this message; pages have their own formatting.
import type { DealTerms, PaymentRow } from '../../chaincode/protocol/rows.js';

const MINOR_DIGITS = 2;

export function paymentSubject(payment: string): string {
  return `payment/${payment}`;
}

export function linkSubject(link: string): string {
  return `link/${link}`;
}

/** Amount, payee and payment (RTS 2018/389 Art. 5): another amount or payee needs another code. */
export function paymentCodeFacts(payment: PaymentRow, terms: DealTerms): readonly string[] {
  return [payment.id, payment.deal, payment.currency, payment.amount, payment.fee, payeeOf(terms)];
}

export function paymentCodeText(payment: PaymentRow, terms: DealTerms, code: string): string {
  const total = moneyText(BigInt(payment.amount) + BigInt(payment.fee), payment.currency);
  return `Код ${code}: оплата ${total}, получатель ${payeeOf(terms)}. Code ${code}: payment of ${total}.`;
}

/** A link's code is bound to the link, the account and the client's key, which the bank vouches for with it. */
export function linkCodeFacts(link: string, account: string, keyThumbprint: string): readonly string[] {
  return [link, account, keyThumbprint];
}

export function linkCodeText(code: string): string {
  return `Код ${code}: привязка счёта к площадке. Code ${code}: link your account to the marketplace.`;
}

function payeeOf(terms: DealTerms): string {
  return terms.offerTerms.seller;
}

function moneyText(minorUnits: bigint, currency: string): string {
  const digits = minorUnits.toString().padStart(MINOR_DIGITS + 1, '0');
  return `${digits.slice(0, -MINOR_DIGITS)}.${digits.slice(-MINOR_DIGITS)} ${currency}`;
}
