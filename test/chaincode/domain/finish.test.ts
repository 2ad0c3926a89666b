// How a payment ends by what its bank has recorded: paid out, given back, or neither yet.
import { expect } from 'chai';
import type { DealRecordRow } from '../../../chaincode/domain/payment/deal-record-row.js';
import { decideCapture, decideVoid, type FinishInput } from '../../../chaincode/domain/payment/finish.js';
import { longStopFrom, settledFrom } from '../../../chaincode/protocol/deal-times.js';
import { DEAL, forged, owned, phase, shipment } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import { DELIVERED_AT, finishing, H1, PAYMENT_1, PAYMENT_2, recorded, TERMS } from './signed-deal.js';

const { inspectionTimeMs, shipTimeMs, stepTimeMs } = TERMS.offerTerms;
const STOP = longStopFrom(TERMS);
const STEP = stepTimeMs;
/** Nothing but the money is recorded. */
const BARE = { full: null, moved: null, delivered: null, word: null } as const;
const SOME = [owned({ ...PAYMENT_1, status: 'held' as const })];
const started = (startedAt: number) =>
  ({ v: 1, deal: DEAL, status: 'started', startedAt, acceptance: null }) as const;

describe('a capture', () => {
  it('carries the allocation of the worked example, and is done once', () => {
    const done = decideCapture(finishing());
    expect(done?.payment).to.deep.equal({
      ...PAYMENT_1,
      status: 'captured',
      allocation: [
        { payee: 'seller', purpose: 'price', link: 'link_seller00', bank: '20', amount: '500000' },
      ],
    });
    expect(done?.record.own).to.deep.equal([{ payment: PAYMENT_1, status: 'captured', at: DELIVERED_AT }]);
    expect(decideCapture(finishing({ record: done?.record ?? null }))).to.equal(null);
    expectRefusal(() => decideVoid(finishing({ record: done?.record ?? null })), 'WRONG_STATE');
  });

  it('is refused for what the bank does not hold', () => {
    expectRefusal(capture({}, { record: null }), 'NOT_FOUND', { what: 'payment' });
    expectRefusal(capture({}, { payment: PAYMENT_2.id }), 'NOT_FOUND', { what: 'payment' });
    const own = [{ payment: PAYMENT_1, status: 'voided' as const, at: 1 }];
    expectRefusal(capture({ own }), 'WRONG_STATE', { found: 'voided' });
  });

  it('needs no row of others once the word, the delivery and the price are recorded', () => {
    const gone = { phase: null, inspection: null, shipment: null, payments: [] } as const;
    expect(capture({}, gone)()).to.equal('captured');
    expect(capture({}, { ...gone, phase: phase('expired'), shipment: forged(shipment()) })()).to.equal(
      'captured',
    );
  });

  it('needs the price seen held, and the own payment among those that make it up', () => {
    expectRefusal(capture({ full: null }), 'NOT_FULL');
    const others = recorded().full?.payments.filter(({ id }) => id !== PAYMENT_1.id) ?? [];
    expectRefusal(capture({ full: { at: 1, payments: others } }), 'NOT_DUE');
  });

  it('waits for the inspection time since its start and since the recorded delivery, whichever is later', () => {
    const due = settledFrom(DELIVERED_AT + inspectionTimeMs, TERMS);
    for (const [startedAt, delivered] of [
      [DELIVERED_AT, DELIVERED_AT],
      [DELIVERED_AT - 10 ** 6, DELIVERED_AT],
      [DELIVERED_AT, DELIVERED_AT - 10 ** 6],
    ] as const) {
      const at = (now: number) => capture({ word: null, delivered }, { now, inspection: started(startedAt) });
      expectRefusal(at(due - 1), 'NOT_DUE');
      for (const now of [due, due + 1]) expect(at(now)()).to.equal('captured');
    }
    const unrecorded = { now: due + 10 ** 6, inspection: started(DELIVERED_AT) };
    expectRefusal(capture({ word: null, delivered: null }, unrecorded), 'NOT_DUE');
  });
});

