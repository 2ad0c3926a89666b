// What is sealed opens for its bank, purpose and subject, and for nothing else.
import { expect } from 'chai';
import {
  makeSealingKeyPair,
  open,
  seal,
  SealBroken,
  sealingContext,
} from '../../../gateway/protocol/sealed-code.js';

const context = sealingContext('code', '10', 'payment_00000001');

async function opening(attempt: Promise<string>): Promise<unknown> {
  return attempt.catch((error: unknown) => error);
}

describe('sealed code', () => {
  it('opens with the bank’s key and the context that it was sealed for', async () => {
    const keys = await makeSealingKeyPair();
    const sealed = await seal(keys.publicKey, context, '123456');
    expect(await open(keys.privateKey, context, sealed)).to.equal('123456');
    expect(sealed).to.not.include('123456');
  });

  it('does not open for another payment, another bank, another purpose or another key', async () => {
    const keys = await makeSealingKeyPair();
    const others = await makeSealingKeyPair();
    const sealed = await seal(keys.publicKey, context, '123456');
    const attempts = [
      open(keys.privateKey, sealingContext('code', '10', 'payment_00000002'), sealed),
      open(keys.privateKey, sealingContext('code', '20', 'payment_00000001'), sealed),
      open(keys.privateKey, sealingContext('link', '10', 'payment_00000001'), sealed),
      open(others.privateKey, context, sealed),
    ];
    for (const attempt of attempts) expect(await opening(attempt)).to.be.instanceOf(SealBroken);
  });

  it('does not open when altered by one bit, cut short or empty', async () => {
    const keys = await makeSealingKeyPair();
    const bytes = Buffer.from(await seal(keys.publicKey, context, '123456'), 'base64url');
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(40) ^ 1, 40);
    for (const wrong of [
      altered,
      bytes.subarray(0, bytes.length - 1),
      bytes.subarray(0, 20),
      Buffer.alloc(0),
    ]) {
      const attempt = open(keys.privateKey, context, wrong.toString('base64url'));
      expect(await opening(attempt)).to.be.instanceOf(SealBroken);
    }
  });
});
