// Signs as a node of the network: ECDSA over SHA-256, low S, as Fabric demands.
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { msp as mspProto } from '@hyperledger/fabric-protos';
import { P256_ORDER } from './identity.js';

export class Signer {
  /** SerializedIdentity of this node. */
  readonly creator: Uint8Array;
  private readonly key: KeyObject;

  constructor(mspId: string, identity: { readonly certPem: string; readonly keyPem: string }) {
    const serialized = new mspProto.SerializedIdentity();
    serialized.setMspid(mspId);
    serialized.setIdBytes(Buffer.from(identity.certPem));
    this.creator = serialized.serializeBinary();
    this.key = createPrivateKey(identity.keyPem);
  }

  sign(message: Uint8Array): Uint8Array {
    const signature = sign('sha256', message, { key: this.key, dsaEncoding: 'ieee-p1363' });
    const r = BigInt(`0x${signature.subarray(0, 32).toString('hex')}`);
    const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
    return derSignature(r, s > P256_ORDER >> 1n ? P256_ORDER - s : s);
  }
}

function derSignature(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}
