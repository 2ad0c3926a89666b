// What a bank checks before it holds money, and what a late yes leaves behind.
import { expect } from 'chai';
import { decideAnswer } from '../../../chaincode/domain/payment/answer.js';
import { QUOTE_LIFE_MS } from '../../../chaincode/protocol/fees.js';
import type { DetachedSignature } from '../../../chaincode/protocol/intent.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import { readRow } from '../../../chaincode/protocol/rows.js';
import type { UsedIntentRow } from '../../../chaincode/protocol/used-intent.js';
import { altered, resigned } from '../../support/people.js';
import { present } from '../../support/test-consortium.js';
import { forged, admissionRow, owned } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  ACCOUNT,
  ALICES_LINK_A,
  PAYMENT_1,
  SELLERS_LINK,
  USED_INTENT_1,
  USED_INTENT_2,
  TERMS,
  answering,
  bankA,
  mallory,
  paymentIntent,
  proof,
  recorded,
  usedIntentOf,
  signedTermsRow,
} from './signed-deal.js';

const INTENT = paymentIntent(PAYMENT_1);

describe("a bank's yes", () => {
  it('holds 5 075.00: the amount and the fee of the worked example', () => {
    const answer = decideAnswer(answering());
    expect(answer?.payment).to.deep.equal({ ...PAYMENT_1, status: 'held' });
    expect(answer?.money?.account).to.include({ available: '0', held: '507500' });
    expect(answer?.money?.entries.map(({ kind }) => kind)).to.deep.equal(['hold']);
    expect(answer?.money?.entries[0]?.codeBinding).to.equal('b'.repeat(64));
  });

  it('is refused for a unit less than amount and fee', () => {
    const account = { ...ACCOUNT, available: '507499' };
    expectRefusal(() => decideAnswer(answering({ account })), 'FUNDS');
    expectRefusal(() => decideAnswer(answering({ account: null })), 'NO_ACCOUNT');
  });

  it('counts while the admission is open, however late, and needs an admission', () => {
    const late = answering({ now: PAYMENT_1.arrivedAt + 10 ** 9 });
    expect(decideAnswer(late)?.payment.status).to.equal('held');
    for (const of of [null, admissionRow(PAYMENT_1, 'refused')]) {
      expectRefusal(() => decideAnswer(answering({ admission: of })), 'NOT_ADMITTED');
    }
  });

  it('is refused unless the payer himself signed, with the key that the bank proved', () => {
    const withPayment = (row: PaymentRow, signed = INTENT) => withUsedIntent(usedIntentOf(signed), row);
    const free = { ...PAYMENT_1, fee: '0' };
    expectRefusal(withPayment(free, altered(INTENT, { fee: '0' })), 'BAD_SIGNATURE', { what: 'payment' });
    expectRefusal(withPayment({ ...PAYMENT_1, amount: '500001' }), 'BAD_SIGNATURE');
    expectRefusal(withPayment(PAYMENT_1, resigned(INTENT, mallory)), 'BAD_SIGNATURE');
    const swapped = owned({ ...ALICES_LINK_A, keyThumbprint: mallory.thumbprint });
    expectRefusal(() => decideAnswer(answering({ link: swapped })), 'BAD_SIGNATURE');
    expectRefusal(() => decideAnswer(answering({ link: forged(ALICES_LINK_A) })), 'NOT_ATTESTED');
    expectRefusal(() => decideAnswer(answering({ channel: 'another' })), 'BAD_SIGNATURE');
  });

  it('is refused unless the used-intent marker keeps what the payer signed for this very payment', () => {
    const bare: UsedIntentRow = { v: 1, content: 'c'.repeat(64), result: 'd'.repeat(64), signed: null };
    const other = paymentIntent({ ...PAYMENT_1, id: 'payment_00000009' });
    for (const usedIntent of [null, bare, USED_INTENT_2, usedIntentOf(other)]) {
      expectRefusal(withUsedIntent(usedIntent), 'BAD_SIGNATURE', { what: 'payment' });
    }
    const { signed } = USED_INTENT_1;
    for (const cut of [
      { ...signed, key: '' },
      { ...signed, signature: '' },
      { ...signed, signature: `${signed?.signature ?? ''}A` },
    ]) {
      const asOthersWrote = cut as DetachedSignature; // of the right members
      expectRefusal(withUsedIntent({ ...bare, signed: asOthersWrote }), 'BAD_SIGNATURE', { what: 'payment' });
    }
    expect(withUsedIntent(null, PAYMENT_1, { verdict: 'no' })()?.payment.status).to.equal('rejected');
  });

  it('is never asked about a marker or a payment of another form: altered chaincode writes no row with it', () => {
    expect(readRow('usedIntent', JSON.stringify(USED_INTENT_1))).to.deep.equal(USED_INTENT_1);
    const asList = { ...USED_INTENT_1.signed, signature: [USED_INTENT_1.signed?.signature] };
    for (const signed of [1, {}, [], { key: null }, { expiresAt: 0.5 }, asList, undefined]) {
      expect(readRow('usedIntent', JSON.stringify({ ...USED_INTENT_1, signed }))).to.equal(null);
    }
    const unprintable = { ...PAYMENT_1, arrivedAt: PAYMENT_1.arrivedAt + 0.5 };
    expect(readRow('payment', JSON.stringify(PAYMENT_1))).to.deep.equal(PAYMENT_1);
    expect(readRow('payment', JSON.stringify(unprintable))).to.equal(null);
  });

  it('is refused for a payment that names other terms than the payer signed', () => {
    expectRefusal(withUsedIntent(USED_INTENT_1, { ...PAYMENT_1, termsHash: 'f'.repeat(64) }), 'TERMS_DIFFER');
  });

  it('is refused for terms that the payer did not sign', () => {
    const terms = signedTermsRow({ ...TERMS, buyer: mallory.id });
    expectRefusal(() => decideAnswer(answering({ proof: proof({ terms }) })), 'BAD_SIGNATURE');
    const stale = { ...signedTermsRow(), terms: { ...TERMS, buyer: mallory.id } };
    expectRefusal(() => decideAnswer(answering({ proof: proof({ terms: stale }) })), 'TERMS_DIFFER');
  });

  it('judges the deadline by the arrival that the payer signed', () => {
    const arriving = (arrivedAt: number) => {
      const row = { ...PAYMENT_1, arrivedAt };
      return withUsedIntent(usedIntentOf(paymentIntent(row)), row);
    };
    for (const instant of [TERMS.payDeadline - 1, TERMS.payDeadline]) {
      expect(arriving(instant)()?.payment.status).to.equal('held');
    }
    expectRefusal(arriving(TERMS.payDeadline + 1), 'TOO_LATE');
  });

  it('takes the fee of the tariff, or of the previous one while its quotes live', () => {
    const cheaper = { usualBasisPoints: 0, toBank: { '20': 100 } };
    const previousTariff = bankA().tariff;
    const since = (tariffSince: number) => () =>
      decideAnswer(answering({ bank: owned(bankA({ tariff: cheaper, previousTariff, tariffSince })) }));
    expect(since(PAYMENT_1.arrivedAt - QUOTE_LIFE_MS)()?.payment.status).to.equal('held');
    expectRefusal(since(PAYMENT_1.arrivedAt - QUOTE_LIFE_MS - 1), 'FEE', { found: '7500' });
    expectRefusal(() => decideAnswer(answering({ bank: forged(bankA()) })), 'NOT_ATTESTED');
  });

  it('is given once; the same answer again changes nothing', () => {
    const payment = owned(present(decideAnswer(answering())).payment);
    expect(decideAnswer(answering({ payment }))).to.equal(null);
    expect(decideAnswer(answering({ payment }, { holdOperation: 'operation_00000009' }))).to.equal(null);
    expectRefusal(() => decideAnswer(answering({ payment }, { verdict: 'no' })), 'WRONG_STATE');
  });

  it("needs the deal's refund key, in time or late; a no needs none", () => {
    const refundKey = { shown: 'A'.repeat(43), made: `${'0'.repeat(63)}1` };
    for (const of of ['admitted', 'closed'] as const) {
      expectRefusal(
        () => decideAnswer(answering({ refundKey, admission: admissionRow(PAYMENT_1, of) })),
        'REFUND_KEY',
      );
    }
    expect(decideAnswer(answering({ refundKey }, { verdict: 'no' }))?.payment.status).to.equal('rejected');
  });

  it('belongs to the bank of the payment', () => {
    expectRefusal(() => decideAnswer(answering({ owner: 'BankBMSP' })), 'WRONG_ORGANISATION');
    expectRefusal(() => decideAnswer(answering({ payment: forged(PAYMENT_1) })), 'NOT_ATTESTED');
  });
});