describe('a void', () => {
  it('gives money that never was the whole price back as soon as the deal has expired', () => {
    expect(giveBack(BARE, { payments: SOME })()).to.equal('voided');
    for (const status of ['open', 'cancelled', 'paymentsClosed', 'paid'] as const) {
      expectRefusal(giveBack(BARE, { phase: phase(status), payments: SOME }), 'NOT_DUE');
    }
    expectRefusal(giveBack(BARE, { phase: null }), 'NOT_DUE');
  });

  it('is refused while the payments of all banks make up the price, given back or not', () => {
    for (const status of ['held', 'captured', 'voided'] as const) {
      const payments = [...SOME, owned({ ...PAYMENT_2, status })];
      expectRefusal(giveBack(BARE, { payments }), 'FULLY_HELD', { needed: '1240000', found: '1240000' });
    }
    const short = [...SOME, owned({ ...PAYMENT_2, status: 'held' as const, amount: '739999' })];
    expect(giveBack(BARE, { payments: short })()).to.equal('voided');
  });

  it('counts nothing that its bank does not vouch for, of other terms, or of a bank that it does not know', () => {
    const held = { ...PAYMENT_2, status: 'held' as const };
    for (const other of [
      forged(held),
      owned({ ...held, termsHash: 'f'.repeat(64) }),
      owned({ ...held, deal: 'deal_00000002' }),
      owned({ ...held, currency: 'EUR' }),
      owned({ ...held, owner: 'CourierMSP' }),
      owned({ ...held, status: 'submitted' as const }),
    ]) {
      expect(giveBack(BARE, { payments: [...SOME, other] })()).to.equal('voided');
    }
  });

  it('of a whole price waits for the time to ship, and for a parcel that is on its way', () => {
    const full = { at: DELIVERED_AT, payments: recorded().full?.payments ?? [] };
    const due = settledFrom(DELIVERED_AT + shipTimeMs, TERMS);
    expectRefusal(giveBack({ ...BARE, full }, { now: due - 1 }), 'NOT_DUE', { needed: due });
    expect(giveBack({ ...BARE, full }, { now: due })()).to.equal('voided');
    const parcel = owned(shipment({ status: 'accepted' }));
    expectRefusal(giveBack({ ...BARE, full }, { now: due, shipment: parcel }), 'NOT_DUE');
    expectRefusal(giveBack({ ...BARE, full, moved: DELIVERED_AT }, { now: due }), 'NOT_DUE');
    const byStranger = owned(shipment({ status: 'accepted', owner: 'MarketplaceMSP' }));
    expect(giveBack({ ...BARE, full }, { now: due, shipment: byStranger })()).to.equal('voided');
  });

  it('is refused once the buyer has accepted', () => {
    const late = { now: STOP + 10 ** 12, phase: phase('expired') };
    expectRefusal(giveBack({}, late), 'NOT_DUE', { needed: 'capture' });
  });
});

describe('the long stop', () => {
  const nobody = { phase: null, inspection: null, shipment: null, payments: [] } as const;

  it('gives back what was not delivered, without anybody else', () => {
    for (const record of [BARE, { ...BARE, full: recorded().full }, { ...BARE, moved: 1 }]) {
      expectRefusal(giveBack(record, { ...nobody, now: STOP - 1 }), 'NOT_DUE', { needed: STOP });
      expect(giveBack(record, { ...nobody, now: STOP })()).to.equal('voided');
    }
  });

  it('pays out what was delivered, once it could be inspected', () => {
    const unaccepted = { word: null, delivered: STOP } as const;
    const due = STOP + inspectionTimeMs + STEP;
    expectRefusal(capture(unaccepted, { ...nobody, now: due - 1 }), 'NOT_DUE', { needed: due });
    expectRefusal(giveBack(unaccepted, { ...nobody, now: due - 1 }), 'NOT_DUE', { needed: due });
    expect(capture(unaccepted, { ...nobody, now: due })()).to.equal('captured');
    expectRefusal(giveBack(unaccepted, { ...nobody, now: due }), 'NOT_DUE', { needed: 'capture' });
  });

  it('waits a step where the price was held late, and for a delivery that is not recorded yet', () => {
    const full = { at: STOP, payments: recorded().full?.payments ?? [] };
    expectRefusal(giveBack({ ...BARE, full }, { ...nobody, now: STOP + STEP - 1 }), 'NOT_DUE');
    expect(giveBack({ ...BARE, full }, { ...nobody, now: STOP + STEP })()).to.equal('voided');
    const delivered = owned(shipment({ status: 'delivered', h1: H1 }));
    const seen = { ...nobody, now: STOP + STEP, shipment: delivered };
    expectRefusal(giveBack({ ...BARE, full }, seen), 'NOT_DUE', { needed: 'record of the delivery' });
  });

  it('is put off by nothing that others write: no expiry, no lateness, no money beyond the price', () => {
    const full = { at: STOP - STEP, payments: recorded().full?.payments ?? [] };
    const held = { ...nobody, now: STOP };
    const overdue = { v: 1, deal: DEAL, status: 'overdue', at: 0 } as const;
    const late = { ...BARE, full, moved: STOP - 1 };
    expect(giveBack(late, { ...held, outcome: overdue })()).to.equal('voided');
    expect(giveBack({ ...BARE, full }, { ...held, phase: phase('expired') })()).to.equal('voided');
    const more = [...SOME, owned({ ...PAYMENT_2, status: 'held' as const, amount: '740001' })];
    const surplus = { phase: phase('expired'), payments: more };
    expectRefusal(giveBack(BARE, { ...held, ...surplus, now: STOP - 1 }), 'FULLY_HELD');
    expect(giveBack(BARE, { ...held, ...surplus })()).to.equal('voided');
  });

  it('gives back a payment beyond the price, whatever became of the deal', () => {
    const others = recorded().full?.payments.filter(({ id }) => id !== PAYMENT_1.id) ?? [];
    const surplus = { full: { at: 1, payments: others } };
    expect(giveBack(surplus, { ...nobody, now: STOP })()).to.equal('voided');
    expectRefusal(giveBack(surplus, { ...nobody, now: STOP - 1 }), 'NOT_DUE');
  });
});

function capture(record: Partial<DealRecordRow>, changes: Partial<FinishInput> = {}) {
  return () => decideCapture(finishing({ record: recorded(record), ...changes }))?.payment.status;
}

/** In an expired deal whose parcel never moved, unless the changes say otherwise. */
function giveBack(record: Partial<DealRecordRow>, changes: Partial<FinishInput> = {}) {
  const expired = { phase: phase('expired'), shipment: null };
  return () => decideVoid(finishing({ ...expired, record: recorded(record), ...changes }))?.payment.status;
}
