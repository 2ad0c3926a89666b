// What a bank derives again before it pays out or credits, and the delivery and inspection before it.
import { expect } from 'chai';
import { decideCapture, type CaptureInput } from '../../../chaincode/domain/payment/capture.js';
import { creditPending } from '../../../chaincode/domain/account/books.js';
import { decideCredit } from '../../../chaincode/domain/payout/crediting.js';
import type { PendingCreditRow } from '../../../chaincode/domain/account/private-rows.js';
import {
  type AcceptParcelInput,
  decideAcceptGoods,
  decideAcceptParcel,
  decideDeliver,
  decideStartInspection,
} from '../../../chaincode/domain/shipment/delivery.js';
import { allocationOf, planOf } from '../../../chaincode/protocol/plan.js';
import { sharesHash } from '../../../chaincode/protocol/shares.js';
import type { CreditRow } from '../../../chaincode/protocol/payout.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { UsedIntentRow } from '../../../chaincode/protocol/used-intent.js';
import { resigned } from '../../support/people.js';
import { workedPayees, workedSharesRow } from '../protocol/worked-example.js';
import { COMMISSION_LINK, DEAL, FREE_MONEY, forged, owned, phase, shipment } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  ALICES_LINK_A,
  ALICES_LINK_B,
  DELIVERED_AT,
  H1,
  PAYMENT_1,
  PAYMENT_2,
  LISTING_USED_INTENT,
  PURCHASE_USED_INTENT,
  USED_INTENT_1,
  USED_INTENT_2,
  SELLERS_LINK,
  TERMS,
  acceptance,
  alice,
  capturing,
  kept,
  knownBanks,
  listingOf,
  mallory,
  paymentIntent,
  purchaseOf,
  usedIntentOf,
  signedTermsRow,
} from './signed-deal.js';

const PLAN = planOf([PAYMENT_1, PAYMENT_2], workedPayees());
const INSPECTION_TIME = 60_000;
const MARKETS = owned(COMMISSION_LINK);

