// Both halves of the hash module give the same results, so that browsers and chaincode agree.
import { expect } from 'chai';
import fc from 'fast-check';
import * as browser from '../../../chaincode/protocol/hash/browser.js';
import * as node from '../../../chaincode/protocol/hash/node.js';

const bytes = fc.uint8Array({ maxLength: 200 });
const text = fc.string({ unit: 'binary', maxLength: 100 });
const almostEncoded = fc.oneof(
  text,
  fc.string({ unit: fc.constantFrom(...'ABab019-_+/= \n'), maxLength: 12 }),
  bytes.map((value) => Buffer.from(value).toString('base64url')),
  bytes.map((value) => Buffer.from(value).toString('hex')),
);

describe('hashing in Node.js and in browsers', () => {
  // The browser's half has to fit wherever Node.js's does.
  const halves: Readonly<Record<string, typeof node>> = { node, browser };
  const results = <R>(ask: (half: typeof node) => R): R[] => Object.values(halves).map(ask);

  it('SHA-256 and HMAC are those of the standards', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(results(({ sha256 }) => sha256('abc'))).to.deep.equal([abc, abc]);
    // RFC 4231, test case 2
    const jefe = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    const macs = results(({ hexText, hmacSha256, utf8Bytes }) =>
      hexText(hmacSha256(utf8Bytes('Jefe'), 'what do ya want for nothing?')),
    );
    expect(macs).to.deep.equal([jefe, jefe]);
  });

  it('agree about every input', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, text), bytes, (data, key) => {
        const [one, other] = results((half) => [
          half.sha256(data),
          half.hexText(half.hmacSha256(key, data)),
          half.base64urlText(key),
          typeof data === 'string' ? half.hexText(half.utf8Bytes(data)) : half.hexText(data),
        ]);
        expect(other).to.deep.equal(one);
      }),
    );
  });

  it('agree about what is an encoded text, and read it back', () => {
    fc.assert(
      fc.property(almostEncoded, (encoded) => {
        const [one, other] = results((half) => [half.base64urlBytes(encoded), half.hexBytes(encoded)]);
        expect(other).to.deep.equal(one);
        const [fromBase64url, fromHex] = one ?? [];
        if (fromBase64url) expect(node.base64urlText(fromBase64url)).to.equal(encoded);
        if (fromHex) expect(node.hexText(fromHex)).to.equal(encoded.toLowerCase());
      }),
      { numRuns: 500 },
    );
  });

  it('take one form of base64url only, and pairs of hexadecimal digits', () => {
    for (const wrong of ['A', 'AB==', 'AB', 'A+/A', 'AA AA', 'QUJD\n']) {
      expect(
        results(({ base64urlBytes }) => base64urlBytes(wrong)),
        wrong,
      ).to.deep.equal([null, null]);
    }
    for (const wrong of ['a', 'abc', 'zz', '0x00', 'ab ', '\u{5e430}', 'İİ']) {
      expect(
        results(({ hexBytes }) => hexBytes(wrong)),
        wrong,
      ).to.deep.equal([null, null]);
    }
  });
});
