// A stub over maps that counts and orders calls; as with Fabric's, reads never show own writes.
import { createHash } from 'node:crypto';
import type { ChaincodeStub } from 'fabric-shim';
import { ownerPolicy } from '../../../chaincode/protocol/key-policy.js';

export class FakeStub {
  /** Calls in their order: `get key`, `put key`, `policy key`, `hash collection key`, `private key`, `seal key`. */
  readonly calls: string[] = [];
  readonly rows = new Map<string, string>();
  /** By `collection key`. */
  readonly secrets = new Map<string, string>();
  readonly written = new Map<string, string>();
  readonly sealed = new Map<string, string>();
  readonly policies = new Map<string, Uint8Array>();

  /** As the code under test sees it. */
  get stub(): ChaincodeStub {
    return this as unknown as ChaincodeStub; // only these methods are called
  }

  getState(key: string): Promise<Uint8Array> {
    this.calls.push(`get ${key}`);
    return Promise.resolve(Buffer.from(this.rows.get(key) ?? ''));
  }

  getPrivateData(collection: string, key: string): Promise<Uint8Array> {
    this.calls.push(`private ${key}`);
    return Promise.resolve(Buffer.from(this.secrets.get(`${collection} ${key}`) ?? ''));
  }

  getPrivateDataHash(collection: string, key: string): Promise<Uint8Array> {
    this.calls.push(`hash ${collection} ${key}`);
    if (collection.endsWith('NobodyMSP')) {
      const where = `GET_PRIVATE_DATA_HASH failed: transaction ID: 1: collection [${collection}]`;
      return Promise.reject(
        new Error(`${where} not defined in the collection config for chaincode [escrow]`),
      );
    }
    const value = this.secrets.get(`${collection} ${key}`);
    return Promise.resolve(
      value === undefined ? Buffer.alloc(0) : createHash('sha256').update(value).digest(),
    );
  }

  /** Every row is guarded by the owner that it names, unless the test says otherwise. */
  getStateValidationParameter(key: string): Promise<Uint8Array> {
    this.calls.push(`guard ${key}`);
    return Promise.resolve(this.policies.get(key) ?? ownerPolicy(ownerIn(this.rows.get(key) ?? '{}')));
  }

  async *getStateByRange(start: string, end: string) {
    this.calls.push(`range ${start}`);
    await Promise.resolve();
    for (const [key, value] of [...this.rows].sort(([left], [right]) => (left < right ? -1 : 1))) {
      if (key >= start && key < end) yield { key, value: Buffer.from(value) };
    }
  }

  async *getPrivateDataByRange(collection: string, start: string, end: string) {
    await Promise.resolve();
    for (const [name, value] of this.secrets) {
      const key = name.slice(collection.length + 1);
      if (key >= start && key < end) yield { key, value: Buffer.from(value) };
    }
  }

  putState(key: string, value: Uint8Array): Promise<void> {
    this.calls.push(`put ${key}`);
    this.written.set(key, Buffer.from(value).toString());
    return Promise.resolve();
  }

  setStateValidationParameter(key: string, policy: Uint8Array): Promise<void> {
    this.calls.push(`policy ${key}`);
    this.policies.set(key, policy);
    return Promise.resolve();
  }

  putPrivateData(collection: string, key: string, value: Uint8Array): Promise<void> {
    this.calls.push(`seal ${key}`);
    this.sealed.set(`${collection} ${key}`, Buffer.from(value).toString());
    return Promise.resolve();
  }
}

/** The owner that a row's text names; empty: none. */
function ownerIn(text: string): string {
  const row = JSON.parse(text) as { readonly owner?: unknown } | null;
  return typeof row?.owner === 'string' ? row.owner : '';
}
