// Duty: altered chaincode: writes what it is told, with the key policy that it is told.
// Must not: check anything; two members who run it show what they can and cannot forge.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { ownerPolicy } from '../../../chaincode/protocol/key-policy.js';

export class ForgingContract extends Contract {
  constructor() {
    super('forging');
  }

  /** Writes a public row; `owner` empty: no key policy. */
  @Transaction()
  @Returns('string')
  async write(context: Context, key: string, row: string, owner: string): Promise<string> {
    await context.stub.putState(key, Buffer.from(row, 'utf8'));
    if (owner !== '') await context.stub.setStateValidationParameter(key, ownerPolicy(owner));
    return key;
  }
}
