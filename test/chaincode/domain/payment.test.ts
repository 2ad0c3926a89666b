// Buying and submitting a payment, each deadline a millisecond before, at and after.
import { expect } from 'chai';
import {
  decideSubmitPayment,
  type SubmitPaymentInput,
} from '../../../chaincode/domain/payment/submission.js';
import { decideBuy, type BuyInput } from '../../../chaincode/domain/deal/purchase.js';
import type { OfferRow } from '../../../chaincode/protocol/offer.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { BOUGHT_AT, workedDealTerms, workedOfferTerms } from '../protocol/worked-example.js';
import {
  DEAL,
  COMMISSION_LINK,
  SELLER_LINK,
  THUMBPRINT,
  forged,
  payment,
  link,
  owned,
  phase,
  termsRow,
  unsignedIntent,
} from './deal-rows.js';
import { expectRefusal } from './refusal.js';

const WINDOW = 3_000;
const DEADLINE = BOUGHT_AT + 900_000;

describe('buying', () => {
  it('writes the terms that the buyer signed and an open phase', () => {
    const { terms, phase: opened } = decideBuy(buying());
    expect(terms.terms).to.deep.equal(workedDealTerms());
    expect(terms.termsHash).to.equal(termsHash(workedDealTerms()));
    expect(terms.terms.payDeadline).to.equal(DEADLINE);
    expect(opened).to.deep.equal({ ...phase('open'), at: BOUGHT_AT });
  });

  it('is refused if the signed hash is of other terms', () => {
    const dearer = { ...workedOfferTerms(), price: '1240001' };
    expectRefusal(() => decideBuy(buying({ offer: offer({ terms: dearer }) })), 'OFFER_CHANGED');
  });

  it('is refused unless the offer is listed', () => {
    for (const status of ['draft', 'approved', 'rejected'] as const) {
      expectRefusal(() => decideBuy(buying({ offer: offer({ status }) })), 'NOT_LISTED', { found: status });
    }
    expectRefusal(() => decideBuy(buying({ offer: null })), 'NOT_FOUND');
  });

  it('counts a signed instant only within the window of the timestamp, on both sides', () => {
    for (const now of [BOUGHT_AT - WINDOW, BOUGHT_AT + WINDOW]) {
      expect(decideBuy(buying({ now })).phase.at).to.equal(now);
    }
    expectRefusal(() => decideBuy(buying({ now: BOUGHT_AT + WINDOW + 1 })), 'TOO_LATE');
    expectRefusal(() => decideBuy(buying({ now: BOUGHT_AT - WINDOW - 1 })), 'TOO_EARLY');
  });

  it('needs the own link of the buyer, confirmed by its bank, with the key that signs', () => {
    const withLink = (buyerLink: BuyInput['buyerLink']) => () => decideBuy(buying({ buyerLink }));
    expectRefusal(withLink(null), 'NOT_FOUND');
    expectRefusal(withLink(forged(link())), 'NOT_ATTESTED');
    expectRefusal(withLink(owned(link({ status: 'asked' }))), 'WRONG_STATE', { found: 'asked' });
    expectRefusal(withLink(owned(link({ person: 'person_mallory' }))), 'WRONG_ROLE');
    expectRefusal(withLink(owned(link({ keyThumbprint: 'b'.repeat(64) }))), 'KEY_DIFFERS');
    expectRefusal(withLink(owned(link({ currency: 'EUR' }))), 'CURRENCY', { needed: 'EUR' });
    expectRefusal(() => decideBuy(buying({ sellerLink: forged(SELLER_LINK) })), 'NOT_ATTESTED');
  });
});

