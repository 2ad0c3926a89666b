// Altered chaincode that reads and writes whatever its caller names, with any key policy or none.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { collectionOf } from '../../chaincode/protocol/attestation.js';
import { ownerPolicy } from '../../chaincode/protocol/key-policy.js';

/** put: key, text; guard: key, MSP of its policy; delete: key; closePayments: MSP of the collection, key, text. */
export type Forgery =
  | readonly ['put', string, string]
  | readonly ['guard', string, string]
  | readonly ['delete', string]
  | readonly ['seal', string, string, string];

export class AlteredContract extends Contract {
  constructor() {
    super('altered');
  }

  @Transaction()
  @Returns('string')
  async forge(context: Context, forgeries: string): Promise<string> {
    const { stub } = context;
    for (const [kind, ...rest] of JSON.parse(forgeries) as Forgery[]) {
      const [first = '', second = '', third = ''] = rest;
      if (kind === 'put') await stub.putState(first, Buffer.from(second));
      if (kind === 'guard') await stub.setStateValidationParameter(first, ownerPolicy(second));
      if (kind === 'delete') await stub.deleteState(first);
      if (kind === 'seal') await stub.putPrivateData(collectionOf(first), second, Buffer.from(third));
    }
    return 'forged';
  }

  /** A private row, with no question asked about who wants it. */
  @Transaction(false)
  @Returns('string')
  async peek(context: Context, msp: string, key: string): Promise<string> {
    return Buffer.from(await context.stub.getPrivateData(collectionOf(msp), key)).toString('utf8');
  }
}
