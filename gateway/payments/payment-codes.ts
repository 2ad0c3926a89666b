// What a one-time code for a payment is bound to, and the words in which a holder receives it.
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { moneyText } from '../protocol/money-text.js';

export function paymentSubject(payment: string): string {
  return `payment/${payment}`;
}

/** Amount, payee and payment (RTS 2018/389 Art. 5): another amount or payee needs another code. */
export function paymentCodeFacts(payment: PaymentRow, terms: DealTerms): readonly string[] {
  return [payment.id, payment.deal, payment.currency, payment.amount, payment.fee, terms.offerTerms.seller];
}

/** Who is paid, in words that the holder knows. */
export interface PayeeNames {
  /** As the marketplace calls the seller; null: it has not said, and his id stands there. */
  readonly seller: string | null;
  /** As the consortium calls the marketplace. */
  readonly marketplace: string;
}

/** The seller's name comes from the marketplace: it is quoted, and never stands alone. */
export function paymentCodeText({ payment, terms, names }: PaymentToName, code: string): string {
  const { amount, fee, currency } = payment;
  const total = moneyText(BigInt(amount) + BigInt(fee), currency);
  const feeText = moneyText(BigInt(fee), currency);
  const seller = names.seller ?? terms.offerTerms.seller;
  const [russianFee, englishFee] =
    fee === '0' ? ['', ''] : [` (из них комиссия банка ${feeText})`, ` (of it bank's fee ${feeText})`];
  return (
    `Код ${code}: оплата ${total}${russianFee}, получатель «${seller}» на площадке ${names.marketplace}. ` +
    `Code ${code}: payment of ${total}${englishFee} to “${seller}” at ${names.marketplace}.`
  );
}

export interface PaymentToName {
  readonly payment: PaymentRow;
  readonly terms: DealTerms;
  readonly names: PayeeNames;
}
