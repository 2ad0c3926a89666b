import { expect } from 'chai';
import { bic, isBic } from '../../../chaincode/protocol/bic.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';

describe('business identifier code', () => {
  it('has 8 or 11 characters', () => {
    const right = ['DEUTDEFF', 'DEUTDEFF500', 'SABRRUMM', 'SABRRUMMXXX', '1A2BRU3C'];
    expect(right.filter((code) => !isBic(code))).to.deep.equal([]);
    expect(bic('SABRRUMM', 'bic')).to.equal('SABRRUMM');
  });

  const wrong = [
    ...['', 'DEUTDEF', 'DEUTDEFF5', 'DEUTDEFF50', 'DEUTDEFF5000'],
    ...['044525225', '12345678', 'deutdeff', 'DEUT1EFF', 'DEUTDEFF\n', ' DEUTDEFF', 'DЕUTDEFF'],
  ];
  for (const code of wrong) {
    it(`is not ${JSON.stringify(code)}`, () => {
      expect(() => bic(code, 'bic')).to.throw(RuleViolation);
    });
  }

  it('is text', () => {
    for (const value of [null, 12_345_678, ['DEUTDEFF']]) {
      expect(() => bic(value, 'bic')).to.throw(RuleViolation);
    }
  });
});
