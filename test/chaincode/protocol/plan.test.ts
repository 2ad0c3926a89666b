// The sums of the worked example, and the allocation of payments to payees in general.
import { expect } from 'chai';
import fc from 'fast-check';
import { commissionOf, interbankFeeOf, minimumPartOf, netOf } from '../../../chaincode/protocol/fees.js';
import {
  allocationOf,
  obligationsOf,
  payeeShares,
  type PayeeShare,
  planOf,
  type PlannedPayment,
} from '../../../chaincode/protocol/plan.js';
import { workedOfferTerms, workedPayees } from './worked-example.js';

const TARIFF_OF_BANK_A = { usualBasisPoints: 999, toBank: { '20': 150 } };
const PAYMENT_1: PlannedPayment = { id: 'payment_00000001', bank: '10', amount: '500000', arrivedAt: 1_000 };
const PAYMENT_2: PlannedPayment = { id: 'payment_00000002', bank: '20', amount: '740000', arrivedAt: 1_000 };

describe('formulas of the worked example', () => {
  it('charges 75.00 for 5 000.00 from Bank A to Bank B, rounded down', () => {
    const fee = (amount: string) =>
      interbankFeeOf({ amount, payerBank: '10', sellerBank: '20', tariff: TARIFF_OF_BANK_A });
    expect(fee('500000')).to.equal('7500');
    expect(fee('66')).to.equal('0');
    expect(fee('67')).to.equal('1');
  });

  it('charges nothing inside one bank', () => {
    const payment = { amount: '740000', payerBank: '20', sellerBank: '20', tariff: TARIFF_OF_BANK_A };
    expect(interbankFeeOf(payment)).to.equal('0');
  });

  it('charges the usual rate of a tariff for banks that it does not name, prototype names included', () => {
    const fee = (sellerBank: string) =>
      interbankFeeOf({ amount: '10000', payerBank: '10', sellerBank, tariff: TARIFF_OF_BANK_A });
    expect(fee('30')).to.equal('999');
    expect(fee('constructor')).to.equal('999');
  });

  it('takes 620.00 commission of 12 400.00 once per deal; the odd unit stays with the seller', () => {
    expect(commissionOf('1240000', 500)).to.equal('62000');
    expect(netOf('1240000', '62000')).to.equal('1178000');
    expect(commissionOf('1019', 500)).to.equal('50');
    expect(netOf('1019', '50')).to.equal('969');
  });

  it('rounds the smallest part up', () => {
    expect(minimumPartOf('1240000', 1000)).to.equal('124000');
    expect(minimumPartOf('1001', 1000)).to.equal('101');
    expect(minimumPartOf('1', 1)).to.equal('1');
    expect(minimumPartOf('100', 0)).to.equal('0');
  });

  it('fills the seller first: 5 000.00, then 6 780.00 and 620.00 commission', () => {
    const plan = planOf([PAYMENT_2, PAYMENT_1], workedPayees());
    expect(
      plan.map(({ payment, payee, purpose, amount }) => [payment, payee, purpose, amount]),
    ).to.deep.equal([
      ['payment_00000001', 'seller', 'price', '500000'],
      ['payment_00000002', 'seller', 'price', '678000'],
      ['payment_00000002', 'marketplace', 'commission', '62000'],
    ]);
    expect(allocationOf(plan, 'payment_00000001').map((item) => item.link)).to.deep.equal(['link_seller00']);
  });

  it('makes A owe B 5 000.00 and B owe A 620.00', () => {
    const payments = [PAYMENT_1, PAYMENT_2];
    const plan = planOf(payments, workedPayees());
    const owed = obligationsOf({ deal: 'deal_00000001', currency: 'RUB', payments, plan });
    expect(owed.map(({ payee, from, to, amount }) => [payee, from, to, amount])).to.deep.equal([
      ['seller', '10', '20', '500000'],
      ['marketplace', '20', '10', '62000'],
    ]);
  });
});

describe('allocation', () => {
  const split = fc.record({
    parts: fc.array(fc.integer({ min: 1, max: 10 ** 9 }), { minLength: 1, maxLength: 20 }),
    basisPoints: fc.integer({ min: 0, max: 10_000 }),
    arrivals: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 20, maxLength: 20 }),
  });

  it('sums to the net for the seller, the commission for the marketplace and the amount for each payment', () => {
    fc.assert(
      fc.property(split, ({ parts, basisPoints, arrivals }) => {
        const payments = parts.map((part, index) => paymentOf(part, index, arrivals[index] ?? 0));
        const { payees, net, commission } = sharesFor(parts, basisPoints);
        const plan = planOf(payments, payees);
        expect(sum(plan.filter((item) => item.payee === 'seller'))).to.equal(BigInt(net));
        expect(sum(plan.filter((item) => item.payee === 'marketplace'))).to.equal(BigInt(commission));
        for (const payment of payments)
          expect(sum(allocationOf(plan, payment.id))).to.equal(BigInt(payment.amount));
        expect(plan.every((item) => BigInt(item.amount) > 0n)).to.equal(true);
      }),
    );
  });

  it('does not depend on the order in which payments are handed in', () => {
    fc.assert(
      fc.property(split, ({ parts, basisPoints, arrivals }) => {
        const payments = parts.map((part, index) => paymentOf(part, index, arrivals[index] ?? 0));
        const { payees } = sharesFor(parts, basisPoints);
        expect(planOf([...payments].reverse(), payees)).to.deep.equal(planOf(payments, payees));
      }),
    );
  });

  it('refuses payments that hold more than the price', () => {
    const tooMuch = { ...PAYMENT_2, amount: '740001' };
    expect(() => planOf([PAYMENT_1, tooMuch], workedPayees())).to.throw(RangeError, 'payment_00000002');
  });
});

function paymentOf(amount: number, index: number, arrivedAt: number): PlannedPayment {
  return { id: `payment_${String(index).padStart(8, '0')}`, bank: '10', amount: String(amount), arrivedAt };
}

function sharesFor(parts: readonly number[], basisPoints: number) {
  const price = parts.reduce((total, part) => total + BigInt(part), 0n).toString();
  const commission = commissionOf(price, basisPoints);
  const net = netOf(price, commission);
  const payees: readonly PayeeShare[] = payeeShares(workedOfferTerms(), { net, commission });
  return { payees, net, commission };
}

function sum(items: readonly { readonly amount: string }[]): bigint {
  return items.reduce((total, item) => total + BigInt(item.amount), 0n);
}
