// Account numbers carry one right pair of check digits (ISO 7064 MOD 97-10), which catches every slip of the pen.
import { expect } from 'chai';
import fc from 'fast-check';
import { accountNumber, bankOfAccount, isAccountNumber } from '../../../chaincode/protocol/account-number.js';

const bytes = fc.uint8Array({ minLength: 5, maxLength: 5 });
const bank = fc.nat(99).map((id) => String(id).padStart(2, '0'));
const account = fc.tuple(bank, bytes).map(([id, random]) => accountNumber(id, random));

/** The text with every other digit in every place. */
function typos(text: string): string[] {
  return [...text].flatMap((digit, place) =>
    [...'0123456789']
      .filter((other) => other !== digit)
      .map((other) => text.slice(0, place) + other + text.slice(place + 1)),
  );
}

/** The text with each two neighbours swapped that differ. */
function swaps(text: string): string[] {
  return [...text].slice(1).flatMap((right, place) => {
    const left = text.charAt(place);
    return left === right ? [] : [text.slice(0, place) + right + left + text.slice(place + 2)];
  });
}

describe('account numbers', () => {
  it('name the bank and are well formed for any random bytes', () => {
    fc.assert(
      fc.property(bank, bytes, (id, random) => {
        const number = accountNumber(id, random);
        expect(isAccountNumber(number)).to.equal(true);
        expect(bankOfAccount(number)).to.equal(id);
        expect(BigInt(number) % 97n).to.equal(1n);
        expect(BigInt(number.slice(2, 15)).toString(16).padStart(10, '0')).to.equal(
          Buffer.from(random).toString('hex'),
        );
      }),
    );
  });

  it('are the ones of a worked example', () => {
    // 10 0000000000007 00 leaves 83 by 97, and 98 - 83 = 15.
    expect(accountNumber('10', Buffer.from([0, 0, 0, 0, 7]))).to.equal('10000000000000715');
    expect(accountNumber('99', Buffer.alloc(5, 255))).to.match(/^991099511627775[0-9]{2}$/);
  });

  it('every wrong digit and every swap of neighbours is noticed', () => {
    fc.assert(
      fc.property(account, (number) => {
        expect(typos(number)).to.have.lengthOf(17 * 9);
        expect([...typos(number), ...swaps(number)].filter(isAccountNumber)).to.deep.equal([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('have one right pair of check digits: what leaves the same remainder is refused as well', () => {
    fc.assert(
      fc.property(account, (number) => {
        const pairs = Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, '0'));
        const right = pairs.filter((pair) => isAccountNumber(number.slice(0, -2) + pair));
        expect(right).to.deep.equal([number.slice(-2)]);
      }),
    );
    // Of these bodies the right pairs are 98, 97 and 02; 01, 00 and 99 leave the same remainders.
    const bodies = Array.from({ length: 97 }, (_, last) =>
      accountNumber('10', Buffer.from([0, 0, 0, 0, last])),
    );
    for (const [right, same] of Object.entries({ '98': '01', '97': '00', '02': '99' })) {
      const number = bodies.find((candidate) => candidate.endsWith(right)) ?? '';
      expect([isAccountNumber(number), isAccountNumber(number.slice(0, -2) + same)]).to.deep.equal([
        true,
        false,
      ]);
    }
  });

  it('no bank makes one of more than five bytes, of other characters or of another length', () => {
    // 2^40, which five bytes cannot hold, with the check digits that fit it.
    const body = '101099511627776';
    const tooLarge = body + String(98n - (BigInt(`${body}00`) % 97n)).padStart(2, '0');
    const number = accountNumber('10', Buffer.alloc(5));
    const wrong = [tooLarge, '', number.slice(1), `${number}0`, ` ${number.slice(1)}`, '１'.repeat(17)];
    expect(wrong.filter(isAccountNumber)).to.deep.equal([]);
  });

  it('need two digits for the bank and five bytes', () => {
    expect(() => accountNumber('1', Buffer.alloc(5))).to.throw(RangeError);
    expect(() => accountNumber('10', Buffer.alloc(4))).to.throw(RangeError);
  });
});
