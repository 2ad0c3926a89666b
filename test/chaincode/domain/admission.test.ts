// Duty: proves D3 and L1: gate, reservation, stock, and the close of a silent bank's leg.
// Must not: touch the ledger.
import { expect } from 'chai';
import { decideAdmit, decideClose, type AdmitInput } from '../../../chaincode/domain/admission.js';
import { BOUGHT_AT, workedParameters } from '../protocol/worked-example.js';
import { DEAL, forged, gate, leg, leg2, owned, phase, reservation, stock, termsRow } from './deal-rows.js';
import { expectRefusal } from './refusal.js';

const NOW = BOUGHT_AT + 62_000;
/** Answer time 10 s; twice the window of 3 s and a slack of 1 s. */
const ANSWER_TIME = 10_000;
const SETTLING = 7_000;

describe('admission', () => {
  it('opens the gate for the answer time and takes one unit of stock with the first leg', () => {
    const admission = decideAdmit(admitting());
    expect(admission?.gate).to.deep.equal(gate(leg(), 'admitted', NOW + ANSWER_TIME));
    expect(admission?.reservation).to.deep.equal(reservation(['leg_00000001']));
    expect(admission?.stock).to.deep.equal(stock(2, 1));
  });

  it('takes no second unit with the second leg', () => {
    const admission = decideAdmit(admittingSecond());
    expect(admission?.reservation?.legs).to.deep.equal(['leg_00000001', 'leg_00000002']);
    expect(admission?.stock).to.equal(null);
  });

  it('refuses at the gate when nothing is left, and touches nothing else', () => {
    const admission = decideAdmit(admitting({ stock: stock(0, 3) }));
    expect(admission?.gate).to.include({ status: 'refused', reason: 'NO_STOCK' });
    expect([admission?.reservation, admission?.stock]).to.deep.equal([null, null]);
  });

  it('keeps open and held legs within the price, to the unit', () => {
    const second = (amount: string) => admittingSecond({ leg: owned(leg2({ amount })) });
    expect(decideAdmit(second('740000'))?.gate.status).to.equal('admitted');
    expect(decideAdmit(second('740001'))?.gate.reason).to.equal('OVERPAYMENT');
  });

  it('refuses a leg that would leave a rest below the smallest part', () => {
    const second = (amount: string) => admittingSecond({ leg: owned(leg2({ amount })) });
    expect(decideAdmit(second('616000'))?.gate.status).to.equal('admitted');
    expect(decideAdmit(second('616001'))?.gate.reason).to.equal('MIN_PART');
    expect(decideAdmit(second('739999'))?.gate.reason).to.equal('MIN_PART');
  });

  it('lets rejected, closed and unvouched legs leave the list', () => {
    const dead = [
      { leg: owned(leg({ id: 'leg_rejected', status: 'rejected' })), gate: gate(leg(), 'admitted') },
      { leg: owned(leg({ id: 'leg_closed00' })), gate: gate(leg(), 'closed') },
      { leg: forged(leg({ id: 'leg_forged00', status: 'held' })), gate: gate(leg(), 'admitted') },
    ];
    const input = admittingSecond({
      reserved: [...dead, { leg: owned(leg({ status: 'held' })), gate: gate(leg(), 'admitted') }],
    });
    expect(decideAdmit(input)?.reservation?.legs).to.deep.equal(['leg_00000001', 'leg_00000002']);
  });

  it('still admits on a sealed deal; is too late on an expired one; has no place on a paid one', () => {
    const on = (status: 'sealed' | 'expired' | 'paid' | 'completed') =>
      decideAdmit(admitting({ phase: phase(status) }))?.gate.reason;
    expect(on('sealed')).to.equal(null);
    expect(on('expired')).to.equal('TOO_LATE');
    expect(on('paid')).to.equal('WRONG_STATE');
    expect(on('completed')).to.equal('WRONG_STATE');
  });

  it('is decided once', () => {
    for (const status of ['admitted', 'refused'] as const) {
      expect(decideAdmit(admitting({ gate: gate(leg(), status) }))).to.equal(null);
    }
    expectRefusal(() => decideAdmit(admitting({ gate: gate(leg(), 'closed') })), 'WRONG_STATE');
  });

  it('takes submitted legs only', () => {
    for (const status of ['held', 'rejected', 'late', 'captured', 'voided'] as const) {
      const input = admitting({ leg: owned(leg({ status })) });
      expectRefusal(() => decideAdmit(input), 'WRONG_STATE', { found: status });
    }
    expectRefusal(() => decideAdmit(admitting({ leg: forged(leg()) })), 'NO_EVIDENCE');
  });
});

describe('closing a leg', () => {
  it('waits for the answer time from admission, twice the window and slack', () => {
    const admitted = gate(leg(), 'admitted', NOW + ANSWER_TIME);
    const at = (now: number) => () => decideClose(closing({ now, gate: admitted }));
    const first = NOW + ANSWER_TIME + SETTLING;
    expectRefusal(at(first - 1), 'TOO_EARLY', { needed: first });
    for (const now of [first, first + 1]) {
      expect(at(now)()).to.deep.equal(gate(leg(), 'closed', NOW + ANSWER_TIME));
    }
  });

  it('counts from arrival if the leg was never admitted', () => {
    const first = leg().arrivedAt + ANSWER_TIME + SETTLING;
    const at = (now: number) => () => decideClose(closing({ now, gate: null }));
    expectRefusal(at(first - 1), 'TOO_EARLY', { needed: first });
    for (const now of [first, first + 1]) expect(at(now)()?.status).to.equal('closed');
  });

  it('is refused once the bank has answered', () => {
    for (const status of ['held', 'rejected'] as const) {
      const input = closing({ leg: owned(leg({ status })) });
      expectRefusal(() => decideClose(input), 'ANSWERED', { found: status });
    }
  });

  it('is done once, and a refused gate needs none', () => {
    expect(decideClose(closing({ gate: gate(leg(), 'closed') }))).to.equal(null);
    expectRefusal(() => decideClose(closing({ gate: gate(leg(), 'refused') })), 'WRONG_STATE');
  });
});

function admitting(changes: Partial<AdmitInput> = {}): AdmitInput {
  return {
    deal: DEAL,
    now: NOW,
    terms: termsRow(),
    phase: phase('open'),
    leg: owned(leg()),
    gate: null,
    reservation: null,
    reserved: [],
    stock: stock(3),
    ...changes,
  };
}

function admittingSecond(changes: Partial<AdmitInput> = {}): AdmitInput {
  return admitting({
    leg: owned(leg2()),
    reservation: reservation(['leg_00000001']),
    reserved: [{ leg: owned(leg()), gate: gate(leg(), 'admitted') }],
    ...changes,
  });
}

function closing(changes: Partial<Parameters<typeof decideClose>[0]> = {}) {
  return {
    deal: DEAL,
    now: NOW + 60_000,
    parameters: workedParameters(),
    terms: termsRow(),
    leg: owned(leg()),
    gate: gate(leg(), 'admitted', NOW + ANSWER_TIME),
    ...changes,
  };
}
