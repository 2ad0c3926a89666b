// Duty: one refund key for all that a bank does with a deal's money.
// Must not: know handlers or books.
import { expect } from 'chai';
import { refundKeyText, requireRefundKey } from '../../../chaincode/domain/refund-key.js';
import { leg } from './deal-rows.js';
import { expectRefusal } from './refusal.js';

const KEY = 'a'.repeat(64);
const OTHER_KEY = 'b'.repeat(64);
const answered = leg({ status: 'held', refundBinding: KEY });

describe("a deal's refund key at a bank", () => {
  it('is bound to its deal', () => {
    expect(refundKeyText('deal_1', KEY)).not.to.equal(refundKeyText('deal_2', KEY));
  });

  it('moves the money of a payment that was answered with it, and of no other', () => {
    requireRefundKey(answered, KEY);
    expectRefusal(() => requireRefundKey(answered, OTHER_KEY), 'REFUND_KEY');
    expectRefusal(() => requireRefundKey(leg(), KEY), 'REFUND_KEY');
  });
});