describe("a bank's yes to a deal that it could not pay out", () => {
  it('is refused while the bank of a party is none that it knows', () => {
    const strange = { proof: proof({ trusts: (bank) => bank === '20' }) };
    expectRefusal(() => decideAnswer(answering(strange)), 'UNKNOWN_BANK', { bank: '10' });
    expect(decideAnswer(answering(strange, { verdict: 'no' }))?.payment.status).to.equal('rejected');
  });

  it('is refused where others could change the row by which the bank keeps its word', () => {
    const open = { isGuarded: false };
    expectRefusal(() => decideAnswer(answering(open)), 'NOT_ATTESTED', { what: 'key policy of the payment' });
    expect(decideAnswer(answering(open, { verdict: 'no' }))?.payment.status).to.equal('rejected');
  });

  it('is not proved twice: what the bank has recorded of the deal stands for all its payments', () => {
    const earlier = { ...PAYMENT_1, id: 'payment_00000007' };
    const record = recorded({ own: [{ payment: earlier, status: 'held', at: 1 }], full: null, word: null });
    const unproven = proof({ listing: null, sellersLink: forged(SELLERS_LINK), trusts: () => false });
    expectRefusal(() => decideAnswer(answering({ proof: unproven })), 'UNKNOWN_BANK');
    const answer = decideAnswer(answering({ proof: unproven, record }));
    expect(answer?.record?.own.map(({ payment }) => payment)).to.deep.equal([earlier, PAYMENT_1]);
  });
});

