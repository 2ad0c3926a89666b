import { expect } from 'chai';
import { CURRENCIES, currency, isCurrency, minorUnitsOf } from '../../../chaincode/protocol/currency.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';

describe('currencies', () => {
  it('are those of the active list of ISO 4217, each once', () => {
    expect(CURRENCIES).to.have.length(new Set(CURRENCIES).size);
    expect(CURRENCIES.every((code) => /^[A-Z]{3}$/.test(code))).to.equal(true);
    expect(CURRENCIES).to.include.members(['RUB', 'EUR', 'USD', 'JPY', 'KWD', 'SLE', 'VED', 'XCG', 'ZWG']);
  });

  it('have as many decimals as the standard says', () => {
    expect(['RUB', 'JPY', 'KWD', 'ISK', 'HUF', 'IQD', 'UGX', 'XOF'].map(minorUnitsOf)).to.deep.equal([
      2, 0, 3, 0, 2, 3, 0, 0,
    ]);
    expect(minorUnitsOf('ZZZ')).to.equal(null);
  });

  const refused: readonly (readonly [string, readonly string[]])[] = [
    ['what the standard never listed', ['ZZZ', 'AAA', 'BTC']],
    ['the codes for tests and for no currency', ['XTS', 'XXX']],
    ['what was withdrawn', ['RUR', 'DEM', 'HRK', 'SLL', 'ZWL', 'ANG', 'BGN']],
    ['funds and units of account', ['CLF', 'USN', 'UYI', 'UYW', 'CHE', 'COU', 'MXV', 'BOV', 'XDR', 'XUA']],
    ['precious metals', ['XAU', 'XAG', 'XPT', 'XPD']],
    ['another form', ['', 'rub', 'Rub', 'RU', 'RUB ', 'RUBL', 'РУБ', '643', 'constructor', '__proto__']],
  ];
  for (const [what, codes] of refused) {
    it(`refuse ${what}`, () => {
      expect(codes.filter(isCurrency)).to.deep.equal([]);
      for (const code of codes) expect(() => currency(code, 'currency')).to.throw(RuleViolation);
    });
  }

  it('are text', () => {
    expect(currency('RUB', 'currency')).to.equal('RUB');
    for (const value of [null, 643, ['RUB'], { RUB: 'RUB' }]) {
      expect(() => currency(value, 'currency')).to.throw(RuleViolation);
    }
  });
});
