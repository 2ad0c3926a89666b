// Who is waited for next in every state of a deal, and until when.
import { expect } from 'chai';
import {
  isPaymentCounted,
  isPaymentOpen,
  nextStep,
  paymentOf,
} from '../../../chaincode/protocol/deal-state.js';
import { admissionClosableFrom, paymentsClosableFrom } from '../../../chaincode/protocol/deal-times.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { DealView } from '../../../chaincode/protocol/queries.js';
import {
  admissionRow,
  DEAL,
  forged,
  owned,
  payment,
  payment2,
  phase,
  reservation,
  shipment,
} from '../domain/deal-rows.js';
import { H1, signedTermsRow, TERMS } from '../domain/signed-deal.js';
import { BOUGHT_AT } from './worked-example.js';

const HOUR = 3_600_000;
const held = [payment({ status: 'held' }), payment2({ status: 'held' })];
const captured = held.map((row): PaymentRow => ({ ...row, status: 'captured' }));
const started = { v: 1, deal: DEAL, status: 'started', startedAt: BOUGHT_AT + 5, acceptance: null } as const;

describe('the next step of a deal', () => {
  it('is none of a deal that is not there, expired without money, or over', () => {
    expect(next({ terms: null })).to.equal(null);
    expect(next({ phase: null })).to.equal(null);
    expect(next({ phase: phase('completed'), payments: views(captured) })).to.equal(null);
    expect(next({ phase: phase('expired') })).to.equal(null);
    expect(next({ phase: phase('expired'), payments: views([payment({ status: 'voided' })]) })).to.equal(
      null,
    );
  });

  it('is the payer’s until the deadline, which is in time; then anybody closes the payments', () => {
    const pay = { who: 'payer', what: 'pay', until: TERMS.payDeadline };
    const close = { who: 'anybody', what: 'close', until: paymentsClosableFrom(TERMS) };
    expect(next({}, TERMS.payDeadline - 1)).to.deep.equal(pay);
    expect(next({}, TERMS.payDeadline)).to.deep.equal(pay);
    expect(next({}, TERMS.payDeadline + 1)).to.deep.equal(close);
    expect(next({ phase: phase('paymentsClosed') })).to.deep.equal(close);
  });

  it('is the bank’s answer while a payment is open, at most until the last of them can be closed', () => {
    const admitted = admissionRow(payment(), 'admitted', BOUGHT_AT + 90_000);
    const until = admissionClosableFrom(payment(), admitted, TERMS);
    const payments = [
      { row: payment(), attested: true, admission: admitted },
      { row: payment2(), attested: true, admission: null },
    ];
    for (const status of ['open', 'paymentsClosed'] as const) {
      expect(next({ phase: phase(status), payments })).to.deep.equal({ who: 'bank', what: 'answer', until });
    }
    const copy = [{ row: payment(), attested: false, admission: null }];
    expect(next({ payments: copy })?.who).to.equal('payer');
  });

  it('is anybody’s once the price is held', () => {
    const full = { payments: views(held), reservation: reservation(held.map(({ id }) => id)) };
    for (const status of ['open', 'paymentsClosed'] as const) {
      expect(next({ ...full, phase: phase(status) })).to.deep.equal({
        who: 'anybody',
        what: 'close',
        until: null,
      });
    }
    expect(next({ ...full, reservation: null })?.what).to.equal('pay');
  });

  it('is the seller’s, then the courier’s, then the buyer’s, once it is paid', () => {
    const ship = { who: 'seller', what: 'ship', until: BOUGHT_AT + HOUR };
    expect(paid({ shipment: null })).to.deep.equal(ship);
    expect(paid({ shipment: owned(shipment()) })).to.deep.equal(ship);
    expect(paid({ shipment: forged(shipment({ status: 'accepted' })) })).to.deep.equal(ship);
    const deliver = { who: 'courier', what: 'deliver', until: BOUGHT_AT + 2 * HOUR };
    expect(paid({ shipment: owned(shipment({ status: 'accepted' })) })).to.deep.equal(deliver);
    const wrongCode = owned(shipment({ status: 'delivered', h1: 'f'.repeat(64) }));
    expect(paid({ shipment: wrongCode })).to.deep.equal(deliver);
    expect(delivered({})).to.deep.equal({ who: 'buyer', what: 'inspect', until: null });
    expect(delivered({ inspection: started })).to.deep.equal({
      ...{ who: 'buyer', what: 'inspect', until: BOUGHT_AT + 5 + 60_000 },
    });
  });

  it('is the banks’ once the goods are accepted: they pay out, then credit', () => {
    const inspection = { ...started, status: 'accepted' } as const;
    const payOut = { who: 'bank', what: 'payOut', until: null };
    expect(delivered({ inspection })).to.deep.equal(payOut);
    expect(
      delivered({ inspection, payments: views([...held.slice(0, 1), ...captured.slice(1)]) }),
    ).to.deep.equal(payOut);
    const credit = { who: 'bank', what: 'credit', until: null };
    expect(delivered({ inspection, payments: views(captured) })).to.deep.equal(credit);
    expect(delivered({ inspection: started, payments: views(captured) })).to.deep.equal(credit);
  });

  it('is the bank’s that still holds money of an expired deal', () => {
    const step = next({ phase: phase('expired'), payments: views(held.slice(0, 1)) });
    expect(step).to.deep.equal({ who: 'bank', what: 'giveBack', until: null });
    const unvouched = [{ row: payment({ status: 'held' }), attested: false, admission: null }];
    expect(next({ phase: phase('expired'), payments: unvouched })).to.equal(null);
  });
});

