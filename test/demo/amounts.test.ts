import { expect } from 'chai';
import { amountText, changeText, tableLines } from '../../demo/amounts.js';

describe('sums and tables of the demo', () => {
  it('minor units are shown with two decimals and thousands apart', () => {
    expect([0n, 5n, 100n, 99_999n, 507_500n, 1_240_000n, 123_456_789n].map(amountText)).to.deep.equal([
      '0.00',
      '0.05',
      '1.00',
      '999.99',
      '5 075.00',
      '12 400.00',
      '1 234 567.89',
    ]);
  });

  it('what went out has a minus sign, what came in a plus sign in a change, nothing none', () => {
    expect(amountText(-62_000n)).to.equal('−620.00');
    expect([62_000n, -62_000n, 0n].map(changeText)).to.deep.equal(['+620.00', '−620.00', '0.00']);
  });

  it('columns are as wide as their widest cell and sums stand at the right', () => {
    const lines = tableLines(
      [{ title: 'Who' }, { title: 'Held', right: true }],
      [
        ['Alisa', '5 075.00'],
        ['Marketplace', '0.00'],
      ],
    );
    expect(lines).to.deep.equal([
      'Who              Held',
      '───────────  ────────',
      'Alisa        5 075.00',
      'Marketplace      0.00',
    ]);
  });
});
