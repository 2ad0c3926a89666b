// A refusal survives its way through an error's message, and every code is used and has its sentences.
import { expect } from 'chai';
import { CODES } from '../../../chaincode/protocol/codes.js';
import { parseViolation, RuleViolation } from '../../../chaincode/protocol/violation.js';

describe('refusals', () => {
  it('come back from the words of peers and gateways', () => {
    const values = { found: 'a {brace} "quote"', list: [{ code: 'X' }], nothing: null };
    const { message } = new RuleViolation('WRONG_STATE', values);
    const expected = { code: 'WRONG_STATE', values };
    expect(parseViolation(message)).to.deep.equal(expected);
    expect(parseViolation(`chaincode response 500, ${message}`)).to.deep.equal(expected);
    expect(parseViolation(`evaluate call to endorser returned error: ${message} (tx {id})`)).to.deep.equal(
      expected,
    );
  });

  it('are told from other errors', () => {
    expect(parseViolation('GET_STATE failed: transaction ID: 1: closed {}')).to.equal(null);
    expect(parseViolation('NO_SUCH_CODE: words {}')).to.equal(null);
    expect(parseViolation('')).to.equal(null);
  });

  it('have a status of a client error and a sentence in both languages', () => {
    for (const [code, { http, en, ru }] of Object.entries(CODES)) {
      expect(
        [http >= 400 && http < 500, /^[A-Z].*\.$/.test(en), /[а-яё].*\.$/i.test(ru)],
        code,
      ).to.deep.equal([true, true, true]);
      expect(en, code).not.to.contain('{');
    }
  });
});
