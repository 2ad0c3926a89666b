// What is due for each organisation in every state of a deal, with ±1 at each instant.
import { expect } from 'chai';
import { dueActions, type DueActions } from '../../../gateway/organisations/due-actions.js';
import type { DealFacts } from '../../../gateway/payments/due-actions.js';
import type { InspectionRow } from '../../../chaincode/protocol/shipment.js';
import {
  ACCEPTANCE,
  ANSWER_TIME_MS,
  BOUGHT_AT,
  CONCESSION,
  dealView,
  LONG_STOP_MS,
  PAY_DEADLINE,
  type ViewSketch,
} from '../support/deal-views.js';

const admits = (): boolean => true;
const never = (): boolean => false;
const MARKETPLACE = { mspId: 'MarketplaceMSP', kind: 'marketplace', agreementWorker: true, admits } as const;
const BANK_A = { mspId: 'BankAMSP', kind: 'bank', agreementWorker: false, admits: never } as const;
const BANK_B = { mspId: 'BankBMSP', kind: 'bank', agreementWorker: false, admits: never } as const;
const COURIER = { mspId: 'CourierMSP', kind: 'courier', agreementWorker: false, admits: never } as const;

const NOW = BOUGHT_AT + 2_000;
/** 2 × window + slack. */
const MARGIN = 7_000;
const SHIP_TIME = 3_600_000;
const STEP_TIME = 60_000;
const payment = 'payment_00000001';

function market(sketch: ViewSketch, now = NOW): DueActions {
  return dueActions(dealView(sketch), MARKETPLACE, now);
}
function bankA(sketch: ViewSketch, now = NOW): DueActions {
  return dueActions(dealView(sketch), BANK_A, now);
}
function bankB(sketch: ViewSketch, now = NOW): DueActions {
  return dueActions(dealView(sketch), BANK_B, now);
}

