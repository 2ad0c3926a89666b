import { expect } from 'chai';
import { paymentCodeText } from '../../../gateway/payments/payment-codes.js';
import { dealTerms, paymentView } from '../support/deal-views.js';

describe('the message with a one-time code', () => {
  const text = (amount: string, fee: string, currency: string) => {
    const { row } = paymentView({ id: 'payment_00000001', amount, fee });
    return paymentCodeText({ ...row, currency }, dealTerms({ currency }), '123456');
  };

  it('names amount and payee in both languages', () => {
    expect(text('500000', '7500', 'RUB')).to.equal(
      'Код 123456: оплата 5 075.00 RUB, получатель person_bob00000. ' +
        'Code 123456: payment of 5 075.00 RUB to person_bob00000.',
    );
  });

  it('writes the amount with the decimals of its currency', () => {
    const yen = text('5000', '75', 'JPY');
    expect(yen).to.include('оплата 5 075 JPY,').and.to.include('payment of 5 075 JPY to');
    const dinars = text('12345', '0', 'KWD');
    expect(dinars).to.include('оплата 12.345 KWD,').and.to.include('payment of 12.345 KWD to');
  });
});
