// A one-time code has one form, however a person typed it.
import { expect } from 'chai';
import { normalisedCode } from '../../../gateway/protocol/one-time-code.js';

describe('the form of a one-time code', () => {
  for (const [how, typed] of [
    ['as it is', '012345'],
    ['with a blank in the middle', '012 345'],
    ['with blanks and a line end around it', '  012345\r\n'],
    ['with a no-break blank', '012\u00a0345'],
    ['in full-width digits', '\uff10\uff11\uff12\uff13\uff14\uff15'],
    ['with an invisible mark that a message put before it', '\u200e012345'],
  ] as const) {
    it(`is the same when typed ${how}`, () => {
      expect(normalisedCode(typed)).to.equal('012345');
    });
  }

  for (const [what, typed] of [
    ['nothing', ''],
    ['blanks', '   '],
    ['five digits', '01234'],
    ['seven digits', '0123456'],
    ['letters', 'O12345'],
    ['a sign', '-12345'],
    ['a code and very many blanks', `012345${' '.repeat(10_000)}`],
  ] as const) {
    it(`${what} cannot be one`, () => {
      expect(normalisedCode(typed)).to.equal(null);
    });
  }
});