describe('a payment', () => {
  it('is open while its bank may answer: submitted, attested, neither refused nor closed', () => {
    const of = owned(payment());
    expect(
      [null, 'admitted', 'refused', 'closed'].map((status) => isPaymentOpen(of, admission(status))),
    ).to.deep.equal([true, true, false, false]);
    expect(isPaymentOpen(forged(payment()), null)).to.equal(false);
    expect(isPaymentOpen(null, null)).to.equal(false);
    expect(isPaymentOpen(owned(payment({ status: 'held' })), null)).to.equal(false);
  });

  it('takes up a part of the price while it is held, or admitted and not answered', () => {
    const counted = (status: PaymentRow['status'], of: string | null) =>
      isPaymentCounted(owned(payment({ status })), admission(of));
    expect(counted('held', 'closed')).to.equal(true);
    expect(counted('submitted', 'admitted')).to.equal(true);
    expect(counted('submitted', 'closed')).to.equal(false);
    expect(counted('submitted', null)).to.equal(false);
    expect(counted('rejected', 'admitted')).to.equal(false);
    expect(isPaymentCounted(forged(payment({ status: 'held' })), admission('admitted'))).to.equal(false);
  });
});

describe('a payment found by its id', () => {
  it('is the attested one, whatever copies others put before it', () => {
    const [genuine] = views([payment()]);
    const copy = { row: payment({ amount: '1' }), attested: false, admission: null };
    const found = (payments: DealView['payments']) => paymentOf({ payments }, payment().id);
    expect(found([copy, ...views([payment()])])).to.deep.equal(genuine);
    expect(found([copy])).to.deep.equal(copy);
    expect(found(views([payment2()]))).to.equal(null);
  });
});

function admission(status: string | null) {
  if (status !== 'admitted' && status !== 'refused' && status !== 'closed') return null;
  return admissionRow(payment(), status);
}

function views(rows: readonly PaymentRow[]): DealView['payments'] {
  return rows.map((row) => ({ row, attested: true, admission: admissionRow(row, 'admitted') }));
}

function next(changes: Partial<DealView>, now = BOUGHT_AT) {
  const view: DealView = {
    terms: signedTermsRow(),
    phase: phase('open'),
    payments: [],
    reservation: null,
    plan: null,
    credits: [],
    obligations: [],
    shipment: null,
    inspection: null,
    concession: null,
    outcome: null,
    shares: null,
    invitations: [],
    ...changes,
  };
  return nextStep(view, now);
}

function paid(changes: Partial<DealView>) {
  return next({ phase: phase('paid'), payments: views(held), ...changes });
}

function delivered(changes: Partial<DealView>) {
  return paid({ shipment: owned(shipment({ status: 'delivered', h1: H1 })), ...changes });
}