describe('capture', () => {
  it('carries the allocation of the worked example', () => {
    expect(decideCapture(capturing())).to.deep.equal({
      ...PAYMENT_1,
      status: 'captured',
      allocation: [
        { payee: 'seller', purpose: 'price', link: 'link_seller00', bank: '20', amount: '500000' },
      ],
    });
    const second = decideCapture(capturing({ payment: PAYMENT_2.id, owner: 'BankBMSP' }));
    expect(second?.allocation).to.deep.equal(allocationOf(PLAN, PAYMENT_2.id));
  });

  it('counts payments that other banks have captured already, and is done once', () => {
    expect(decideCapture(capturing({ payments: payments({}, { status: 'captured' }) }))?.status).to.equal(
      'captured',
    );
    expect(decideCapture(capturing({ payments: payments({ status: 'captured' }) }))).to.equal(null);
    expectRefusal(refused({ payments: payments({ status: 'voided' }) }), 'WRONG_STATE', { found: 'voided' });
  });

  it('is refused where others could change the row that it writes', () => {
    expectRefusal(refused({ isGuarded: false }), 'NOT_ATTESTED', { what: 'key policy of the payment' });
    const done = payments({ status: 'captured' });
    expect(decideCapture(capturing({ isGuarded: false, payments: done }))).to.equal(null);
  });

  it('is refused unless seller and buyer signed these very terms', () => {
    for (const listing of [null, PURCHASE_USED_INTENT, usedIntentOf(resigned(listingOf(TERMS), mallory))]) {
      expectRefusal(refused({ listing }), 'BAD_SIGNATURE', { what: 'listing' });
    }
    for (const purchase of [null, LISTING_USED_INTENT, usedIntentOf(resigned(purchaseOf(TERMS), mallory))]) {
      expectRefusal(refused({ purchase }), 'BAD_SIGNATURE', { what: 'purchase' });
    }
    const payee = { ...TERMS, offerTerms: { ...TERMS.offerTerms, sellerLink: 'link_mallory0' } };
    const payeeLinks = [owned({ ...SELLERS_LINK, id: 'link_mallory0' }), MARKETS];
    const rewritten = { terms: signedTermsRow(payee), payeeLinks };
    expectRefusal(refused(rewritten), 'BAD_SIGNATURE', { what: 'listing' });
  });

  it('is refused unless each payer signed his payment, as its used-intent marker keeps it', () => {
    const [first, second] = payments();
    const keeping = (usedIntent: UsedIntentRow | null) =>
      refused({ payments: [first, { ...second, usedIntent }] });
    for (const usedIntent of [null, USED_INTENT_1, usedIntentOf(paymentIntent(PAYMENT_2, mallory))]) {
      expectRefusal(keeping(usedIntent), 'BAD_SIGNATURE', { what: 'payment' });
    }
  });

  it('is refused if a payment was held under other terms, though its payer signs these as well', () => {
    for (const held of [
      payments({ termsHash: 'f'.repeat(64) }),
      payments({}, { termsHash: 'f'.repeat(64) }),
    ]) {
      expectRefusal(refused({ payments: held }), 'TERMS_DIFFER', { deal: DEAL });
    }
  });

  it('is refused for a commission that the seller did not sign', () => {
    const opening = { ...workedSharesRow(), net: '1177999' };
    expectRefusal(refused({ shares: opening }), 'TERMS_DIFFER', { what: 'shares' });
    expectRefusal(refused({ shares: null }), 'TERMS_DIFFER', { what: 'shares' });
    // The marketplace opens another hash in terms of its own making: the seller has signed neither.
    const { offer, offerVersion, net, nonce } = opening;
    const hash = sharesHash({ offer, offerVersion, net, nonce });
    const terms = { ...TERMS, offerTerms: { ...TERMS.offerTerms, sharesHash: hash } };
    const forgedShares = { ...opening, hash };
    const purchase = usedIntentOf(purchaseOf(terms));
    const others = { terms: signedTermsRow(terms), shares: forgedShares, purchase };
    expectRefusal(refused(others), 'BAD_SIGNATURE', { what: 'listing' });
    const listing = usedIntentOf(listingOf(terms));
    expectRefusal(refused({ ...others, listing }), 'BAD_SIGNATURE', { what: 'listing' });
  });

  it('takes keys from links that a known bank vouches for', () => {
    expectRefusal(refused({ payeeLinks: [forged(SELLERS_LINK), MARKETS] }), 'NOT_ATTESTED');
    const stranger = { ...SELLERS_LINK, owner: 'CourierMSP' };
    expectRefusal(refused({ payeeLinks: [owned(stranger), MARKETS] }), 'UNKNOWN_BANK', { bank: '20' });
    const elsewhere = { ...COMMISSION_LINK, bank: '99' };
    expectRefusal(refused({ payeeLinks: [owned(SELLERS_LINK), owned(elsewhere)] }), 'TERMS_DIFFER');
  });

  it('needs the whole price held with attestation at banks that it knows', () => {
    expectRefusal(refused({ payments: payments({}, { status: 'submitted' }) }), 'NOT_FULL', {
      payment: PAYMENT_2.id,
    });
    const [first, second] = payments();
    const unvouched = { ...second, payment: forged({ ...PAYMENT_2, status: 'held' as const }) };
    expectRefusal(refused({ payments: [first, unvouched] }), 'NOT_ATTESTED');
    expectRefusal(refused({ payments: [first] }), 'NOT_FULL', { found: '500000' });
    const trusts = (bank: string, msp: string) => knownBanks(bank, msp) && msp === 'BankAMSP';
    expectRefusal(refused({ trusts }), 'UNKNOWN_BANK', { bank: '20' });
  });

  it('recomputes the plan', () => {
    const [item, ...others] = PLAN;
    const changed = [{ ...item, link: 'link_mallory0' }, ...others] as typeof PLAN;
    expectRefusal(refused({ plan: { v: 1, deal: DEAL, items: changed } }), 'PLAN_DIFFERS');
    const swapped = [...others, item] as typeof PLAN;
    expectRefusal(refused({ plan: { v: 1, deal: DEAL, items: swapped } }), 'PLAN_DIFFERS');
  });

  it("needs the pinned courier's delivery with the code that the buyer signed", () => {
    const delivered = shipment({ status: 'delivered', h1: H1 });
    const wrong = [
      owned({ ...delivered, status: 'accepted' as const }),
      owned({ ...delivered, h1: 'f'.repeat(64) }),
      owned({ ...delivered, owner: 'MarketplaceMSP' }),
      forged(delivered),
      null,
    ];
    for (const row of wrong) expectRefusal(refused({ shipment: row }), 'NOT_DELIVERED');
  });

  it('needs an acceptance that the buyer signed', () => {
    const accepted = capturing().inspection;
    if (accepted === null) expect.fail('accepted');
    const byMallory = { ...accepted, acceptance: kept(acceptance(mallory)) };
    expectRefusal(refused({ inspection: byMallory }), 'BAD_SIGNATURE', { what: 'acceptance' });
    expectRefusal(refused({ inspection: null }), 'NOT_DUE');
  });

  it('waits for the inspection time since its start and since its own first sight, whichever is later', () => {
    const started = (startedAt: number) =>
      ({ v: 1, deal: DEAL, status: 'started', startedAt, acceptance: null }) as const;
    const at = (now: number, startedAt: number, seenAt: number | null) =>
      refused({ now, inspection: started(startedAt), seenAt });
    const due = DELIVERED_AT + INSPECTION_TIME;
    for (const [startedAt, seenAt] of [
      [DELIVERED_AT, DELIVERED_AT],
      [DELIVERED_AT - 10 ** 6, DELIVERED_AT],
      [DELIVERED_AT, DELIVERED_AT - 10 ** 6],
    ] as const) {
      expectRefusal(at(due - 1, startedAt, seenAt), 'NOT_DUE', { needed: due });
      for (const now of [due, due + 1]) expect(at(now, startedAt, seenAt)()?.status).to.equal('captured');
    }
    expectRefusal(at(due + 10 ** 6, DELIVERED_AT, null), 'NOT_DUE');
  });

  it('is for the own bank', () => {
    expectRefusal(refused({ owner: 'BankBMSP' }), 'WRONG_ORGANISATION');
    expectRefusal(refused({ payments: [] }), 'NOT_FOUND', { what: 'payment' });
  });
});

