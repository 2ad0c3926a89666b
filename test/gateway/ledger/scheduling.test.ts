// What the queue knows of a command beforehand.
import { expect } from 'chai';
import { type Command, COMMANDS } from '../../../chaincode/protocol/commands.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { conflictKeys, estimatedCost } from '../../../gateway/ledger/scheduling.js';

function signed(action: string, params: Intent['body']['params']): Command {
  const body = {
    version: 1,
    channel: 'escrow',
    id: 'intent_1',
    person: 'p',
    action,
    params,
    expiresAt: 1,
  } as const;
  return { action, intent: { body, key: '', signature: '' } };
}

const machine = (action: string, params: NonNullable<Command['params']>): Command => ({ action, params });
const shared = (one: Command, two: Command): string[] =>
  conflictKeys(one).filter((row) => conflictKeys(two).includes(row));

describe('conflict keys and costs of commands', () => {
  it('lets payments to one deal be in flight side by side', () => {
    const one = signed('submitPayment', { deal: 'deal_1' });
    const two: Command = { ...signed('submitPayment', { deal: 'deal_1' }) };
    expect(conflictKeys(one)).to.deep.equal(['usedIntent/p/intent_1']);
    expect(
      shared(one, {
        ...two,
        intent: { ...(two.intent as Intent), body: { ...(two.intent as Intent).body, id: 'intent_2' } },
      }),
    ).to.deep.equal([]);
  });

  it('never has one intent in flight twice', () => {
    expect(shared(signed('buy', {}), signed('buy', {}))).to.deep.equal(['usedIntent/p/intent_1']);
  });

  it('never has two admissions in flight at once, since both may take from one stock', () => {
    const admit = (deal: string): Command => machine('admitPayment', { deal, payment: 'payment_1' });
    expect(shared(admit('deal_1'), admit('deal_2'))).to.deep.equal(['stock']);
  });

  it('keeps the agreement steps of one deal apart and lets other deals’ steps go', () => {
    expect(
      shared(machine('markPaid', { deal: 'd1' }), machine('closePayments', { deal: 'd1' })),
    ).to.deep.equal(['deal/d1']);
    expect(
      shared(machine('markPaid', { deal: 'd1' }), machine('closePayments', { deal: 'd2' })),
    ).to.deep.equal([]);
  });

  it('keeps movements on one account apart, whichever command names it', () => {
    const post = machine('postCredits', { account: '10a', operation: 'o', credits: [] });
    expect(shared(signed('deposit', { account: '10a' }), post)).to.deep.equal(['account/10a']);
  });

  it('knows every action and takes an unknown one as it is', () => {
    for (const action of Object.keys(COMMANDS)) expect(estimatedCost({ action })).to.be.greaterThan(1);
    expect(conflictKeys({ action: 'constructor', params: { deal: 'd' } })).to.deep.equal([]);
    expect(estimatedCost({ action: 'constructor' })).to.equal(1);
  });
});
