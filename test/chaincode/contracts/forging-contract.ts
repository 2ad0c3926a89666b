// Altered chaincode that writes whatever it is given, with any key policy: two members who run it try to forge rows.
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
