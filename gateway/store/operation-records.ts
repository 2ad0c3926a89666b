// What a gateway stores of the signed commands that it carries: one record for each person and intent id.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Lane } from '../../chaincode/protocol/declaration.js';
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';
import type { SubmissionReceipt } from '../protocol/submission-receipt.js';

export type OperationStatus = 'pending' | 'done' | 'refused' | 'unknown';

export interface OperationRecord {
  readonly person: string;
  /** The intent's id. */
  readonly id: string;
  readonly action: string;
  readonly lane: Lane;
  /** SHA-256 of the intent's body: a second signature over the same body is the same content. */
  readonly content: Hash;
  readonly command: Command;
  /** Nobody sends it after this. */
  readonly expiresAt: Instant;
  readonly status: OperationStatus;
  readonly code: string | null;
  readonly txId: string | null;
  readonly block: number | null;
  /** What the person was given before anything was sent; null: the command has no deadline. */
  readonly receipt: SubmissionReceipt | null;
  readonly createdAt: Instant;
}

export type OperationOutcome = Pick<OperationRecord, 'status' | 'code' | 'txId' | 'block'>;

/** What the organisation's own tables of the ledger say of a command. */
export type SeenOutcome = OperationOutcome & Pick<OperationRecord, 'action'>;

export interface OperationRecords {
  /** The record that stands now, and whether this call stored it: the first content of an id stays. */
  create(record: OperationRecord): Promise<{ readonly record: OperationRecord; readonly isNew: boolean }>;
  find(person: string, id: string): Promise<OperationRecord | null>;
  /** Those of a person that were not refused, for commands of this action, created since then. */
  recent(person: string, action: string, since: Instant): Promise<readonly OperationRecord[]>;
  /** A final outcome is never replaced; `unknown` may be. */
  finish(person: string, id: string, outcome: OperationOutcome): Promise<void>;
  /** Those that are not final, oldest first. */
  open(limit: number): Promise<readonly OperationRecord[]>;
  /** Removes final ones that are older; how many. */
  removeOlder(createdBefore: Instant, limit: number): Promise<number>;
}