describe('due actions of the agreement', () => {
  it('a submitted payment without a admission is to be admitted', () => {
    expect(market({ payments: [{ id: payment, admission: null }] }).deal).to.deep.equal([
      { action: 'admitPayment', payment },
    ]);
  });

  it('a payment that its payer has not confirmed is not admitted, and closed when its time is over', () => {
    const arrivedAt = BOUGHT_AT + 1_000;
    const view = dealView({ payments: [{ id: payment, admission: null, arrivedAt }] });
    const unconfirmed = { ...MARKETPLACE, admits: never };
    const closable = arrivedAt + ANSWER_TIME_MS + MARGIN;
    const before = dueActions(view, unconfirmed, closable - 1);
    expect([before.deal, before.wakeAt, before.finished]).to.deep.equal([[], closable, false]);
    expect(dueActions(view, unconfirmed, closable).deal).to.deep.equal([
      { action: 'closeAdmission', payment },
    ]);
  });

  it('a payment without attestation is not attested and nothing is done about it', () => {
    expect(market({ payments: [{ id: payment, admission: null, attested: false }] }).deal).to.deep.equal([]);
  });

  it('a payment that nobody admitted is closed once arrival, answer time, window and slack are over', () => {
    const arrivedAt = BOUGHT_AT + 1_000;
    const closable = arrivedAt + ANSWER_TIME_MS + MARGIN;
    const sketch: ViewSketch = { payments: [{ id: payment, admission: null, arrivedAt }] };
    expect(market(sketch, closable - 1).deal).to.deep.equal([{ action: 'admitPayment', payment }]);
    expect(market(sketch, closable - 1).wakeAt).to.equal(closable);
    expect(market(sketch, closable).deal).to.deep.equal([{ action: 'closeAdmission', payment }]);
  });

  it('an admitted payment is closed at its answer date plus twice the window and slack, and not before', () => {
    const answerBy = BOUGHT_AT + 12_000;
    const sketch: ViewSketch = { payments: [{ id: payment, answerBy }] };
    expect(market(sketch, answerBy + MARGIN - 1).deal).to.deep.equal([]);
    expect(market(sketch, answerBy + MARGIN - 1).wakeAt).to.equal(answerBy + MARGIN);
    expect(market(sketch, answerBy + MARGIN).deal).to.deep.equal([{ action: 'closeAdmission', payment }]);
    expect(market(sketch, answerBy + MARGIN + 1).deal).to.deep.equal([{ action: 'closeAdmission', payment }]);
  });

  for (const admission of ['refused', 'closed'] as const) {
    it(`a payment whose admission is ${admission} needs no agreement action`, () => {
      expect(market({ payments: [{ id: payment, admission }] }).deal).to.deep.equal([]);
    });
  }

  it('a deal is marked paid when its reserved payments are held and make up the price', () => {
    const payments = [
      { id: 'payment_00000001', status: 'held', amount: '500000', fee: '7500' },
      { id: 'payment_00000002', status: 'held', amount: '740000' },
    ] as const;
    expect(market({ payments }).deal).to.deep.equal([{ action: 'markPaid' }]);
    expect(market({ payments, phase: 'paymentsClosed' }).deal).to.deep.equal([{ action: 'markPaid' }]);
  });

  it('a deal is not marked paid by a minor unit less, nor by a held payment without attestation', () => {
    const short = [{ id: payment, status: 'held', amount: '1239999' }] as const;
    const unproven = [{ id: payment, status: 'held', attested: false }] as const;
    expect(market({ payments: short }).deal).to.deep.equal([]);
    expect(market({ payments: unproven }).deal).to.deep.equal([]);
  });

  it('an unpaid deal is sealed at its deadline plus twice the window and slack, and not before', () => {
    const sealable = PAY_DEADLINE + MARGIN;
    expect(market({}, sealable - 1)).to.deep.equal({
      deal: [],
      payment: [],
      wakeAt: sealable,
      finished: false,
    });
    expect(market({}, sealable).deal).to.deep.equal([{ action: 'closePayments' }]);
  });

  it('a sealed deal expires when no payment is open', () => {
    const payments = [
      { id: 'payment_00000001', status: 'held', amount: '500000' },
      { id: 'payment_00000002', admission: 'closed' },
      { id: 'payment_00000003', admission: 'refused' },
      { id: 'payment_00000004', status: 'rejected' },
      { id: 'payment_00000005', status: 'late', admission: 'closed' },
    ] as const;
    expect(market({ phase: 'paymentsClosed', payments }).deal).to.deep.equal([{ action: 'expire' }]);
  });

  it('a sealed deal waits while an admitted payment is neither answered nor closed', () => {
    const due = market({ phase: 'paymentsClosed', payments: [{ id: payment, answerBy: NOW + 1 }] });
    expect(due).to.deep.equal({ deal: [], payment: [], wakeAt: NOW + 1 + MARGIN, finished: false });
  });

  it('a sealed deal waits for the admission of a payment that was in time', () => {
    const due = market({ phase: 'paymentsClosed', payments: [{ id: payment, admission: null }] });
    expect(due.deal).to.deep.equal([{ action: 'admitPayment', payment }]);
  });

  it('a cancelled deal expires at once, or when the banks that were asked have answered', () => {
    const held = [{ id: payment, status: 'held', amount: '1240000' }] as const;
    expect(market({ phase: 'cancelled' }).deal).to.deep.equal([{ action: 'expire' }]);
    expect(market({ phase: 'cancelled', payments: held }).deal).to.deep.equal([{ action: 'expire' }]);
    const due = market({ phase: 'cancelled', payments: [{ id: payment, answerBy: NOW + 1 }] });
    expect(due).to.deep.equal({ deal: [], payment: [], wakeAt: NOW + 1 + MARGIN, finished: false });
  });

  it('inspection starts when the courier vouches for the delivery, and only then', () => {
    const credits = [{}];
    expect(market({ phase: 'paid', credits, shipment: 'accepted' }).deal).to.deep.equal([]);
    expect(
      market({ phase: 'paid', credits, shipment: 'delivered', shipmentAttestation: false }).deal,
    ).to.deep.equal([]);
    expect(market({ phase: 'paid', credits, shipment: 'delivered' }).deal).to.deep.equal([
      { action: 'startInspection' },
    ]);
    expect(
      market({ phase: 'paid', credits, shipment: 'delivered', inspection: 'started' }).deal,
    ).to.deep.equal([]);
  });

  it('a deal is completed when every planned credit is credited with attestation', () => {
    const paid = { phase: 'paid', shipment: 'delivered', inspection: 'started' } as const;
    const seller = { status: 'credited' } as const;
    const commission = { payee: 'marketplace', purpose: 'commission', owner: 'BankAMSP' } as const;
    expect(market({ ...paid, credits: [seller, commission] }).deal).to.deep.equal([]);
    expect(
      market({ ...paid, credits: [seller, { ...commission, status: 'credited', attested: false }] }).deal,
    ).to.deep.equal([]);
    expect(market({ ...paid, credits: [seller, { ...commission, status: 'credited' }] }).deal).to.deep.equal([
      { action: 'complete' },
    ]);
  });

  for (const phase of ['expired', 'completed'] as const) {
    it(`a deal that is ${phase} is finished for the agreement`, () => {
      expect(market({ phase, payments: [{ id: payment, status: 'held' }] })).to.deep.equal({
        deal: [],
        payment: [],
        wakeAt: null,
        finished: true,
      });
    });
  }

  it('a deal without terms is nothing to anybody', () => {
    const view = { ...dealView(), terms: null };
    expect(dueActions(view, MARKETPLACE, NOW).finished).to.equal(true);
  });

  it('any member that runs the agreement worker has the same actions, but admits nothing', () => {
    const worker = { ...COURIER, agreementWorker: true };
    const full = dealView({ payments: [{ id: payment, status: 'held', amount: '1240000' }] });
    expect(dueActions(full, worker, NOW)).to.deep.equal(dueActions(full, MARKETPLACE, NOW));
    const unadmitted = dealView({ payments: [{ id: payment, admission: null }] });
    expect(dueActions(unadmitted, worker, NOW).deal).to.deep.equal([]);
  });

  it('a courier without the agreement worker has nothing to do by itself', () => {
    const view = dealView({
      phase: 'paid',
      credits: [{}],
      shipment: 'announced',
      payments: [{ id: payment, admission: null }],
    });
    const due = dueActions(view, COURIER, NOW);
    expect([due.deal, due.payment, due.wakeAt]).to.deep.equal([[], [], null]);
  });
});

