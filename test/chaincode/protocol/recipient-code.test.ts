// The recipient's code is known only to who holds it.
import { expect } from 'chai';
import {
  isRecipientCode,
  normalRecipientCode,
  recipientCodeH1,
  recipientCodeH2,
  recipientCodeText,
} from '../../../chaincode/protocol/recipient-code.js';

describe('recipient code', () => {
  it('is written with 26 characters that people cannot confuse', () => {
    expect(recipientCodeText(new Uint8Array(16))).to.equal('0'.repeat(26));
    expect(recipientCodeText(new Uint8Array(16).fill(255))).to.equal(`7${'Z'.repeat(25)}`);
    expect(() => recipientCodeText(new Uint8Array(15))).to.throw(RangeError, '16 bytes');
  });

  it('is one code however it is written: case, groups, O for 0, I and L for 1', () => {
    const code = recipientCodeText(Buffer.from('00112233445566778899aabbccddeeff', 'hex'));
    const ways = [
      code.toLowerCase(),
      (code.match(/.{1,4}/g) ?? []).join('-'),
      ` ${(code.match(/.{1,5}/g) ?? []).join(' ')}\n`,
      code.replaceAll('0', 'O').replaceAll('1', 'I'),
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ];
    expect(new Set([code, ...ways]).size, 'ways differ').to.equal(6);
    for (const way of ways) {
      expect(normalRecipientCode(way)).to.equal(code);
      expect(isRecipientCode(way)).to.equal(true);
      expect(recipientCodeH1('deal_00000001', way)).to.equal(recipientCodeH1('deal_00000001', code));
    }
  });

  it('what has another length, another letter or more than 16 bytes is none', () => {
    const code = recipientCodeText(new Uint8Array(16).fill(255));
    const wrong = [
      '',
      code.slice(1),
      `${code}0`,
      `U${code.slice(1)}`,
      `8${code.slice(1)}`,
      `7É${code.slice(2)}`,
    ];
    expect(wrong.filter(isRecipientCode)).to.deep.equal([]);
  });

  it('gives another h1 for another deal or another code, and h2 is the hash of h1', () => {
    const h1 = recipientCodeH1('deal_00000001', '7ZZZ');
    expect(h1).to.match(/^[0-9a-f]{64}$/);
    expect(recipientCodeH1('deal_00000002', '7ZZZ')).not.to.equal(h1);
    expect(recipientCodeH1('deal_00000001', '7ZZY')).not.to.equal(h1);
    expect(recipientCodeH2('00'.repeat(32))).to.equal(
      '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925',
    );
  });
});
