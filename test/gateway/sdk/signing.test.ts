// A person's key signs commands that the ledger's own verification takes, whichever platform keeps the key.
import { expect } from 'chai';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { hasLowS, P256_ORDER, withLowS } from '../../../chaincode/protocol/p256.js';
import { isSigned } from '../../../chaincode/signatures/intent-signatures.js';
import { acceptParcel } from '../../../gateway/sdk/commands/shipments.js';
import { UnusableKey } from '../../../gateway/sdk/errors.js';
import { importPrivateKey, makeKeyPair, signerOf, type KeyPair } from '../../../gateway/sdk/keys.js';
import { INTENT_LIFE_MS, intentBody, isGenuine, signCommand, signIntent } from '../../../gateway/sdk/sign.js';
import { altered, makePerson, resigned } from '../../support/people.js';

const context = { channel: 'escrow', person: 'person_00000001', now: 1_000 };
const request = acceptParcel({ deal: 'deal_00000001' });

async function signedBy(pair: KeyPair): Promise<Intent> {
  return signIntent(await signerOf(pair), intentBody(context, request));
}

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('signing with the SDK', () => {
  let pair: KeyPair;
  before(async () => {
    pair = await makeKeyPair();
  });

  it('makes intents that the ledger takes, s always low', async () => {
    const signer = await signerOf(pair);
    for (let count = 0; count < 40; count += 1) {
      const intent = await signIntent(signer, intentBody({ ...context, now: count }, request));
      expect(isSigned(intent)).to.equal(true);
      expect(await isGenuine(intent)).to.equal(true);
    }
  });

  it('makes the body of what was asked for, good for an hour unless said otherwise', async () => {
    const command = await signCommand(await signerOf(pair), context, request, { operation: 'operation_1' });
    expect(command.action).to.equal('acceptParcel');
    expect(command.params).to.deep.equal({ operation: 'operation_1' });
    expect(command.intent?.body).to.deep.equal({
      version: 1,
      channel: 'escrow',
      id: request.id,
      person: 'person_00000001',
      action: 'acceptParcel',
      params: { deal: 'deal_00000001' },
      expiresAt: 1_000 + INTENT_LIFE_MS,
    });
    expect(intentBody({ ...context, expiresAt: 2_000 }, request).expiresAt).to.equal(2_000);
  });

  it('finds the same signatures genuine as the ledger does', async () => {
    const intent = await signedBy(pair);
    const raw = Buffer.from(intent.signature, 'base64url');
    const s = P256_ORDER - BigInt(`0x${raw.subarray(32).toString('hex')}`);
    const high = Buffer.concat([raw.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    const offCurve = Buffer.from(intent.key, 'base64url').fill(1, 30).toString('base64url');
    const intents = [
      resigned(intent, makePerson('mallory')),
      altered(intent, { deal: 'deal_00000002' }),
      { ...intent, signature: high.toString('base64url') },
      { ...intent, signature: raw.toString('hex') },
      { ...intent, signature: '' },
      { ...intent, key: makePerson('mallory').key },
      { ...intent, key: offCurve },
      { ...intent, key: 'AAAA' },
    ];
    const verdicts = [true, false, false, false, false, false, false, false];
    expect(intents.map(isSigned)).to.deep.equal(verdicts);
    expect(await Promise.all(intents.map(isGenuine))).to.deep.equal(verdicts);
  });

  it('brings s to its lower value, and leaves a low one as it is', () => {
    const rawOf = (s: bigint): Uint8Array =>
      Buffer.concat([Buffer.alloc(32, 7), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    const half = P256_ORDER / 2n;
    for (const [s, low] of [
      [1n, 1n],
      [half, half],
      [half + 1n, half],
      [P256_ORDER - 1n, 1n],
    ] as const) {
      expect(hasLowS(rawOf(s))).to.equal(s === low);
      expect(Buffer.from(withLowS(rawOf(s))).equals(rawOf(low))).to.equal(true);
    }
    expect(() => withLowS(new Uint8Array(63))).to.throw(TypeError);
  });

  it('refuses what is no private key, and one that another public key stands beside', async () => {
    const other = await makeKeyPair();
    for (const wrong of ['', 'AAAA', pair.publicKey, `${pair.privateKey}=`]) {
      expect(await failureOf(importPrivateKey(wrong)), wrong).to.be.instanceOf(UnusableKey);
    }
    const mixed = { publicKey: other.publicKey, privateKey: pair.privateKey };
    expect(await failureOf(signerOf(mixed))).to.be.instanceOf(UnusableKey);
  });

  it('never lets an imported key out again', async () => {
    const key = await importPrivateKey(pair.privateKey);
    expect(await failureOf(globalThis.crypto.subtle.exportKey('pkcs8', key))).to.be.instanceOf(Error);
  });
});
