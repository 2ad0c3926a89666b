// Duty: the life-cycle table is obeyed and drawn.
// Must not: repeat the table.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { transition } from '../../../chaincode/protocol/life-cycle.js';
import { RuleViolation } from '../../../chaincode/protocol/violation.js';
import { lifeCycleDiagrams } from '../../support/life-cycle-diagram.js';

describe('life cycles', () => {
  it('a step leads to the status of the table', () => {
    expect(transition('payment', 'capture', 'held')).to.equal('captured');
    expect(transition('phase', 'markPaid', 'paymentsClosed')).to.equal('paid');
    expect(transition('link', 'askLink', null)).to.equal('asked');
  });

  it('a step from any other status is refused with what was found and what is needed', () => {
    expect(() => transition('payment', 'capture', 'voided'))
      .to.throw(RuleViolation)
      .that.deep.includes({
        code: 'WRONG_STATE',
        values: { kind: 'payment', action: 'capture', found: 'voided', needed: ['held'] },
      });
    expect(() => transition('offer', 'listOffer', 'draft')).to.throw('WRONG_STATE');
  });

  it('the README draws the table', () => {
    const readme = readFileSync(join(process.cwd(), 'chaincode', 'README.md'), 'utf8');
    expect(readme).to.contain(lifeCycleDiagrams());
  });
});
