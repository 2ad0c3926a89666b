// What a payment costs: the formula of the ledger over the tariff that the payer's bank has published.
import { interbankFeeOf } from '../../chaincode/protocol/fees.js';
import type { Amount } from '../../chaincode/protocol/forms.js';
import type { BankRow } from '../../chaincode/protocol/member.js';
import type { OfferTerms } from '../../chaincode/protocol/offer.js';
import { BankNotPublished } from './errors.js';

/** Minor units; the payer is charged the total. */
export interface Quote {
  readonly amount: Amount;
  readonly fee: Amount;
  readonly total: Amount;
}

/** Throws: BankNotPublished. */
export function quote(payment: {
  readonly amount: Amount;
  readonly payerBank: BankRow;
  readonly terms: Pick<OfferTerms, 'sellerBank'>;
}): Quote {
  const { amount, payerBank, terms } = payment;
  if (payerBank.tariff === null) throw new BankNotPublished(payerBank.id);
  const { id, tariff } = payerBank;
  const fee = interbankFeeOf({ amount, payerBank: id, sellerBank: terms.sellerBank, tariff });
  return { amount, fee, total: (BigInt(amount) + BigInt(fee)).toString() };
}
