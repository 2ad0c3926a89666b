// Who may cancel a deal, and until when.
import { expect } from 'chai';
import { type CancelInput, decideCancel } from '../../../chaincode/domain/deal/cancellation.js';
import { BOUGHT_AT } from '../protocol/worked-example.js';
import { DEAL, link, phase, SELLER_LINK, termsRow, unsignedIntent } from './deal-rows.js';
import { expectRefusal } from './refusal.js';

const NOW = BOUGHT_AT + 5_000;
const STRANGER = 'person_mallory0';
const OTHER_KEY = '9'.repeat(64);

describe('cancelling', () => {
  it('is for buyer and seller, each with the key of his link in the terms', () => {
    const { buyersLink, sellersLink } = termsRow();
    for (const [role, { person, keyThumbprint }] of [
      ['buyer', buyersLink],
      ['seller', sellersLink],
    ] as const) {
      expect(decideCancel(cancelling(person, { keyThumbprint }))).to.deep.equal({
        ...{ v: 1, deal: DEAL, status: 'cancelled', at: NOW, cancelledBy: role },
      });
      const byThief = () => decideCancel(cancelling(person, { keyThumbprint: OTHER_KEY }));
      expectRefusal(byThief, 'KEY_DIFFERS');
    }
    const byStranger = () => decideCancel(cancelling(STRANGER, { keyThumbprint: OTHER_KEY }));
    expectRefusal(byStranger, 'WRONG_ROLE');
  });

  it('ends an open deal and no other', () => {
    for (const status of ['cancelled', 'paymentsClosed', 'paid', 'expired', 'completed'] as const) {
      const late = () => decideCancel(cancelling(SELLER_LINK.person, { phase: phase(status) }));
      expectRefusal(late, 'WRONG_STATE', { found: status });
    }
    expectRefusal(() => decideCancel(cancelling(SELLER_LINK.person, { phase: null })), 'NOT_FOUND');
  });

  it('names the terms that it ends', () => {
    const params = { deal: DEAL, termsHash: '0'.repeat(64) };
    expectRefusal(() => decideCancel(cancelling(SELLER_LINK.person, { params })), 'TERMS_DIFFER');
    expectRefusal(() => decideCancel(cancelling(SELLER_LINK.person, { terms: null })), 'NOT_FOUND');
  });
});

function cancelling(person: string, changes: Partial<CancelInput> = {}): CancelInput {
  const terms = termsRow();
  return {
    intent: unsignedIntent('cancellation_0001', person, 'cancelDeal'),
    params: { deal: DEAL, termsHash: terms.termsHash },
    keyThumbprint: link().keyThumbprint,
    now: NOW,
    terms,
    phase: phase('open'),
    ...changes,
  };
}
