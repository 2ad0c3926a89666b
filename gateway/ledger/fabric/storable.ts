// What of a transaction a database can hold. Altered chaincode and members' own clients put anything into a block, and
// one that could not be stored would stop every gateway at it.
import type { Command, CommandRecord, LedgerEvent } from '../../../chaincode/protocol/commands.js';
import { jsonFault, textFault } from '../../json-faults.js';
import type { WholeTransaction } from '../ledger-port.js';

/** Longer names and keys are none of ours, and an index cannot hold them. */
const LONGEST_NAME = 512;
const TX_ID = /^[0-9a-f]{64}$/;
/** Furthest instant of a calendar that programs know (ECMAScript's time values), in milliseconds. */
const FURTHEST = 8.64e15;

/** Without what cannot be stored: such a name is '', such a command or event null, such a row left out. */
export function storable(transaction: WholeTransaction): WholeTransaction {
  const { txId, at, creator, commands, event, rows, attestations } = transaction;
  const called = transaction.function;
  return {
    ...transaction,
    txId: TX_ID.test(txId) ? txId : '',
    at: isInstant(at) ? at : 0,
    creator: nameOr(creator),
    function: called === null ? null : nameOr(called),
    commands: commands?.map(commandOr) ?? null,
    event: eventOr(event),
    rows: rows.filter(({ key }) => isName(key)),
    attestations: attestations.filter(({ collection }) => isName(collection)),
  };
}

function isInstant(at: number): boolean {
  return Number.isSafeInteger(at) && Math.abs(at) <= FURTHEST;
}

function nameOr(text: string): string {
  return isName(text) ? text : '';
}

function isName(text: string): boolean {
  return text.length <= LONGEST_NAME && textFault(text) === null;
}

function isPlain(value: unknown): boolean {
  return jsonFault(value) === null && textFault(value) === null;
}

function commandOr(command: Command | null): Command | null {
  const { id, person } = command?.intent?.body ?? { id: '', person: '' };
  return isPlain(command) && isName(id) && isName(person) ? command : null;
}

function eventOr(event: LedgerEvent | null): LedgerEvent | null {
  return isPlain(event) && event?.results.every(isRecord) === true ? event : null;
}

function isRecord({ action, result, rows }: CommandRecord): boolean {
  const names = [action, result.id, result.ok ? '' : result.code, ...Object.keys(rows)];
  return names.every(isName);
}
