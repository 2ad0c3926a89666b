// An intent's body has one hash, however its members are ordered; a key has one thumbprint.
import { expect } from 'chai';
import { bodyHash, keyThumbprint } from '../../../chaincode/protocol/intent.js';
import { makePerson } from '../../support/people.js';

const alice = makePerson('alice');
const params = { deal: 'deal_0123456789', termsHash: '0'.repeat(64) };

describe('intents', () => {
  it('the hash of a body does not depend on the order of its members', () => {
    const { version, ...rest } = alice.sign('acceptGoods', params, { channel: 'escrow', now: 1 }).body;
    expect(bodyHash({ ...rest, version })).to.equal(bodyHash({ version, ...rest }));
  });

  it('what is no key has the thumbprint of none', () => {
    const garbage = ['', '=', `${alice.key}=`, 'ключ'].map(keyThumbprint);
    expect(new Set(garbage).size).to.equal(1);
    expect(garbage).not.to.include(keyThumbprint(alice.key));
  });
});