describe('credit', () => {
  const captured: PaymentRow = {
    ...PAYMENT_2,
    status: 'captured',
    allocation: allocationOf(PLAN, PAYMENT_2.id),
  };

  it('follows the allocation of the captured payment', () => {
    expect(crediting(due())()?.status).to.equal('credited');
    expect(crediting({ ...due(), status: 'credited' })()).to.equal(null);
  });

  it("is refused without the payer's bank behind the capture", () => {
    expectRefusal(crediting(due(), forged(captured)), 'NOT_CAPTURED');
    expectRefusal(crediting(due(), owned({ ...captured, status: 'held' })), 'NOT_CAPTURED', {
      found: 'held',
    });
    const stranger = owned({ ...captured, owner: 'CourierMSP', bank: '99' });
    expectRefusal(crediting(due(), stranger), 'UNKNOWN_BANK', { bank: '99' });
  });

  it('is refused for a unit, an account or a payee that the allocation does not name', () => {
    for (const changes of [
      { amount: '678001' },
      { link: 'link_mallory0' },
      { bank: '10' },
      { currency: 'EUR' },
      { payee: 'marketplace' },
      { purpose: 'commission' },
    ]) {
      expectRefusal(crediting({ ...due(), ...changes }), 'PLAN_DIFFERS');
    }
  });

  it('is written once, also where its row has lost that it was', () => {
    const incoming = { ...due(), payerBank: '20', ownBank: '20', account: '20011111111111100' };
    const line = creditPending({ operation: 'credit_00000001', at: DELIVERED_AT }, incoming);
    const again = { kind: 'pendingCredit', found: 'credited', needed: null };
    expectRefusal(crediting(due(), owned(captured), line), 'WRONG_STATE', again);
  });

  it('is for the own bank', () => {
    expectRefusal(crediting({ ...due(), owner: 'BankAMSP' }), 'WRONG_ORGANISATION');
  });

  function due(): CreditRow {
    const item = {
      ...{ payee: 'seller', purpose: 'price', link: 'link_seller00', bank: '20', amount: '678000' },
    } as const;
    const row = { v: 1, deal: DEAL, payment: PAYMENT_2.id, owner: 'BankBMSP', currency: 'RUB' } as const;
    return { ...row, ...item, status: 'due' };
  }

  function crediting(
    credit: CreditRow,
    paidPayment = owned(captured),
    pendingCredit: PendingCreditRow | null = null,
  ) {
    const guard = FREE_MONEY;
    const of = { owner: 'BankBMSP', deal: DEAL, payment: PAYMENT_2.id, guard, trusts: knownBanks };
    return () => decideCredit({ ...of, credit: owned(credit), paidPayment, pendingCredit });
  }
});

