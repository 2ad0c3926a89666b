// Duty: proves D4 and L2: what a bank checks before it holds money, and what a late yes leaves behind.
// Must not: touch the ledger.
import { expect } from 'chai';
import { decideAnswer } from '../../../chaincode/domain/answer.js';
import { QUOTE_LIFE_MS } from '../../../chaincode/protocol/fees.js';
import type { DetachedSignature } from '../../../chaincode/protocol/intent.js';
import type { LegRow, ReceiptRow } from '../../../chaincode/protocol/rows.js';
import { altered, resigned } from '../../support/people.js';
import { present } from '../../support/world.js';
import { forged, gate, owned } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  ACCOUNT,
  ALICES_LINK_A,
  LEG_1,
  RECEIPT_1,
  RECEIPT_2,
  TERMS,
  answering,
  bankA,
  mallory,
  payment,
  receiptOf,
  signedTermsRow,
} from './signed-deal.js';

const INTENT = payment(LEG_1);

describe("a bank's yes", () => {
  it('holds 5 075.00: the amount and the fee of the worked example', () => {
    const answer = decideAnswer(answering());
    expect(answer?.leg).to.deep.equal({ ...LEG_1, status: 'held' });
    expect(answer?.money?.account).to.include({ available: '0', held: '507500' });
    expect(answer?.money?.entries.map(({ kind }) => kind)).to.deep.equal(['hold']);
    expect(answer?.money?.entries[0]?.codeBinding).to.equal('b'.repeat(64));
  });

  it('is refused for a unit less than amount and fee', () => {
    const account = { ...ACCOUNT, available: '507499' };
    expectRefusal(() => decideAnswer(answering({ account })), 'FUNDS');
    expectRefusal(() => decideAnswer(answering({ account: null })), 'NO_ACCOUNT');
  });

  it('counts while the gate is open, however late, and needs an admission', () => {
    const late = answering({ now: LEG_1.arrivedAt + 10 ** 9 });
    expect(decideAnswer(late)?.leg.status).to.equal('held');
    for (const of of [null, gate(LEG_1, 'refused')]) {
      expectRefusal(() => decideAnswer(answering({ gate: of })), 'NOT_ADMITTED');
    }
  });

  it('is refused unless the payer himself signed, with the key that the bank proved', () => {
    const withLeg = (row: LegRow, signed = INTENT) => withReceipt(receiptOf(signed), row);
    const free = { ...LEG_1, fee: '0' };
    expectRefusal(withLeg(free, altered(INTENT, { fee: '0' })), 'BAD_SIGNATURE', { what: 'payment' });
    expectRefusal(withLeg({ ...LEG_1, amount: '500001' }), 'BAD_SIGNATURE');
    expectRefusal(withLeg(LEG_1, resigned(INTENT, mallory)), 'BAD_SIGNATURE');
    const swapped = owned({ ...ALICES_LINK_A, keyThumbprint: mallory.thumbprint });
    expectRefusal(() => decideAnswer(answering({ link: swapped })), 'BAD_SIGNATURE');
    expectRefusal(() => decideAnswer(answering({ link: forged(ALICES_LINK_A) })), 'NO_EVIDENCE');
    expectRefusal(() => decideAnswer(answering({ channel: 'another' })), 'BAD_SIGNATURE');
  });

  it('is refused unless the receipt keeps what the payer signed for this very leg', () => {
    const bare: ReceiptRow = { v: 1, content: RECEIPT_1.content, result: RECEIPT_1.result };
    const other = payment({ ...LEG_1, id: 'leg_00000009' });
    for (const receipt of [null, bare, RECEIPT_2, receiptOf(other)]) {
      expectRefusal(withReceipt(receipt), 'BAD_SIGNATURE', { what: 'payment' });
    }
    for (const text of ['null', '1', '{}', '{"key":null}', '{"expiresAt":0.5}']) {
      const signed = JSON.parse(text) as DetachedSignature; // as altered chaincode could write it
      expectRefusal(withReceipt({ ...bare, signed }), 'BAD_SIGNATURE', { what: 'payment' });
    }
    const asList = {
      ...RECEIPT_1.signed,
      signature: [RECEIPT_1.signed?.signature],
    } as unknown as DetachedSignature;
    expect(withReceipt(RECEIPT_1)).to.not.throw(); // its verdict is kept now, by the signature's text
    expectRefusal(withReceipt({ ...bare, signed: asList }), 'BAD_SIGNATURE', { what: 'payment' });
    const unprintable = { ...LEG_1, arrivedAt: LEG_1.arrivedAt + 0.5 };
    expectRefusal(withReceipt(RECEIPT_1, unprintable), 'BAD_SIGNATURE');
    expect(withReceipt(null, LEG_1, { verdict: 'no' })()?.leg.status).to.equal('rejected');
  });

  it('is refused for a leg that names other terms than the payer signed', () => {
    expectRefusal(withReceipt(RECEIPT_1, { ...LEG_1, termsHash: 'f'.repeat(64) }), 'TERMS_DIFFER');
  });

  it('is refused for terms that the payer did not sign', () => {
    const terms = signedTermsRow({ ...TERMS, buyer: mallory.id });
    expectRefusal(() => decideAnswer(answering({ terms })), 'BAD_SIGNATURE');
    const stale = { ...signedTermsRow(), terms: { ...TERMS, buyer: mallory.id } };
    expectRefusal(() => decideAnswer(answering({ terms: stale })), 'TERMS_DIFFER');
  });

  it('judges the deadline by the arrival that the payer signed', () => {
    const arriving = (arrivedAt: number) => {
      const row = { ...LEG_1, arrivedAt };
      return withReceipt(receiptOf(payment(row)), row);
    };
    for (const instant of [TERMS.payDeadline - 1, TERMS.payDeadline]) {
      expect(arriving(instant)()?.leg.status).to.equal('held');
    }
    expectRefusal(arriving(TERMS.payDeadline + 1), 'TOO_LATE');
  });

  it('takes the fee of the tariff, or of the previous one while its quotes live', () => {
    const cheaper = { usualBasisPoints: 0, toBank: { '20': 100 } };
    const previousTariff = bankA().tariff;
    const since = (tariffSince: number) => () =>
      decideAnswer(answering({ bank: owned(bankA({ tariff: cheaper, previousTariff, tariffSince })) }));
    expect(since(LEG_1.arrivedAt - QUOTE_LIFE_MS)()?.leg.status).to.equal('held');
    expectRefusal(since(LEG_1.arrivedAt - QUOTE_LIFE_MS - 1), 'FEE', { found: '7500' });
    expectRefusal(() => decideAnswer(answering({ bank: forged(bankA()) })), 'NO_EVIDENCE');
  });

  it('is given once; the same answer again changes nothing', () => {
    const leg = owned(present(decideAnswer(answering())).leg);
    expect(decideAnswer(answering({ leg }))).to.equal(null);
    expect(decideAnswer(answering({ leg }, { holdOperation: 'operation_00000009' }))).to.equal(null);
    expectRefusal(() => decideAnswer(answering({ leg }, { verdict: 'no' })), 'WRONG_STATE');
  });

  it("needs the deal's refund key, in time or late; a no needs none", () => {
    const refundKey = { shown: 'A'.repeat(43), made: `${'0'.repeat(63)}1` };
    for (const of of ['admitted', 'closed'] as const) {
      expectRefusal(() => decideAnswer(answering({ refundKey, gate: gate(LEG_1, of) })), 'REFUND_KEY');
    }
    expect(decideAnswer(answering({ refundKey }, { verdict: 'no' }))?.leg.status).to.equal('rejected');
  });

  it('belongs to the bank of the leg', () => {
    expectRefusal(() => decideAnswer(answering({ owner: 'BankBMSP' })), 'WRONG_ORGANISATION');
    expectRefusal(() => decideAnswer(answering({ leg: forged(LEG_1) })), 'NO_EVIDENCE');
  });
});

describe("a bank's answer after the close", () => {
  const closed = gate(LEG_1, 'closed');

  it('yes is late: held and given back under both operation ids, the balance unchanged', () => {
    const answer = decideAnswer(answering({ gate: closed }));
    expect(answer?.leg.status).to.equal('late');
    expect(answer?.money?.account).to.equal(null);
    expect(answer?.money?.entries.map(({ operation, kind }) => [operation, kind])).to.deep.equal([
      ['operation_00000001', 'hold'],
      ['operation_00000002', 'void'],
    ]);
  });

  it('no rejects the leg, as before the close', () => {
    for (const of of [closed, gate(LEG_1, 'admitted')]) {
      const answer = decideAnswer(answering({ gate: of }, { verdict: 'no' }));
      expect([answer?.leg.status, answer?.money]).to.deep.equal(['rejected', null]);
    }
  });
});

/** A bank's answer on the leg, by default yes, when this receipt stands for it. */
function withReceipt(
  receipt: ReceiptRow | null,
  row: LegRow = LEG_1,
  params: Parameters<typeof answering>[1] = {},
) {
  return () => decideAnswer(answering({ receipt, leg: owned(row) }, params));
}