describe("a bank's answer after the close", () => {
  const closed = admissionRow(PAYMENT_1, 'closed');

  it('yes is late: held and given back under both operation ids, the balance unchanged', () => {
    const answer = decideAnswer(answering({ admission: closed }));
    expect([answer?.payment.status, answer?.record]).to.deep.equal(['late', null]);
    expect(answer?.money?.account).to.equal(null);
    expect(answer?.money?.entries.map(({ operation, kind }) => [operation, kind])).to.deep.equal([
      ['operation_00000001', 'hold'],
      ['operation_00000002', 'void'],
    ]);
  });

  it('no rejects the payment, as before the close', () => {
    for (const of of [closed, admissionRow(PAYMENT_1, 'admitted')]) {
      const answer = decideAnswer(answering({ admission: of }, { verdict: 'no' }));
      expect([answer?.payment.status, answer?.money]).to.deep.equal(['rejected', null]);
    }
  });
});

/** A bank's answer on the payment, by default yes, when this used-intent marker stands for it. */
function withUsedIntent(
  usedIntent: UsedIntentRow | null,
  row: PaymentRow = PAYMENT_1,
  params: Parameters<typeof answering>[1] = {},
) {
  return () => decideAnswer(answering({ usedIntent, payment: owned(row) }, params));
}
