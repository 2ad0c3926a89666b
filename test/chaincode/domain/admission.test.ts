// Admission, reservation and stock, and the close of a payment that its bank does not answer.
import { expect } from 'chai';
import {
  decideAdmit,
  decideCloseAdmission,
  type AdmitInput,
} from '../../../chaincode/domain/payment/admission.js';
import { BOUGHT_AT } from '../protocol/worked-example.js';
import {
  DEAL,
  forged,
  admissionRow,
  payment,
  payment2,
  owned,
  phase,
  reservation,
  stock,
  termsRow,
} from './deal-rows.js';
import { expectRefusal } from './refusal.js';

const NOW = BOUGHT_AT + 62_000;
/** Answer time 10 s; twice the window of 3 s and a slack of 1 s. */
const ANSWER_TIME = 10_000;
const SETTLING = 7_000;

describe('admission', () => {
  it('opens the admission for the answer time and takes one unit of stock with the first payment', () => {
    const admission = decideAdmit(admitting());
    expect(admission?.admission).to.deep.equal(admissionRow(payment(), 'admitted', NOW + ANSWER_TIME));
    expect(admission?.reservation).to.deep.equal(reservation(['payment_00000001']));
    expect(admission?.stock).to.deep.equal(stock(2, 1));
  });

  it('takes no second unit with the second payment', () => {
    const admission = decideAdmit(admittingSecond());
    expect(admission?.reservation?.payments).to.deep.equal(['payment_00000001', 'payment_00000002']);
    expect(admission?.stock).to.equal(null);
  });

  it('refuses at the admission when nothing is left, and touches nothing else', () => {
    const admission = decideAdmit(admitting({ stock: stock(0, 3) }));
    expect(admission?.admission).to.include({ status: 'refused', reason: 'NO_STOCK' });
    expect([admission?.reservation, admission?.stock]).to.deep.equal([null, null]);
  });

  it('keeps open and held payments within the price, to the unit', () => {
    const second = (amount: string) => admittingSecond({ payment: owned(payment2({ amount })) });
    expect(decideAdmit(second('740000'))?.admission.status).to.equal('admitted');
    expect(decideAdmit(second('740001'))?.admission.reason).to.equal('OVERPAYMENT');
  });

  it('refuses a payment that would leave a rest below the smallest part', () => {
    const second = (amount: string) => admittingSecond({ payment: owned(payment2({ amount })) });
    expect(decideAdmit(second('616000'))?.admission.status).to.equal('admitted');
    expect(decideAdmit(second('616001'))?.admission.reason).to.equal('MIN_PART');
    expect(decideAdmit(second('739999'))?.admission.reason).to.equal('MIN_PART');
  });

  it('lets rejected, closed and unvouched payments leave the list', () => {
    const dead = [
      {
        payment: owned(payment({ id: 'payment_rejected', status: 'rejected' })),
        admission: admissionRow(payment(), 'admitted'),
      },
      { payment: owned(payment({ id: 'payment_closed00' })), admission: admissionRow(payment(), 'closed') },
      {
        payment: forged(payment({ id: 'payment_forged00', status: 'held' })),
        admission: admissionRow(payment(), 'admitted'),
      },
    ];
    const input = admittingSecond({
      reserved: [
        ...dead,
        { payment: owned(payment({ status: 'held' })), admission: admissionRow(payment(), 'admitted') },
      ],
    });
    expect(decideAdmit(input)?.reservation?.payments).to.deep.equal(['payment_00000001', 'payment_00000002']);
  });

  it('still admits on a sealed deal; is too late on an expired one; has no place on a paid one', () => {
    const on = (status: 'paymentsClosed' | 'expired' | 'paid' | 'completed') =>
      decideAdmit(admitting({ phase: phase(status) }))?.admission.reason;
    expect(on('paymentsClosed')).to.equal(null);
    expect(on('expired')).to.equal('TOO_LATE');
    expect(on('paid')).to.equal('WRONG_STATE');
    expect(on('completed')).to.equal('WRONG_STATE');
  });

  it('is decided once', () => {
    for (const status of ['admitted', 'refused'] as const) {
      expect(decideAdmit(admitting({ admission: admissionRow(payment(), status) }))).to.equal(null);
    }
    expectRefusal(
      () => decideAdmit(admitting({ admission: admissionRow(payment(), 'closed') })),
      'WRONG_STATE',
    );
  });

  it('takes submitted payments only', () => {
    for (const status of ['held', 'rejected', 'late', 'captured', 'voided'] as const) {
      const input = admitting({ payment: owned(payment({ status })) });
      expectRefusal(() => decideAdmit(input), 'WRONG_STATE', { found: status });
    }
    expectRefusal(() => decideAdmit(admitting({ payment: forged(payment()) })), 'NOT_ATTESTED');
  });
});

describe('closing a payment', () => {
  it('waits for the answer time from admission, twice the window and slack', () => {
    const admitted = admissionRow(payment(), 'admitted', NOW + ANSWER_TIME);
    const at = (now: number) => () => decideCloseAdmission(closing({ now, admission: admitted }));
    const first = NOW + ANSWER_TIME + SETTLING;
    expectRefusal(at(first - 1), 'TOO_EARLY', { needed: first });
    for (const now of [first, first + 1]) {
      expect(at(now)()).to.deep.equal(admissionRow(payment(), 'closed', NOW + ANSWER_TIME));
    }
  });

  it('counts from arrival if the payment was never admitted', () => {
    const first = payment().arrivedAt + ANSWER_TIME + SETTLING;
    const at = (now: number) => () => decideCloseAdmission(closing({ now, admission: null }));
    expectRefusal(at(first - 1), 'TOO_EARLY', { needed: first });
    for (const now of [first, first + 1]) expect(at(now)()?.status).to.equal('closed');
  });

  it('is refused once the bank has answered', () => {
    for (const status of ['held', 'rejected'] as const) {
      const input = closing({ payment: owned(payment({ status })) });
      expectRefusal(() => decideCloseAdmission(input), 'ANSWERED', { found: status });
    }
  });

  it('is done once, and a refused admission needs none', () => {
    expect(decideCloseAdmission(closing({ admission: admissionRow(payment(), 'closed') }))).to.equal(null);
    expectRefusal(
      () => decideCloseAdmission(closing({ admission: admissionRow(payment(), 'refused') })),
      'WRONG_STATE',
    );
  });
});

function admitting(changes: Partial<AdmitInput> = {}): AdmitInput {
  return {
    deal: DEAL,
    now: NOW,
    terms: termsRow(),
    phase: phase('open'),
    payment: owned(payment()),
    admission: null,
    reservation: null,
    reserved: [],
    stock: stock(3),
    invitation: null,
    ...changes,
  };
}

function admittingSecond(changes: Partial<AdmitInput> = {}): AdmitInput {
  return admitting({
    payment: owned(payment2()),
    reservation: reservation(['payment_00000001']),
    reserved: [{ payment: owned(payment()), admission: admissionRow(payment(), 'admitted') }],
    ...changes,
  });
}

function closing(changes: Partial<Parameters<typeof decideCloseAdmission>[0]> = {}) {
  return {
    deal: DEAL,
    now: NOW + 60_000,
    terms: termsRow(),
    payment: owned(payment()),
    admission: admissionRow(payment(), 'admitted', NOW + ANSWER_TIME),
    ...changes,
  };
}
