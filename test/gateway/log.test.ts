// A logged error shows kind, code and place, and nothing that a peer answered.
import { expect } from 'chai';
import { LedgerRejected } from '../../gateway/ledger/ledger-errors.js';
import { briefError } from '../../gateway/log.js';

describe('brief error', () => {
  it('keeps values and causes to itself', () => {
    const cause = new TypeError('balance 507500');
    const error = new LedgerRejected('FUNDS', 'not enough', { cause, values: { found: '507500' } });
    const brief = briefError(error);
    expect(brief).to.include({ type: 'LedgerRejected', code: 'FUNDS' });
    expect(brief.causes).to.deep.equal(['TypeError']);
    expect(JSON.stringify(brief)).to.not.include('507500');
  });

  it('takes what is not an error, and a ring of causes, without failing', () => {
    const ring = new Error('ring');
    ring.cause = ring;
    expect(briefError(ring).causes).to.have.length(5);
    expect(briefError('a secret').stack).to.equal('');
  });
});
