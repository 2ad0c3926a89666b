import { expect } from 'chai';
import { changeText, tableLines } from '../../demo/amounts.js';

describe('sums and tables of the demo', () => {
  it('what went out has a minus sign, what came in a plus sign, nothing none', () => {
    const changes = (currency: string) => [62_000n, -62_000n, 0n].map((sum) => changeText(sum, currency));
    expect(changes('RUB')).to.deep.equal(['+620.00', '−620.00', '0.00']);
    expect(changes('JPY')).to.deep.equal(['+62 000', '−62 000', '0']);
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
