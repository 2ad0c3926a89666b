// Altered chaincode in the place of the agreement lane: writes what a test asks, with an event to match, unchecked.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { EVENT_NAME, type Command } from '../../chaincode/protocol/commands.js';
import { ownerPolicy } from '../../chaincode/protocol/key-policy.js';
import { rowChanges } from '../../chaincode/protocol/row-changes.js';

/** A command, and what it is to write: key, row, and the MSP whose key policy a created row gets. */
export interface ForgedCommand extends Command {
  readonly writes: readonly { readonly key: string; readonly row: Json; readonly guard: string | null }[];
}

export class AlteredAgreement extends Contract {
  constructor() {
    super('agreement');
  }

  @Transaction()
  @Returns('string')
  async apply(context: Context, text: string): Promise<string> {
    const { stub } = context;
    const commands = JSON.parse(text) as ForgedCommand[];
    for (const { key, row, guard } of commands.flatMap(({ writes }) => writes)) {
      await stub.putState(key, Buffer.from(canonicalJson(row)));
      if (guard !== null) await stub.setStateValidationParameter(key, ownerPolicy(guard));
    }
    const results = commands.map(({ action, intent, writes }) => ({
      action,
      result: { ok: true, id: intent?.body.id ?? '' },
      ...rowChanges(
        writes
          .filter(({ key }) => !key.startsWith('usedIntent/'))
          .map(({ key, row }) => [key, membersOf(row)]),
      ),
    }));
    stub.setEvent(EVENT_NAME, Buffer.from(canonicalJson({ v: 1, lane: 'agreement', results })));
    return canonicalJson(results.map(({ result }) => result));
  }
}

/** What honest chaincode would report of a row, whatever was forged in its place. */
function membersOf(row: Json): { readonly [name: string]: Json } {
  return (row ?? {}) as { readonly [name: string]: Json }; // anything else has no members of these names
}