describe('due actions of a bank', () => {
  it('answers its own admitted payment and nobody else’s', () => {
    const sketch: ViewSketch = { payments: [{ id: payment, owner: 'BankAMSP' }] };
    expect(bankA(sketch).payment).to.deep.equal([{ action: 'answerPayment', payment }]);
    expect(bankB(sketch).payment).to.deep.equal([]);
  });

  it('takes a payment in hand before its admission, and none that was refused there', () => {
    expect(bankA({ payments: [{ id: payment, admission: null }] }).payment).to.deep.equal([
      { action: 'answerPayment', payment },
    ]);
    expect(bankA({ payments: [{ id: payment, admission: 'refused' }] }).payment).to.deep.equal([]);
  });

  it('still answers a payment whose admission was closed, also after expiry', () => {
    const sketch: ViewSketch = { phase: 'expired', payments: [{ id: payment, admission: 'closed' }] };
    expect(bankA(sketch).payment).to.deep.equal([{ action: 'answerPayment', payment }]);
    expect(bankA(sketch).finished).to.equal(false);
  });

  it('gives what never was the price back when the deal has expired, at once', () => {
    const due = bankA({ phase: 'expired', payments: [{ id: payment, status: 'held', amount: '1239999' }] });
    expect(due.payment).to.deep.equal([{ action: 'voidPayment', payment }]);
    expect(due.finished).to.equal(false);
  });

  it('gives the whole price back when nothing can be shipped any more, and records it before', () => {
    const sketch = { phase: 'expired', payments: [{ id: payment, status: 'held' }] } as const;
    const gone = BOUGHT_AT + SHIP_TIME + MARGIN;
    expect(bankA(sketch, gone - 1).payment).to.deep.equal([recording({ full: true })]);
    expect(bankA(sketch, gone - 1).wakeAt).to.equal(gone);
    const giveBack = { action: 'voidPayment', payment };
    expect(bankA(sketch, gone).payment).to.deep.equal([recording({ full: true }), giveBack]);
  });

  it('keeps a hold while the deal is open or sealed', () => {
    for (const phase of ['open', 'paymentsClosed'] as const) {
      const short = [{ id: payment, status: 'held', amount: '1239999' }] as const;
      expect(bankA({ phase, payments: short }).payment).to.deep.equal([]);
      expect(bankA({ phase, payments: [{ id: payment, status: 'held' }] }).payment).to.deep.equal([
        recording({ full: true }),
      ]);
    }
  });

  it('ends by itself at the long stop what it holds in any phase, and not a millisecond before', () => {
    const stop = BOUGHT_AT + LONG_STOP_MS + MARGIN;
    const short = [{ id: payment, status: 'held', amount: '1' }] as const;
    const giveBack = { action: 'voidPayment', payment };
    for (const phase of ['open', 'cancelled', 'paymentsClosed', 'paid'] as const) {
      const sketch: ViewSketch = { phase, payments: short };
      expect([bankA(sketch, stop - 1).payment, bankA(sketch, stop - 1).wakeAt]).to.deep.equal([[], stop]);
      expect(bankA(sketch, stop).payment).to.deep.equal([giveBack]);
    }
    const there = {
      phase: 'paid',
      shipment: 'delivered',
      payments: [{ id: payment, status: 'held' }],
    } as const;
    expect(bankA(there, stop).payment).to.deep.include({ action: 'capture', payment });
  });

  it('gives back at once what the seller has conceded, and what was not shipped or delivered when it is time', () => {
    const paid = { phase: 'paid', payments: [{ id: payment, status: 'held' }], credits: [{}] } as const;
    const giveBack = { action: 'voidPayment', payment };
    expect(bankA({ ...paid, shipment: 'announced', isConceded: true }).payment).to.deep.equal([
      recording({ full: true, conceded: true }),
      giveBack,
    ]);
    const inspected = { ...paid, shipment: 'delivered', inspection: 'started', isConceded: true } as const;
    // The ledger takes one of the two: the concession may be forged.
    expect(bankA(inspected).payment.slice(1)).to.deep.equal([giveBack, { action: 'capture', payment }]);
    const gone = BOUGHT_AT + SHIP_TIME + MARGIN;
    const unshipped = { ...paid, shipment: 'announced', outcome: 'unshipped' } as const;
    expect(bankA(unshipped, gone - 1).payment).to.deep.equal([recording({ full: true })]);
    expect(bankA(unshipped, gone).payment).to.deep.include(giveBack);
    const late = gone + SHIP_TIME + STEP_TIME;
    const overdue = { ...paid, shipment: 'accepted', outcome: 'overdue' } as const;
    expect(bankA(overdue, late - 1).payment).to.deep.equal([recording({ full: true, moved: true })]);
    expect(bankA(overdue, late).payment).to.deep.include(giveBack);
    expect(bankA({ ...overdue, outcome: 'unshipped' }, late).payment).not.to.deep.include(giveBack);
  });

  it('any member says that a paid deal is late, when it is, and not a millisecond before', () => {
    const waiting = { phase: 'paid', credits: [{}], shipment: 'announced' } as const;
    const [unshipped, overdue] = [
      BOUGHT_AT + SHIP_TIME + MARGIN,
      BOUGHT_AT + 2 * SHIP_TIME + STEP_TIME + MARGIN,
    ];
    const saying = (outcome: string) => [{ action: 'decideDeal', outcome }];
    expect([market(waiting, unshipped - 1).deal, market(waiting, unshipped - 1).wakeAt]).to.deep.equal([
      [],
      unshipped,
    ]);
    expect(market(waiting, unshipped).deal).to.deep.equal(saying('unshipped'));
    const decided = { ...waiting, outcome: 'unshipped' } as const;
    expect(market(decided, overdue - 1).deal).to.deep.equal([]);
    expect(market(decided, overdue).deal).to.deep.equal(saying('overdue'));
    const onItsWay = { ...waiting, shipment: 'accepted' } as const;
    expect(market(onItsWay, overdue - 1).deal).to.deep.equal([]);
    expect(market(onItsWay, overdue).deal).to.deep.equal(saying('overdue'));
    expect(market({ ...onItsWay, isConceded: true }, overdue).deal).to.deep.equal([]);
  });

  const delivered = { phase: 'paid', shipment: 'delivered', credits: [{}] } as const;
  const held = [{ id: payment, status: 'held' }] as const;

  it('captures at once when the buyer has accepted', () => {
    const terms = { inspectionTimeMs: 5_000 };
    expect(bankA({ ...delivered, payments: held, terms, inspection: 'accepted' }).payment).to.deep.equal([
      recording({ full: true, moved: true, delivered: true, accepted: true }, ACCEPTANCE),
      { action: 'capture', payment },
    ]);
  });

  it('captures when the inspection time is over, and not a millisecond before', () => {
    const sketch: ViewSketch = {
      ...delivered,
      payments: held,
      inspection: 'started',
      inspectionStartedAt: NOW,
    };
    const terms = { inspectionTimeMs: 5_000 };
    const early = bankA({ ...sketch, terms }, NOW + 5_000 + MARGIN - 1);
    expect(early.payment).to.deep.equal([recording({ full: true, moved: true, delivered: true })]);
    expect(early.wakeAt).to.equal(NOW + 5_000 + MARGIN);
    expect(bankA({ ...sketch, terms }, NOW + 5_000 + MARGIN).payment).to.deep.include({
      action: 'capture',
      payment,
    });
  });

  it('does not capture while the courier’s word or the inspection is missing', () => {
    const without = (sketch: ViewSketch) => bankA({ phase: 'paid', payments: held, ...sketch }).payment;
    const onItsWay = [recording({ full: true, moved: true })];
    expect(without({ shipment: 'accepted', inspection: 'started' })).to.deep.equal(onItsWay);
    expect(without(delivered)).to.deep.equal([recording({ full: true, moved: true, delivered: true })]);
    const unvouched: ViewSketch = { ...delivered, shipmentAttestation: false, inspection: 'started' };
    expect(without(unvouched)).to.deep.equal([recording({ full: true })]);
  });

  it('credits its payee once the payment is captured with attestation, and only then', () => {
    const credits = [{ payee: 'seller', owner: 'BankBMSP' }] as const;
    const step = { action: 'credit', payment, payee: 'seller' };
    const paid = { phase: 'paid', credits } as const;
    expect(bankB({ ...paid, payments: [{ id: payment, status: 'held' }] }).payment).to.deep.equal([]);
    expect(
      bankB({ ...paid, payments: [{ id: payment, status: 'captured', attested: false }] }).payment,
    ).to.deep.equal([]);
    expect(bankB({ ...paid, payments: [{ id: payment, status: 'captured' }] }).payment).to.deep.equal([step]);
  });

  it('is finished with a completed deal whose credits it has made', () => {
    const credits = [{ status: 'credited' }] as const;
    const due = bankB({ phase: 'completed', credits, payments: [{ id: payment, status: 'captured' }] });
    expect(due).to.deep.equal({ deal: [], payment: [], wakeAt: null, finished: true });
  });
});

/** What a bank with the held payment records of a deal with these facts. */
function recording(facts: Partial<DealFacts>, acceptance: InspectionRow['acceptance'] = null) {
  const none = { full: false, moved: false, delivered: false, accepted: false, conceded: false };
  const all = { ...none, ...facts };
  const concession = all.conceded ? CONCESSION.signed : null;
  const payments = all.full ? [payment] : [];
  return { action: 'recordDeal', facts: all, payments, concession, acceptance } as const;
}
