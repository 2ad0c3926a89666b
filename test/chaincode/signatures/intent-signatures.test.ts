// Only the one signature form of ES256 over the canonical body counts.
import { expect } from 'chai';
import type * as crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { spy } from 'sinon';
import { isP256Key, keyThumbprint, type Intent } from '../../../chaincode/protocol/intent.js';
import { P256_ORDER } from '../../../chaincode/protocol/p256.js';
import { isSigned, proveAhead } from '../../../chaincode/signatures/intent-signatures.js';
import { altered, makePerson, resigned } from '../../support/people.js';

const alice = makePerson('alice');
const params = { deal: 'deal_0123456789', termsHash: '0'.repeat(64) };
const intent = alice.sign('acceptGoods', params, { channel: 'escrow', now: 1 });

describe('signatures of intents', () => {
  it('count for the very body that was signed, however often they are asked', () => {
    expect([isSigned(intent), isSigned(intent), isSigned({ ...intent })]).to.deep.equal([true, true, true]);
    expect(isSigned(altered(intent, { deal: 'deal_9876543210' }))).to.equal(false);
    expect(isSigned({ ...intent, body: { ...intent.body, channel: 'other' } })).to.equal(false);
  });

  it('of another person verify under that key only', () => {
    const mallory = makePerson('mallory');
    expect(isSigned({ ...intent, key: mallory.key })).to.equal(false);
    const forged = resigned(intent, mallory);
    expect(isSigned(forged)).to.equal(true);
    expect(keyThumbprint(forged.key)).not.to.equal(alice.thumbprint);
    expect(keyThumbprint(intent.key)).to.equal(alice.thumbprint);
  });

  it('with a high s are refused, so that one body has one signature', () => {
    const raw = Buffer.from(intent.signature, 'base64url');
    const s = P256_ORDER - BigInt(`0x${raw.subarray(32).toString('hex')}`);
    const high = Buffer.concat([raw.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    expect(isSigned({ ...intent, signature: high.toString('base64url') })).to.equal(false);
  });

  it('in another text form are refused', () => {
    const raw = Buffer.from(intent.signature, 'base64url');
    const forms = [raw.toString('base64'), `${intent.signature}A`, raw.toString('hex'), ''];
    const verdicts = forms.map((signature) => isSigned({ ...intent, signature }));
    expect(verdicts).to.deep.equal([false, false, false, false]);
  });

  it('have the same verdicts when they were proved ahead, whatever their form', async () => {
    const fresh = makePerson('carol').sign('acceptGoods', params, { channel: 'escrow', now: 2 });
    const offCurve = Buffer.from(alice.key, 'base64url').fill(1, 30);
    const forged = [
      altered(fresh, { deal: 'deal_9876543210' }),
      { ...fresh, signature: '' },
      { ...fresh, signature: Buffer.alloc(64).toString('base64url') },
      { ...fresh, key: 'AAAA' },
      { ...fresh, key: offCurve.toString('base64url') },
    ];
    await proveAhead([fresh, fresh, ...forged]);
    const verifying = spy(createRequire(__filename)('node:crypto') as typeof crypto, 'verify');
    try {
      expect([fresh, ...forged].map(isSigned)).to.deep.equal([true, false, false, false, false, false]);
      expect(verifying.callCount, 'verified again').to.equal(0);
    } finally {
      verifying.restore();
    }
  });

  it('need a key of P-256 that lies on the curve', () => {
    const der = Buffer.from(alice.key, 'base64url');
    const offCurve = Buffer.from(der);
    offCurve[der.length - 1] = (offCurve[der.length - 1] ?? 0) ^ 1;
    const signedBy = (key: string): Intent => ({ ...intent, key });
    expect(isSigned(signedBy(offCurve.toString('base64url')))).to.equal(false);
    expect(isSigned(signedBy(der.subarray(1).toString('base64url')))).to.equal(false);
    expect([isP256Key(alice.key), isP256Key(`${alice.key}=`), isP256Key('')]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });
});
