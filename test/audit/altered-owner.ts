// Altered chaincode in the place of an organisation's own lane: writes rows, words and policies as a test asks.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { attestationKey, attestationOf, collectionOf } from '../../chaincode/protocol/attestation.js';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { EVENT_NAME } from '../../chaincode/protocol/commands.js';
import { ownerPolicy } from '../../chaincode/protocol/key-policy.js';
import { rowChanges } from '../../chaincode/protocol/row-changes.js';

/** Name of the transient entry that says what is forged. */
export const OWN_FORGERY = 'forgery';

/** By key; a row stands for its canonical text. */
export interface OwnForgery {
  /** What the event says: the command, and the rows that it changed. */
  readonly action: string;
  readonly named: { readonly [key: string]: { readonly [name: string]: Json } };
  readonly rows: { readonly [key: string]: Json };
  /** The rows that the owner vouches for; null: he takes his word back. */
  readonly words: { readonly [key: string]: Json };
  /** MSP whose policy the key gets. */
  readonly guards: { readonly [key: string]: string };
  /** The same for the word on a row. */
  readonly wordGuards: { readonly [key: string]: string };
}

export class AlteredOwner extends Contract {
  constructor() {
    super('owner');
  }

  @Transaction()
  @Returns('string')
  async apply(context: Context): Promise<string> {
    const { stub, clientIdentity } = context;
    const own = collectionOf(clientIdentity.getMSPID());
    const handed = stub.getTransient().get(OWN_FORGERY) ?? new Uint8Array();
    const forgery = JSON.parse(Buffer.from(handed).toString('utf8')) as OwnForgery;
    for (const [key, row] of Object.entries(forgery.rows)) {
      await stub.putState(key, Buffer.from(canonicalJson(row)));
    }
    for (const [key, msp] of Object.entries(forgery.guards)) {
      await stub.setStateValidationParameter(key, ownerPolicy(msp));
    }
    for (const [key, row] of Object.entries(forgery.words)) {
      const name = attestationKey(key);
      if (row === null) await stub.deletePrivateData(own, name);
      else await stub.putPrivateData(own, name, Buffer.from(attestationOf(canonicalJson(row))));
    }
    for (const [key, msp] of Object.entries(forgery.wordGuards)) {
      await stub.setPrivateDataValidationParameter(own, attestationKey(key), ownerPolicy(msp));
    }
    const { action, named } = forgery;
    const results = [{ action, result: { ok: true, id: '' }, ...rowChanges(Object.entries(named)) }];
    stub.setEvent(EVENT_NAME, Buffer.from(canonicalJson({ v: 1, lane: 'owner', results })));
    return canonicalJson(results.map(({ result }) => result));
  }
}
