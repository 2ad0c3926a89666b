// The steps that commands declare are obeyed, and drawn in the README.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { askLink } from '../../../chaincode/protocol/account.js';
import { expire } from '../../../chaincode/protocol/deal.js';
import { LIFE_CYCLE, transition } from '../../../chaincode/protocol/life-cycle.js';
import { listOffer } from '../../../chaincode/protocol/offer.js';
import { capture } from '../../../chaincode/protocol/payment.js';
import { markPaid } from '../../../chaincode/protocol/payout.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';
import { lifeCycleDiagrams } from '../../support/life-cycle-diagram.js';

describe('life cycles', () => {
  it('a step leads to the status of the table', () => {
    expect(transition(capture, 'payment', 'captured', 'held')).to.equal('captured');
    expect(transition(markPaid, 'phase', 'paid', 'paymentsClosed')).to.equal('paid');
    expect(transition(askLink, 'link', 'asked', null)).to.equal('asked');
  });

  it('a step from any other status is refused with what was found and what is needed', () => {
    expect(() => transition(capture, 'payment', 'captured', 'voided'))
      .to.throw(RuleViolation)
      .that.deep.includes({
        code: 'WRONG_STATE',
        values: { kind: 'payment', action: 'capture', found: 'voided', needed: ['held'] },
      });
    expect(() => transition(listOffer, 'offer', 'listed', 'draft')).to.throw('WRONG_STATE');
  });

  it('a command that may end in two statuses has a step for each', () => {
    const ends = LIFE_CYCLE.filter(({ kind, action }) => kind === 'phase' && action === 'expire');
    expect(ends).to.deep.equal([
      { kind: 'phase', action: 'expire', from: 'paymentsClosed', to: 'expired' },
      { kind: 'phase', action: 'expire', from: 'cancelled', to: 'expired' },
      { kind: 'phase', action: 'expire', from: 'paymentsClosed', to: 'paid' },
      { kind: 'phase', action: 'expire', from: 'cancelled', to: 'paid' },
    ]);
    expect(transition(expire, 'phase', 'paid', 'paymentsClosed')).to.equal('paid');
    expect(() => transition(expire, 'phase', 'paid', 'open')).to.throw('WRONG_STATE');
  });

  it('the README draws the table', () => {
    const readme = readFileSync(join(process.cwd(), 'chaincode', 'README.md'), 'utf8');
    expect(readme).to.contain(lifeCycleDiagrams());
  });
});
