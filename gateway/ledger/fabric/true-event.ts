// What of an event its transaction has really written. Altered chaincode can emit any event under any endorsement: one
// that names sixty thousand deals must not fill the workers of all members.
import { attestationKey } from '../../../chaincode/protocol/attestation.js';
import type { CommandRecord, LedgerEvent } from '../../../chaincode/protocol/commands.js';
import { dealsIn } from '../../../chaincode/protocol/row-changes.js';
import { sha256 } from '#hash';

/** Keys that a transaction wrote: of public rows, and the hashes of those in members' collections. */
export interface WrittenKeys {
  readonly rows: ReadonlySet<string>;
  /** SHA-256 of the key, lower-case hexadecimal. */
  readonly privateHashes: ReadonlySet<string>;
}

/**
 * The event with only those rows that were written, or whose owner attested them in the same transaction. A command
 * whose rows are of several deals is none of ours, and keeps none.
 */
export function trueEvent(event: LedgerEvent, written: WrittenKeys): LedgerEvent {
  return { ...event, results: event.results.map((record) => trueRecord(record, written)) };
}

function trueRecord(record: CommandRecord, written: WrittenKeys): CommandRecord {
  const entries = Object.entries(record.rows);
  const rows = Object.fromEntries(entries.filter(([key]) => isWritten(key, written)));
  return { ...record, rows: dealsIn({ rows }).size > 1 ? {} : rows };
}

function isWritten(key: string, { rows, privateHashes }: WrittenKeys): boolean {
  return rows.has(key) || (privateHashes.size > 0 && privateHashes.has(sha256(attestationKey(key))));
}
