// Fabric's signatures by the native P-256 of node:crypto: DER, s in the lower half of the order.
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { P256_SIGNATURE_BYTES, withLowS } from '../../../chaincode/protocol/p256.js';

/** Signs whole messages (SHA-256 inside), so it goes with fabric-gateway's `hash.none`. */
export type MessageSigner = (message: Uint8Array) => Promise<Uint8Array>;

/** `pem`: an unencrypted PKCS#8 or SEC 1 private key on P-256. Throws when it is anything else. */
export function p256Signer(pem: string | Buffer): MessageSigner {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error('the private key of a ledger identity must be on the curve P-256');
  }
  return (message) => Promise.resolve(signLowS(message, key));
}

function signLowS(message: Uint8Array, key: KeyObject): Buffer {
  const raw = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
  return derOfSignature(raw);
}

/** DER of a raw r‖s signature with s made low; peers refuse the other of the two values that verify. */
export function derOfSignature(raw: Uint8Array): Buffer {
  const low = withLowS(raw);
  const [r, s] = [low.subarray(0, P256_SIGNATURE_BYTES / 2), low.subarray(P256_SIGNATURE_BYTES / 2)];
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** Shortest two's complement form of a positive number (X.690 §8.3). */
function derInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, digits.length + sign.length, ...sign]), digits]);
}
