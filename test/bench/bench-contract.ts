// The bench's own small contract, served beside the escrow's by the same process: the platform's ceiling (a blind put),
// a hot row written as read-modify-write, and rows in bulk.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { ownerPolicy } from '../../chaincode/protocol/key-policy.js';

export class BenchContract extends Contract {
  constructor() {
    super('bench');
  }

  /** One blind put. */
  @Transaction()
  async put(context: Context, key: string, value: string): Promise<void> {
    await context.stub.putState(key, Buffer.from(value));
  }

  /** Creates rows that only one organisation's peer may change from then on; `keys` is a JSON list. */
  @Transaction()
  async guard(context: Context, keys: string, msp: string): Promise<void> {
    for (const key of JSON.parse(keys) as readonly string[]) {
      await context.stub.putState(key, Buffer.from('0'));
      await context.stub.setStateValidationParameter(key, ownerPolicy(msp));
    }
  }

  /** The payee's balance as one row: what the escrow contracts avoid. */
  @Transaction()
  async add(context: Context, key: string, amount: string): Promise<void> {
    const balance = await this.balance(context, key);
    await context.stub.putState(key, Buffer.from(String(BigInt(balance) + BigInt(amount))));
  }

  /** What `add` has gathered. */
  @Transaction(false)
  @Returns('string')
  async balance(context: Context, key: string): Promise<string> {
    const text = Buffer.from(await context.stub.getState(key)).toString('utf8');
    return text === '' ? '0' : text;
  }

  /** Rows of a payment's size from a number on. */
  @Transaction()
  async fill(context: Context, from: string, count: string): Promise<void> {
    const filling = 'x'.repeat(ROW_BYTES);
    for (let number = Number(from); number < Number(from) + Number(count); number += 1) {
      await context.stub.putState(`filling/${String(number).padStart(9, '0')}`, Buffer.from(filling));
    }
  }
}

/** About what a payment's row takes. */
const ROW_BYTES = 900;
