// The message with a payment's code: sums in their currency, the fee, and whom the money is for.
import { expect } from 'chai';
import { paymentCodeText } from '../../../gateway/payments/payment-codes.js';
import { dealTerms, paymentView } from '../support/deal-views.js';

describe('the message with a one-time code', () => {
  const text = (amount: string, fee: string, currency: string, seller: string | null = 'Лавка Боба') => {
    const { row } = paymentView({ id: 'payment_00000001', amount, fee });
    const names = { seller, marketplace: 'Marketplace' };
    const terms = dealTerms({ currency });
    return paymentCodeText({ payment: { ...row, currency }, terms, names }, '123456');
  };

  it('names amount, fee, payee and marketplace in both languages, the payee in quotes', () => {
    expect(text('500000', '7500', 'RUB')).to.equal(
      'Код 123456: оплата 5 075.00 RUB (из них комиссия банка 75.00 RUB), ' +
        'получатель «Лавка Боба» на площадке Marketplace. Code 123456: payment of 5 075.00 RUB ' +
        "(of it bank's fee 75.00 RUB) to “Лавка Боба” at Marketplace.",
    );
  });

  it('names the seller by his id where the marketplace gave no name', () => {
    expect(text('500000', '0', 'RUB', null))
      .to.include('«person_bob00000»')
      .and.not.include('комиссия');
  });

  it('writes the amount with the decimals of its currency', () => {
    const yen = text('5000', '75', 'JPY');
    expect(yen).to.include('оплата 5 075 JPY').and.to.include('payment of 5 075 JPY');
    const dinars = text('12345', '0', 'KWD');
    expect(dinars).to.include('оплата 12.345 KWD,').and.to.include('payment of 12.345 KWD to');
  });
});
