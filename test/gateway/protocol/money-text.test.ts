import { expect } from 'chai';
import { amountText, moneyText } from '../../../gateway/protocol/money-text.js';

describe('money as people read it', () => {
  const texts = (currency: string, ...sums: readonly bigint[]) =>
    sums.map((sum) => amountText(sum, currency));

  it('has the decimals of its currency and thousands apart', () => {
    const sums = [0n, 5n, 100n, 99_999n, 507_500n, 1_240_000n, 123_456_789n];
    expect(texts('RUB', ...sums)).to.deep.equal([
      '0.00',
      '0.05',
      '1.00',
      '999.99',
      '5 075.00',
      '12 400.00',
      '1 234 567.89',
    ]);
    expect(texts('JPY', 0n, 5n, 5075n, 1_234_567n)).to.deep.equal(['0', '5', '5 075', '1 234 567']);
    expect(texts('KWD', 0n, 5n, 12_345n, 1_234_567_890n)).to.deep.equal([
      '0.000',
      '0.005',
      '12.345',
      '1 234 567.890',
    ]);
  });

  it('has a minus sign when it is owed', () => {
    expect([amountText(-62_000n, 'RUB'), amountText(-7n, 'JPY'), amountText(-7n, 'KWD')]).to.deep.equal([
      '−620.00',
      '−7',
      '−0.007',
    ]);
  });

  it('names its currency', () => {
    expect(moneyText(500_000n, 'RUB')).to.equal('5 000.00 RUB');
    expect(moneyText(5000n, 'JPY')).to.equal('5 000 JPY');
  });

  it('guesses no decimals for what is not a currency', () => {
    expect(moneyText(500_000n, 'ZZZ')).to.equal('500000 minor units ZZZ');
  });
});
