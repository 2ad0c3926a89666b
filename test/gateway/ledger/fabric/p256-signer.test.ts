// What Fabric's peers ask of a signature: DER, verifiable, s in the lower half of the order.
import { expect } from 'chai';
import { generateKeyPairSync, verify } from 'node:crypto';
import { derOfSignature, p256Signer } from '../../../../gateway/ledger/fabric/p256-signer.js';

const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const hex = (value: bigint): string => value.toString(16).padStart(64, '0');
const rawOf = (r: bigint, s: bigint): Buffer => Buffer.from(hex(r) + hex(s), 'hex');

/** r and s of a DER signature. */
function integersOf(der: Buffer): { r: Buffer; s: Buffer } {
  const lengthOfR = der[3] ?? 0;
  return { r: der.subarray(4, 4 + lengthOfR), s: der.subarray(6 + lengthOfR) };
}

describe('the P-256 signer', () => {
  it('gives signatures that verify and have a low s, every time', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const sign = p256Signer(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (let turn = 0; turn < 200; turn += 1) {
      const message = Buffer.from(`message ${String(turn)}`);
      const signature = Buffer.from(await sign(message));
      expect(verify('sha256', message, publicKey, signature)).to.equal(true);
      const s = BigInt(`0x${integersOf(signature).s.toString('hex')}`);
      expect(s <= ORDER / 2n).to.equal(true);
    }
  });

  for (const [title, s, low] of [
    ['keeps the highest low s', ORDER / 2n, ORDER / 2n],
    ['turns the lowest high s over', ORDER / 2n + 1n, ORDER / 2n],
    ['turns the highest s over', ORDER - 1n, 1n],
  ] as const) {
    it(title, () => {
      const parts = integersOf(derOfSignature(rawOf(1n, s)));
      expect(BigInt(`0x${parts.s.toString('hex')}`)).to.equal(low);
    });
  }

  it('writes each integer in its shortest form, with a zero before a set sign bit', () => {
    const { r, s } = integersOf(derOfSignature(rawOf(0x80n, 0x7fn)));
    expect(r.toString('hex')).to.equal('0080');
    expect(s.toString('hex')).to.equal('7f');
  });

  it('refuses a key on another curve', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    expect(() => p256Signer(pem)).to.throw('curve P-256');
  });
});
