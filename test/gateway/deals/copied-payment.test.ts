// A payment's row that others copied under another key keeps no deal from expiring: rule and worker see it alike.
import { expect } from 'chai';
import { decideExpire } from '../../../chaincode/domain/deal/expiry.js';
import type { Owned } from '../../../chaincode/protocol/owned.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { DealView } from '../../../chaincode/protocol/queries.js';
import { dueDealActions } from '../../../gateway/deals/due-actions.js';
import {
  DEAL,
  forged,
  FREE_MONEY,
  owned,
  payment,
  phase,
  reservation,
  stock,
  termsRow,
} from '../../chaincode/domain/deal-rows.js';
import { BOUGHT_AT, workedSharesRow } from '../../chaincode/protocol/worked-example.js';

const NOW = BOUGHT_AT + 10_000_000;
const CLOSED = phase('paymentsClosed');
/** A genuine payment that its bank has refused, and a copy of it as it was submitted. */
const REFUSED = owned(payment({ status: 'rejected' }));
const COPY = payment();

describe('a payment copied under another key', () => {
  it('keeps a deal with closed payments neither from being expired nor from being due to expire', () => {
    const payments = [REFUSED, forged(COPY)];
    expect(expiring(payments)?.outcome).to.equal('expired');
    expect(due(payments)).to.deep.equal([{ action: 'expire' }]);
  });

  it('differs from a genuine open payment, over which no deal expires and nothing is due but its close', () => {
    const payments = [REFUSED, owned(COPY)];
    expect(() => expiring(payments)).to.throw('PAYMENT_UNANSWERED');
    expect(due(payments)).to.deep.equal([{ action: 'closeAdmission', payment: COPY.id }]);
  });
});

function expiring(payments: readonly Owned<PaymentRow>[]) {
  return decideExpire({
    ...{
      deal: DEAL,
      now: NOW,
      guard: FREE_MONEY,
      terms: termsRow(),
      shares: workedSharesRow(),
      phase: CLOSED,
    },
    payments: payments.map((row) => ({ payment: row, admission: null })),
    ...{ reservation: reservation([]), stock: stock(2, 1) },
  });
}

function due(payments: readonly Owned<PaymentRow>[]) {
  const terms = termsRow();
  const view: DealView = {
    ...{ terms, phase: CLOSED, reservation: reservation([]), plan: null, credits: [], obligations: [] },
    payments: payments.map((row) => ({ ...row, admission: null })),
    ...{
      shipment: null,
      inspection: null,
      concession: null,
      outcome: null,
      shares: workedSharesRow(),
      invitations: [],
    },
  };
  return dueDealActions({ view, terms: terms.terms, phase: CLOSED }, () => true, NOW).actions;
}
