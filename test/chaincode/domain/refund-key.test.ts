// One refund key stands for all that a bank does with a deal's money.
import { expect } from 'chai';
import { requireRefundKey } from '../../../chaincode/domain/payment/refund-key.js';
import { refundKeyOf } from '../../../chaincode/protocol/refund-key.js';
import { expectRefusal } from './refusal.js';

const SECRET = Buffer.alloc(32, 1).toString('base64url');
const OTHER_SECRET = Buffer.alloc(32, 2).toString('base64url');

describe("a deal's refund key at a bank", () => {
  it('is 32 bytes that the deal and the secret of the bank make', () => {
    const key = refundKeyOf(SECRET, 'deal_1');
    expect(key)
      .to.match(/^[A-Za-z0-9_-]{43}$/)
      .and.equal(refundKeyOf(SECRET, 'deal_1'));
    expect(new Set([key, refundKeyOf(SECRET, 'deal_2'), refundKeyOf(OTHER_SECRET, 'deal_1')]).size).to.equal(
      3,
    );
  });

  it('is shown by who moves the money, and no other is taken', () => {
    const shown = refundKeyOf(SECRET, 'deal_1');
    const made = Buffer.from(shown, 'base64url').toString('hex');
    requireRefundKey({ shown, made });
    for (const other of [refundKeyOf(SECRET, 'deal_2'), refundKeyOf(OTHER_SECRET, 'deal_1')]) {
      expectRefusal(() => {
        requireRefundKey({ shown: other, made });
      }, 'REFUND_KEY');
    }
  });
});
