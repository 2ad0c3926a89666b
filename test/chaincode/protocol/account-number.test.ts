// Duty: account numbers carry check digits of ISO 7064 MOD 97-10.
// Must not: know accounts.
import { expect } from 'chai';
import fc from 'fast-check';
import { accountNumber, bankOfAccount, isAccountNumber } from '../../../chaincode/protocol/account-number.js';

const bytes = fc.uint8Array({ minLength: 5, maxLength: 5 });

describe('account numbers', () => {
  it('name the bank and are well formed for any random bytes', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const account = accountNumber('10', random);
        expect(isAccountNumber(account)).to.equal(true);
        expect(bankOfAccount(account)).to.equal('10');
        expect(account.slice(2, 12)).to.equal(Buffer.from(random).toString('hex'));
      }),
    );
  });

  it('leave a remainder of 1, letters counting from 10 as in an IBAN', () => {
    const account = accountNumber('20', Buffer.from('00000000af', 'hex'));
    // 20 00000000 a=10 f=15 and the check digits.
    expect(BigInt(`20000000001015${account.slice(12)}`) % 97n).to.equal(1n);
  });

  it('one changed digit is noticed', () => {
    fc.assert(
      fc.property(bytes, fc.nat(13), fc.integer({ min: 0, max: 9 }), (random, place, digit) => {
        const account = accountNumber('10', random);
        const changed = account.slice(0, place) + String(digit) + account.slice(place + 1);
        fc.pre(changed !== account && /[0-9]/.test(account.charAt(place)));
        expect(isAccountNumber(changed)).to.equal(false);
      }),
    );
  });

  it('need two digits for the bank and five bytes', () => {
    expect(() => accountNumber('1', Buffer.alloc(5))).to.throw(RangeError);
    expect(() => accountNumber('10', Buffer.alloc(4))).to.throw(RangeError);
  });
});
