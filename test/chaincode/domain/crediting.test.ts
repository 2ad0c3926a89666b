// What a payee's bank proves before it credits on another bank's word, and how much it takes on that word.
import { expect } from 'chai';
import { type CreditInput, decideCredit } from '../../../chaincode/domain/payout/crediting.js';
import type { AllocationItem } from '../../../chaincode/protocol/payment.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { resigned } from '../../support/people.js';
import { captured, crediting, dueCredit } from './credited-deal.js';
import { COMMISSION_LINK, DEAL, forged, owned } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  ALICES_LINK_A,
  bankA,
  listingOf,
  mallory,
  PAYMENT_1,
  PAYMENT_2,
  paymentIntent,
  purchaseOf,
  SELLERS_LINK,
  signedTermsRow,
  TERMS,
  usedIntentOf,
} from './signed-deal.js';

const TO_SELLER = { payee: 'seller', purpose: 'price', link: SELLERS_LINK.id, bank: '20' } as const;
const TO_MARKETPLACE = {
  payee: 'marketplace',
  purpose: 'commission',
  link: COMMISSION_LINK.id,
  bank: '10',
} as const;

const OWN_BANK = bankA({ id: '20', owner: 'BankBMSP', debitCaps: { RUB: '500000' } });

function refused(changes: Partial<CreditInput>): () => unknown {
  return () => decideCredit(crediting(changes));
}

