import { expect } from 'chai';
import { reportLines } from '../../audit/report.js';
import { Findings } from '../../audit/findings.js';

describe('verify: the report', () => {
  it('writes balances with the decimals of their currency', () => {
    const books = [
      { currency: 'JPY', account: 'available', sum: '1240000' },
      { currency: 'KWD', account: 'fees', sum: '12345' },
      { currency: 'RUB', account: 'cash', sum: '-953000' },
    ];
    const { list, checks } = new Findings();
    const lines = reportLines({
      blocks: 1,
      transactions: 1,
      firstHash: '00',
      lastHash: '00',
      findings: list,
      checks,
      ruleChanges: [],
      notReplayed: [],
      books,
      ok: true,
    });
    expect(lines.slice(0, 4).map((line) => line.replace(/ {2,}/g, '  '))).to.deep.equal([
      'Trial balance (owed by the bank +, owed to it −):',
      '  available  1 240 000 JPY',
      '  fees  12.345 KWD',
      '  cash  −9 530.00 RUB',
    ]);
  });
});
