// Altered chaincode in the place of the agreement lane: whatever the commands say, it writes what a test hands it as
// transient data, which no block keeps, with an event and an answer to match.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import { EVENT_NAME, type Command } from '../../chaincode/protocol/commands.js';
import { ownerPolicy } from '../../chaincode/protocol/key-policy.js';
import { rowChanges } from '../../chaincode/protocol/row-changes.js';

/** Key, row, and the MSP whose key policy a created row gets. */
export interface ForgedWrite {
  readonly key: string;
  readonly row: Json;
  readonly guard: string | null;
}

/** A command, and what it is to write. */
export interface ForgedCommand extends Command {
  readonly writes: readonly ForgedWrite[];
}

/** Name of the transient entry that says what is forged. */
export const FORGERY = 'forgery';

export interface Forgery {
  /** What each command writes, in their order. */
  readonly writes: readonly (readonly ForgedWrite[])[];
  /** Code that every command is said to be refused with; null: all are said to be carried out. */
  readonly refused: string | null;
  /** The answer; null: the one that matches the event. */
  readonly answer: string | null;
}

export class AlteredAgreement extends Contract {
  constructor() {
    super('agreement');
  }

  @Transaction()
  @Returns('string')
  async apply(context: Context, text: string): Promise<string> {
    const { stub } = context;
    const commands = commandsIn(text);
    const handed = stub.getTransient().get(FORGERY) ?? new Uint8Array();
    const { writes, refused, answer } = JSON.parse(Buffer.from(handed).toString('utf8')) as Forgery;
    for (const { key, row, guard } of writes.flat()) {
      await stub.putState(key, Buffer.from(canonicalJson(row)));
      if (guard !== null) await stub.setStateValidationParameter(key, ownerPolicy(guard));
    }
    const results = commands.map((command, index) => {
      const id = idOf(command);
      const changes = rowChanges(
        (writes[index] ?? [])
          .filter(({ key }) => !key.startsWith('usedIntent/'))
          .map(({ key, row }) => [key, membersOf(row)]),
      );
      const result = refused === null ? { ok: true, id } : { ok: false, id, code: refused, values: {} };
      return { action: command.action, result, ...changes };
    });
    stub.setEvent(EVENT_NAME, Buffer.from(canonicalJson({ v: 1, lane: 'agreement', results })));
    return answer ?? canonicalJson(results.map(({ result }) => result));
  }
}

function commandsIn(text: string): readonly Command[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? (value as readonly Command[]) : []; // a test's own
}

/** As honest chaincode names a command in its result. */
function idOf({ intent, params }: Command): string {
  const said = params ?? {};
  const names = [intent?.body.id, said['payment'], said['deal'], said['person']];
  return names.find((name) => typeof name === 'string') ?? '';
}

/** What honest chaincode would report of a row, whatever was forged in its place. */
function membersOf(row: Json): { readonly [name: string]: Json } {
  return (row ?? {}) as { readonly [name: string]: Json }; // anything else has no members of these names
}
