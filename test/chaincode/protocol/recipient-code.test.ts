// Duty: proves that the recipient's code is known only to who holds it (ledger-plan rule 9).
// Must not: touch the ledger.
import { expect } from 'chai';
import {
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
