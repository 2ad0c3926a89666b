// The delivery and the inspection of a paid deal.
import { expect } from 'chai';
import {
  type AcceptParcelInput,
  decideAcceptGoods,
  decideAcceptParcel,
  decideDeliver,
  decideStartInspection,
} from '../../../chaincode/domain/shipment/delivery.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import { DEAL, forged, owned, phase, shipment } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  ALICES_LINK_A,
  DELIVERED_AT,
  H1,
  PAYMENT_1,
  PAYMENT_2,
  TERMS,
  acceptance,
  alice,
  knownBanks,
  mallory,
  signedTermsRow,
} from './signed-deal.js';

describe('delivery and inspection', () => {
  const delivered = owned(shipment({ status: 'delivered', h1: H1 }));
  const rows = { deal: DEAL, now: DELIVERED_AT, terms: signedTermsRow(), inspection: null };

  it('a parcel is accepted once the deal is paid', () => {
    expect(decideAcceptParcel(accepting({})).status).to.equal('accepted');
    const weak = () => decideAcceptParcel(accepting({ isGuarded: false }));
    expectRefusal(weak, 'NOT_ATTESTED', { what: 'key policy of the shipment' });
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
      ...{ payments: HELD.map(owned), trusts: knownBanks, isGuarded: true },
      ...changes,
    };
  }

  it("is recorded with the recipient's code only, after the parcel was accepted", () => {
    const delivering = (h1: string, status: 'announced' | 'accepted') => () =>
      decideDeliver({
        ...rows,
        payments: [],
        params: { deal: DEAL, h1 },
        shipment: owned(shipment({ status })),
      });
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
      const input = {
        ...rows,
        concession: null,
        shipment: delivered,
        intent,
        params,
        keyThumbprint: by.thumbprint,
      };
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