describe('credit', () => {
  it('follows the allocation of the captured payment', () => {
    const hash = termsHash(TERMS);
    expect(decideCredit(crediting())).to.deep.equal({
      credit: dueCredit({ status: 'credited' }),
      payerBank: '10',
      creditedDeal: {
        ...{ v: 1, deal: DEAL, termsHash: hash },
        credits: [{ payment: PAYMENT_1.id, payee: 'seller', amount: '500000' }],
      },
      exposure: { v: 1, bank: '10', currency: 'RUB', used: '500000' },
    });
    expect(decideCredit(crediting({ credit: owned(dueCredit({ status: 'credited' })) }))).to.equal(null);
  });

  it("is refused without the payer's bank behind the capture", () => {
    expectRefusal(refused({ paidPayment: forged(captured()) }), 'NOT_CAPTURED');
    const held = owned({ ...captured(), status: 'held' as const });
    expectRefusal(refused({ paidPayment: held }), 'NOT_CAPTURED', { found: 'held' });
    const stranger = owned({ ...captured(), owner: 'CourierMSP', bank: '99' });
    expectRefusal(refused({ paidPayment: stranger }), 'UNKNOWN_BANK', { bank: '99' });
  });

  it('is refused for a unit, an account or a payee that the allocation does not name', () => {
    for (const changes of [
      { amount: '500001' },
      { amount: '499999' },
      { link: 'link_mallory0' },
      { bank: '10' },
      { currency: 'EUR' },
      { payee: 'marketplace' },
      { purpose: 'commission' },
    ] as const) {
      expectRefusal(refused({ credit: owned(dueCredit(changes)) }), 'PLAN_DIFFERS');
    }
  });

  it('is for the own bank', () => {
    expectRefusal(refused({ credit: owned(dueCredit({ owner: 'BankAMSP' })) }), 'WRONG_ORGANISATION');
    const others = owned({ ...OWN_BANK, owner: 'BankAMSP' });
    expectRefusal(refused({ bank: others }), 'WRONG_ORGANISATION');
    expectRefusal(refused({ bank: forged(others.row) }), 'NOT_ATTESTED');
  });

  describe('proves the deal', () => {
    const { dealProof, payersProof } = crediting();

    it("needs the seller's signature of the terms, and the buyer's", () => {
      const listing = usedIntentOf(resigned(listingOf(TERMS), mallory));
      const purchase = usedIntentOf(resigned(purchaseOf(TERMS), mallory));
      for (const [change, what] of [
        [{ listing }, 'listing'],
        [{ listing: null }, 'listing'],
        [{ purchase }, 'purchase'],
        [{ purchase: null }, 'purchase'],
      ] as const) {
        expectRefusal(refused({ dealProof: { ...dealProof, ...change } }), 'BAD_SIGNATURE', { what });
      }
    });

    it('needs the very terms that they signed, opened', () => {
      const offerTerms = { ...TERMS.offerTerms, price: '1240001' };
      const terms = { ...signedTermsRow(), terms: { ...TERMS, offerTerms } };
      expectRefusal(refused({ dealProof: { ...dealProof, terms } }), 'TERMS_DIFFER');
      expectRefusal(refused({ dealProof: { ...dealProof, terms: null } }), 'NOT_FOUND');
      expectRefusal(refused({ dealProof: { ...dealProof, shares: null } }), 'TERMS_DIFFER');
    });

    it("needs the payer's signature of exactly this payment", () => {
      const usedIntent = usedIntentOf(resigned(paymentIntent(PAYMENT_1), mallory));
      expectRefusal(refused({ payersProof: { ...payersProof, usedIntent } }), 'BAD_SIGNATURE', {
        what: 'payment',
      });
      const huge = owned({ ...captured([{ ...TO_SELLER, amount: '500001' }]), amount: '500001' });
      expectRefusal(refused({ paidPayment: huge }), 'BAD_SIGNATURE', { what: 'payment' });
    });

    it('relies on the link that this bank itself has confirmed', () => {
      const malloryAsSeller = { ...SELLERS_LINK, keyThumbprint: mallory.thumbprint };
      const terms = { ...signedTermsRow(), sellersLink: malloryAsSeller };
      expectRefusal(refused({ dealProof: { ...dealProof, terms } }), 'TERMS_DIFFER');
      expectRefusal(refused({ dealProof: { ...dealProof, sellersLink: null } }), 'NOT_FOUND');
    });
  });

  describe('is what the terms give the payee', () => {
    const allocated = (...items: AllocationItem[]) => ({ paidPayment: owned(captured(items)) });

    it('not for a payee, account or purpose that the terms do not name', () => {
      for (const item of [
        { ...TO_SELLER, link: ALICES_LINK_A.id },
        { ...TO_SELLER, bank: '10' },
        { ...TO_SELLER, purpose: 'commission' },
      ] as const) {
        const whole = { ...item, amount: '500000' };
        const credit = owned(dueCredit(whole));
        expectRefusal(refused({ ...allocated(whole), credit }), 'PLAN_DIFFERS');
      }
    });

    it('not of an allocation that spends a unit less or more than was paid, or too much on another', () => {
      for (const seller of ['499999', '500001']) {
        const credit = owned(dueCredit({ amount: seller }));
        expectRefusal(refused({ ...allocated({ ...TO_SELLER, amount: seller }), credit }), 'PLAN_DIFFERS');
      }
      // 62,000 minor units are the whole commission.
      const items = [
        { ...TO_SELLER, amount: '437999' },
        { ...TO_MARKETPLACE, amount: '62001' },
      ];
      const credit = owned(dueCredit({ amount: '437999' }));
      expectRefusal(refused({ ...allocated(...items), credit }), 'PLAN_DIFFERS');
    });

    it('never more in all than the terms give him, and once for each payment', () => {
      const creditedDeal = (amount: string, payment = PAYMENT_2.id) => {
        const credits = [{ payment, payee: 'seller', amount }];
        return { creditedDeal: { v: 1 as const, deal: DEAL, termsHash: termsHash(TERMS), credits } };
      };
      expect(decideCredit(crediting(creditedDeal('678000')))?.creditedDeal.credits).to.have.length(2);
      expectRefusal(refused(creditedDeal('678001')), 'PLAN_DIFFERS', { found: '1178001', most: '1178000' });
      expectRefusal(refused(creditedDeal('1', PAYMENT_1.id)), 'WRONG_STATE', { kind: 'creditedDeal' });
    });

    it('by one set of terms: others that two members write later count for nothing', () => {
      const creditedDeal = { v: 1, deal: DEAL, termsHash: 'f'.repeat(64), credits: [] } as const;
      expectRefusal(refused({ creditedDeal }), 'TERMS_DIFFER');
    });
  });

  describe("on another bank's word", () => {
    const bank = (debitCaps: { readonly [currency: string]: string }) => ({
      bank: owned({ ...OWN_BANK, debitCaps }),
    });
    const exposure = (used: string) => ({ v: 1, bank: '10', currency: 'RUB', used }) as const;

    it('goes up to the published cap, to the unit', () => {
      const values = { bank: '10', currency: 'RUB' };
      expect(decideCredit(crediting(bank({ RUB: '500000' })))?.exposure).to.deep.equal(exposure('500000'));
      expectRefusal(refused(bank({ RUB: '499999' })), 'CAP_REACHED', {
        ...values,
        found: '500000',
        most: '499999',
      });
      const spent = { ...bank({ RUB: '500001' }), exposure: exposure('1') };
      expect(decideCredit(crediting(spent))?.exposure).to.deep.equal(exposure('500001'));
      expectRefusal(refused({ ...spent, exposure: exposure('2') }), 'CAP_REACHED', { found: '500002' });
    });

    it('is nothing in a currency for which no cap is published', () => {
      expectRefusal(refused(bank({})), 'CAP_REACHED', { most: '0' });
      expectRefusal(refused(bank({ EUR: '500000' })), 'CAP_REACHED', { most: '0' });
    });

    it('is not needed where the payer has his account at this bank', () => {
      const own = { ...PAYMENT_1, owner: 'BankBMSP', bank: '20' };
      const link = { ...ALICES_LINK_A, owner: 'BankBMSP', bank: '20' };
      const paidPayment = owned({
        ...captured(),
        ...own,
        status: 'captured' as const,
        allocation: captured().allocation,
      });
      const payersProof = { ...crediting().payersProof, link: owned(link) };
      expect(decideCredit(crediting({ ...bank({}), paidPayment, payersProof }))?.exposure).to.equal(null);
    });
  });
});
