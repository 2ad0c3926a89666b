// How a deal is marked paid, completed, closed to payments and expired.
import { expect } from 'chai';
import {
  decideExpire,
  decideClosePayments,
  type ExpireInput,
} from '../../../chaincode/domain/deal/expiry.js';
import {
  decideComplete,
  decideMarkPaid,
  type MarkPaidInput,
} from '../../../chaincode/domain/payout/payout.js';
import { planOf } from '../../../chaincode/protocol/plan.js';
import type { CreditRow } from '../../../chaincode/protocol/payout.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import { BOUGHT_AT, workedPayees, workedSharesRow } from '../protocol/worked-example.js';
import {
  DEAL,
  FREE_MONEY,
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

const NOW = BOUGHT_AT + 1_000_000;
/** Payment time 15 min, twice the window of 3 s, slack 1 s. */
const SEALABLE = BOUGHT_AT + 900_000 + 7_000;
const held1 = payment({ status: 'held' });
const held2 = payment2({ status: 'held' });

describe('marking paid', () => {
  it('creates plan, obligations, credits and shipment of the worked example at once', () => {
    const payout = decideMarkPaid(markingPaid());
    expect(payout?.phase).to.deep.equal({ ...phase('paid'), at: NOW });
    expect(payout?.plan.items).to.deep.equal(planOf([payment(), payment2()], workedPayees()));
    expect(
      payout?.credits.map(({ payment: of, payee, owner, amount, status }) => [
        of,
        payee,
        owner,
        amount,
        status,
      ]),
    ).to.deep.equal([
      ['payment_00000001', 'seller', 'BankBMSP', '500000', 'due'],
      ['payment_00000002', 'seller', 'BankBMSP', '678000', 'due'],
      ['payment_00000002', 'marketplace', 'BankAMSP', '62000', 'due'],
    ]);
    expect(payout?.obligations.map(({ payee, from, to, amount }) => [payee, from, to, amount])).to.deep.equal(
      [
        ['seller', '10', '20', '500000'],
        ['marketplace', '20', '10', '62000'],
      ],
    );
    expect(payout?.shipment).to.include({ owner: 'CourierMSP', status: 'announced', h1: null });
  });

  it('takes the payees’ banks from the links that the terms keep, if they are those of the offer', () => {
    const { sellersLink } = termsRow();
    for (const link of [
      { ...sellersLink, id: 'link_mallory0' },
      { ...sellersLink, bank: '10' },
    ]) {
      const terms = { ...termsRow(), sellersLink: link };
      expectRefusal(() => decideMarkPaid(markingPaid({ terms })), 'TERMS_DIFFER');
    }
  });

  it('works on a sealed deal and is done once', () => {
    expect(decideMarkPaid(markingPaid({ phase: phase('paymentsClosed') }))?.phase.status).to.equal('paid');
    for (const status of ['paid', 'completed'] as const) {
      expect(decideMarkPaid(markingPaid({ phase: phase(status) }))).to.equal(null);
    }
    expectRefusal(() => decideMarkPaid(markingPaid({ phase: phase('expired') })), 'WRONG_STATE');
  });

  it('needs the whole price in held payments that their banks vouch for', () => {
    const payments =
      (...of: MarkPaidInput['payments']) =>
      () =>
        decideMarkPaid(markingPaid({ payments: of }));
    expectRefusal(payments(owned(held1)), 'NOT_FULL', { found: '500000', needed: '1240000' });
    expectRefusal(payments(owned(held1), owned(payment2())), 'NOT_FULL', { found: '500000' });
    expectRefusal(payments(owned(held1), forged(held2)), 'NOT_FULL', { found: '500000' });
    const less = owned({ ...held2, amount: '739999' });
    expectRefusal(payments(owned(held1), less), 'NOT_FULL', { found: '1239999' });
  });
});

describe('sealing', () => {
  it('waits for the deadline, twice the window and slack', () => {
    const at = (now: number) => () => decideClosePayments(sealing({ now }));
    expectRefusal(at(SEALABLE - 1), 'TOO_EARLY', { needed: SEALABLE });
    for (const now of [SEALABLE, SEALABLE + 1]) expect(at(now)()?.status).to.equal('paymentsClosed');
  });

  it('is done once and does not touch a paid deal', () => {
    for (const status of ['paymentsClosed', 'expired'] as const) {
      expect(decideClosePayments(sealing({ phase: phase(status) }))).to.equal(null);
    }
    expectRefusal(() => decideClosePayments(sealing({ phase: phase('paid') })), 'WRONG_STATE', {
      found: 'paid',
    });
  });
});

describe('expiry', () => {
  it('needs a sealed deal and is done once', () => {
    expectRefusal(() => decideExpire(expiring({ phase: phase('open') })), 'WRONG_STATE');
    expectRefusal(() => decideExpire(expiring({ phase: phase('paid') })), 'WRONG_STATE');
    expect(decideExpire(expiring({ phase: phase('expired') }))).to.equal(null);
  });

  it('is refused while a payment is neither answered nor closed nor refused', () => {
    const withAdmission = (of: ExpireInput['payments'][number]['admission']) => () =>
      decideExpire(expiring({ payments: [{ payment: owned(payment()), admission: of }] }));
    expectRefusal(withAdmission(null), 'PAYMENT_UNANSWERED', { payment: 'payment_00000001' });
    expectRefusal(withAdmission(admissionRow(payment(), 'admitted')), 'PAYMENT_UNANSWERED');
    for (const status of ['refused', 'closed'] as const) {
      expect(withAdmission(admissionRow(payment(), status))()?.outcome).to.equal('expired');
    }
  });

  it('gives the stock back once', () => {
    const expiry = decideExpire(expiring());
    expect(expiry).to.deep.equal({
      outcome: 'expired',
      phase: { ...phase('expired'), at: NOW },
      reservation: reservation(['payment_00000001'], true),
      stock: stock(3, 0),
    });
    const again = decideExpire(expiring({ reservation: reservation(['payment_00000001'], true) }));
    expect(again).to.include({ reservation: null, stock: null });
    expect(decideExpire(expiring({ reservation: null }))).to.include({ reservation: null, stock: null });
  });

  it('needs no stock that it can give back: where its row is spoiled, money goes back all the same', () => {
    for (const spoiled of [null, stock(3, 0)]) {
      const expiry = decideExpire(expiring({ stock: spoiled }));
      expect(expiry).to.deep.include({
        ...{ outcome: 'expired', reservation: reservation(['payment_00000001'], true), stock: null },
      });
    }
  });

  it('pays instead if the held payments reach the price', () => {
    const expiry = decideExpire(expiring({ payments: both(held1, held2) }));
    expect(expiry?.outcome).to.equal('paid');
    const short = decideExpire(expiring({ payments: both(held1, { ...held2, amount: '739999' }) }));
    expect(short?.outcome).to.equal('expired');
  });
});

describe('completing', () => {
  const due = decideMarkPaid(markingPaid())?.credits ?? [];
  const credited = due.map((credit): CreditRow => ({ ...credit, status: 'credited' }));

  it('needs every credit credited with its bank behind it', () => {
    expect(completing(credited.map(owned))()?.status).to.equal('completed');
    const [first, ...others] = credited.map(owned);
    expectRefusal(completing([...others, owned(due[0])]), 'NOT_CREDITED', { payment: 'payment_00000001' });
    expectRefusal(completing([...others, forged(first?.row)]), 'NOT_ATTESTED');
    expectRefusal(completing([...others, null]), 'NOT_FOUND');
  });

  it('is done once, on a paid deal', () => {
    expect(completing([], 'completed')()).to.equal(null);
    expectRefusal(completing(credited.map(owned), 'open'), 'WRONG_STATE');
  });
});

function markingPaid(changes: Partial<MarkPaidInput> = {}): MarkPaidInput {
  return {
    deal: DEAL,
    now: NOW,
    terms: termsRow(),
    phase: phase('open'),
    reservation: reservation(['payment_00000001', 'payment_00000002']),
    payments: [owned(held2), owned(held1)],
    guard: FREE_MONEY,
    shares: workedSharesRow(),
    ...changes,
  };
}

function sealing(changes: Partial<Parameters<typeof decideClosePayments>[0]> = {}) {
  return {
    deal: DEAL,
    now: SEALABLE,
    terms: termsRow(),
    phase: phase('open'),
    ...changes,
  };
}

function both(...payments: readonly PaymentRow[]): ExpireInput['payments'] {
  return payments.map((of) => ({ payment: owned(of), admission: admissionRow(of, 'admitted') }));
}

function expiring(changes: Partial<ExpireInput> = {}): ExpireInput {
  return {
    deal: DEAL,
    now: NOW,
    terms: termsRow(),
    phase: phase('paymentsClosed'),
    payments: both(held1),
    reservation: reservation(['payment_00000001']),
    stock: stock(2, 1),
    guard: FREE_MONEY,
    shares: workedSharesRow(),
    ...changes,
  };
}

function completing(credits: readonly unknown[], status: 'paid' | 'completed' | 'open' = 'paid') {
  const plan = { v: 1, deal: DEAL, items: [] } as const;
  const of = credits as Parameters<typeof decideComplete>[0]['credits'];
  return () =>
    decideComplete({ deal: DEAL, now: NOW, phase: phase(status), plan, credits: of, voided: new Set() });
}