describe('submitting a payment', () => {
  it('makes a payment in its initial state that the bank of the link owns', () => {
    const tally = { v: 1, deal: DEAL, payer: payment().payer, payments: 1 };
    expect(decideSubmitPayment(submitting())).to.deep.equal({ payment: payment(), tally });
  });

  it('the deadline instant itself is in time, a millisecond later is not', () => {
    const at = (arrivedAt: number) => submitting({ arrivedAt }, { now: arrivedAt });
    for (const arrivedAt of [DEADLINE - 1, DEADLINE]) {
      expect(decideSubmitPayment(at(arrivedAt)).payment.arrivedAt).to.equal(arrivedAt);
    }
    expectRefusal(() => decideSubmitPayment(at(DEADLINE + 1)), 'TOO_LATE', { needed: DEADLINE });
  });

  it('a payment that arrived in time stays in time when it is sent again within the window', () => {
    const again = submitting({ arrivedAt: DEADLINE }, { now: DEADLINE + WINDOW });
    expect(decideSubmitPayment(again).payment.arrivedAt).to.equal(DEADLINE);
    const late = submitting({ arrivedAt: DEADLINE }, { now: DEADLINE + WINDOW + 1 });
    expectRefusal(() => decideSubmitPayment(late), 'TOO_LATE');
    const early = submitting({ arrivedAt: DEADLINE }, { now: DEADLINE - WINDOW - 1 });
    expectRefusal(() => decideSubmitPayment(early), 'TOO_EARLY');
  });

  it('takes the smallest part, not a unit less, and nothing above the price', () => {
    const amount = (text: string) => () => decideSubmitPayment(submitting({ amount: text }));
    expect(amount('124000')().payment.amount).to.equal('124000');
    expect(amount('1240000')().payment.amount).to.equal('1240000');
    expectRefusal(amount('123999'), 'MIN_PART', { needed: '124000' });
    expectRefusal(amount('0'), 'MIN_PART');
    expectRefusal(amount('1240001'), 'OVERPAYMENT', { most: '1240000' });
  });

  it('is one of forty at most that a person submits into a deal, whatever became of the others', () => {
    const after = (payments: number) => () => {
      const tally = { v: 1, deal: DEAL, payer: payment().payer, payments } as const;
      return decideSubmitPayment(submitting({}, { tally }));
    };
    expect(after(39)().tally.payments).to.equal(40);
    expectRefusal(after(40), 'TOO_MANY_PAYMENTS', { found: 40, most: 40 });
  });

  it('is too late on a sealed or expired deal and out of place on a paid one', () => {
    const on = (status: 'paymentsClosed' | 'expired' | 'paid' | 'completed') => () =>
      decideSubmitPayment(submitting({}, { phase: phase(status) }));
    for (const status of ['paymentsClosed', 'expired'] as const) expectRefusal(on(status), 'TOO_LATE');
    for (const status of ['paid', 'completed'] as const) expectRefusal(on(status), 'WRONG_STATE');
  });

  it('is refused for other terms than the payer signed, or another currency', () => {
    expectRefusal(() => decideSubmitPayment(submitting({ termsHash: 'd'.repeat(64) })), 'TERMS_DIFFER');
    expectRefusal(() => decideSubmitPayment(submitting({ currency: 'EUR' })), 'CURRENCY', { needed: 'RUB' });
  });

  it('notices terms whose hash was not recomputed', () => {
    const rewritten = { ...termsRow(), terms: { ...workedDealTerms(), buyer: 'person_mallory' } };
    expectRefusal(() => decideSubmitPayment(submitting({}, { terms: rewritten })), 'TERMS_DIFFER');
  });
});

function offer(changes: Partial<OfferRow> = {}): OfferRow {
  const terms = workedOfferTerms();
  return {
    v: 1,
    id: terms.offer,
    seller: terms.seller,
    status: 'listed',
    version: 1,
    contentHash: terms.contentHash,
    courier: terms.courier,
    currency: 'RUB',
    price: terms.price,
    payTimeMs: terms.payTimeMs,
    answerTimeMs: terms.answerTimeMs,
    inspectionTimeMs: terms.inspectionTimeMs,
    shipTimeMs: terms.shipTimeMs,
    deliverTimeMs: terms.deliverTimeMs,
    commissionBasisPoints: null,
    sharesNonce: 'A'.repeat(43),
    reasonHash: null,
    terms,
    listing: 'listing_00000001',
    ...changes,
  };
}

function buying(changes: Partial<BuyInput> = {}): BuyInput {
  return {
    intent: unsignedIntent(DEAL, 'person_alice000', 'buy'),
    params: {
      offer: 'offer_00000001',
      termsHash: termsHash(workedDealTerms()),
      recipientCodeHash: 'e'.repeat(64),
      link: 'link_alice000',
      boughtAt: BOUGHT_AT,
    },
    keyThumbprint: THUMBPRINT,
    now: BOUGHT_AT,
    offer: offer(),
    buyerLink: owned(link()),
    sellerLink: owned(SELLER_LINK),
    commissionLink: owned(COMMISSION_LINK),
    existing: null,
    ...changes,
  };
}

function submitting(
  params: Partial<SubmitPaymentInput['params']> = {},
  changes: Partial<SubmitPaymentInput> = {},
): SubmitPaymentInput {
  return {
    channel: 'escrow',
    intent: unsignedIntent('payment_00000001', 'person_alice000', 'submitPayment'),
    params: {
      deal: DEAL,
      termsHash: termsRow().termsHash,
      amount: '500000',
      fee: '7500',
      currency: 'RUB',
      link: 'link_alice000',
      arrivedAt: BOUGHT_AT + 60_000,
      invitation: null,
      ...params,
    },
    keyThumbprint: THUMBPRINT,
    now: BOUGHT_AT + 60_000,
    terms: termsRow(),
    phase: phase('open'),
    link: owned(link()),
    invitation: null,
    existing: null,
    tally: null,
    ...changes,
  };
}
