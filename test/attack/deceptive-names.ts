// Proves that no bank is registered under a name that its readers would take for another bank's, or cannot read at all.
import { expect } from 'chai';
import { agreed, BANK_B } from '../support/member-access.js';
import type { TestConsortium } from '../support/test-consortium.js';
import type { AttackGround } from './attack-ground.js';
import { codeOf } from './colluding-members.js';

/** Banks 10 and 20 are called "Bank 10" and "Bank 20". */
const DECEPTIONS: readonly (readonly [what: string, names: readonly string[], code: string])[] = [
  ['the very name of another bank', ['Bank 10'], 'NAME_TAKEN'],
  [
    'it in other case, spaces, accents or punctuation',
    ['BANK 10', 'Bank10', 'Bänk-10.', '«Bank» 10'],
    'NAME_TAKEN',
  ],
  ['it with digits and letters that look alike', ['Bank lO', 'bank 1O', 'BANK I0'], 'NAME_TAKEN'],
  ['it in Cyrillic letters', ['Вапк 10', 'ВАПК 1О', 'вапк 2О'], 'NAME_TAKEN'],
  ['it with some Cyrillic letters', ['Вank 10', 'Bаnk 10', 'Banк 10'], 'BAD_INPUT'],
  [
    'it with characters that are not seen',
    ['Bank\u200b 10', 'Bank 10\u2060', 'B\u00adank 10', '\ufeffBank 10'],
    'BAD_INPUT',
  ],
  ['it written backwards and turned', ['\u202e01 knaB', '\u2067Bank 10\u2069', '\u200fBank 10'], 'BAD_INPUT'],
  [
    'it with control characters',
    ['Bank 10\u001b[1m', 'Bank\t10', 'Bank 10\n', 'Bank 10\u0000', 'Bank 1\u00850'],
    'BAD_INPUT',
  ],
  [
    'it in letters of another width or shape',
    ['Ｂａｎｋ 10', 'Bank １０', '𝐁𝐚𝐧𝐤 10', 'Ⲃank 10'],
    'BAD_INPUT',
  ],
  ['accents that are not composed', ['Ba\u0301nk 10', 'Bank 10\u0336'], 'BAD_INPUT'],
  [
    'other spaces',
    ['Bank\u00a010', 'Bank\u300010', ' Bank 10', 'Bank 10 ', 'Bank  10', '\u2028Bank 10'],
    'BAD_INPUT',
  ],
  [
    'nothing that is seen',
    ['', ' ', '\u200b', '\u2063\u2063', '\u3164', '\u2800', '…', '—', '.'],
    'BAD_INPUT',
  ],
  [
    'what has no meaning or one of its own',
    ['Bank \ue000', 'Bank \u{f0000}', 'Bank \u{e0041}', 'Bank \u0378', 'Bank \ufffe'],
    'BAD_INPUT',
  ],
];

export function describeDeceptiveNames(ground: AttackGround): void {
  describe('attack: a bank is to pass for another', () => {
    let consortium: TestConsortium;
    before(async () => {
      consortium = await ground.open();
    });
    after(() => ground.close(consortium));

    for (const [what, names, code] of DECEPTIONS) {
      it(`${what}: ${code}`, async () => {
        for (const name of names) {
          const params = { bank: '77', owner: BANK_B, name, bic: 'BK77RUMM' };
          const step = agreed(consortium.signed(consortium.staff.anna, 'registerBank', params));
          expect(codeOf(await consortium.attempt(step)), JSON.stringify(name)).to.equal(code);
        }
      });
    }

    it('leaves no such bank behind', async () => {
      expect(await consortium.row('bank', '77')).to.equal(null);
    });
  });
}