describe('delivery and inspection', () => {
  const delivered = owned(shipment({ status: 'delivered', h1: H1 }));
  const rows = { deal: DEAL, now: DELIVERED_AT, terms: signedTermsRow(), inspection: null };

  it('a parcel is accepted once the deal is paid', () => {
    expect(decideAcceptParcel(accepting({})).status).to.equal('accepted');
    const open = () => decideAcceptParcel(accepting({ phase: phase('open') }));
    expectRefusal(open, 'WRONG_STATE', { found: 'open' });
  });

  it('a parcel is carried for nobody unless banks that the courier knows hold the whole price', () => {
    const [first, second] = HELD;
    const refused = (changes: Partial<AcceptParcelInput>, found: string) => {
      const needed = TERMS.offerTerms.price;
      expectRefusal(() => decideAcceptParcel(accepting(changes)), 'NOT_FULL', { found, needed });
    };
    refused({ payments: [] }, '0');
    refused({ payments: [owned(first), null] }, '500000');
    refused({ payments: [owned(first), forged(second)] }, '500000');
    refused({ payments: [owned(first), owned(first), owned(first)] }, '500000');
    refused({ payments: [owned(first), owned({ ...second, status: 'submitted' })] }, '500000');
    refused({ payments: [owned(first), owned({ ...second, deal: 'deal_00000002' })] }, '500000');
    refused({ payments: [owned(first), owned({ ...second, termsHash: '0'.repeat(64) })] }, '500000');
    refused({ payments: [owned(first), owned({ ...second, currency: 'EUR' })] }, '500000');
    refused({ trusts: (bank, msp) => knownBanks(bank, msp) && bank === '10' }, '500000');
    // What was paid out was held.
    const captured = HELD.map((payment) => owned({ ...payment, status: 'captured' as const }));
    expect(decideAcceptParcel(accepting({ payments: captured })).status).to.equal('accepted');
  });

  const HELD = [PAYMENT_1, PAYMENT_2].map((payment) => ({ ...payment, status: 'held' as const })) as [
    PaymentRow,
    PaymentRow,
  ];
  function accepting(changes: Partial<AcceptParcelInput>): AcceptParcelInput {
    return {
      ...{ deal: DEAL, terms: signedTermsRow(), phase: phase('paid'), shipment: owned(shipment()) },
      ...{ payments: HELD.map(owned), trusts: knownBanks },
      ...changes,
    };
  }

  it("is recorded with the recipient's code only, after the parcel was accepted", () => {
    const delivering = (h1: string, status: 'announced' | 'accepted') => () =>
      decideDeliver({ ...rows, params: { deal: DEAL, h1 }, shipment: owned(shipment({ status })) });
    expect(delivering(H1, 'accepted')()).to.include({ status: 'delivered', h1: H1 });
    expectRefusal(delivering('f'.repeat(64), 'accepted'), 'WRONG_CODE');
    expectRefusal(delivering(H1, 'announced'), 'WRONG_STATE');
  });

  it('inspection starts once, by an agreement that saw the delivery', () => {
    const started = decideStartInspection({ ...rows, shipment: delivered });
    expect(started).to.include({ status: 'started', startedAt: DELIVERED_AT });
    expect(decideStartInspection({ ...rows, shipment: delivered, inspection: started })).to.equal(null);
    const early = { ...rows, shipment: owned(shipment({ status: 'accepted' })) };
    expectRefusal(() => decideStartInspection(early), 'NOT_DELIVERED');
  });

  it('goods are accepted by the buyer with the key of his link, once', () => {
    const accepting = (by = alice, link = ALICES_LINK_A) => {
      const intent = acceptance(by);
      const params = { deal: DEAL, termsHash: signedTermsRow().termsHash };
      const input = { ...rows, shipment: delivered, intent, params, keyThumbprint: by.thumbprint };
      return { ...input, buyerLink: owned(link) };
    };
    const accepted = decideAcceptGoods(accepting());
    expect(accepted).to.include({ status: 'accepted', startedAt: DELIVERED_AT });
    expectRefusal(() => decideAcceptGoods(accepting(mallory)), 'WRONG_ROLE', { needed: 'buyer' });
    const swapped = { ...ALICES_LINK_A, keyThumbprint: mallory.thumbprint };
    expectRefusal(() => decideAcceptGoods(accepting(alice, swapped)), 'KEY_DIFFERS');
    expectRefusal(() => decideAcceptGoods({ ...accepting(), inspection: accepted }), 'WRONG_STATE');
  });
});

function payments(first: Partial<PaymentRow> = {}, second: Partial<PaymentRow> = {}) {
  return [
    {
      payment: owned<PaymentRow>({ ...PAYMENT_1, status: 'held', ...first }),
      usedIntent: USED_INTENT_1,
      link: owned(ALICES_LINK_A),
      invitation: null,
    },
    {
      payment: owned<PaymentRow>({ ...PAYMENT_2, status: 'held', ...second }),
      usedIntent: USED_INTENT_2,
      link: owned(ALICES_LINK_B),
      invitation: null,
    },
  ] as const;
}

function refused(changes: Partial<CaptureInput>) {
  return () => decideCapture(capturing(changes));
}
