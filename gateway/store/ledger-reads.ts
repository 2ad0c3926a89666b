// The ledger's blocks, and what receipts are made of and checked with, as this member's tables have them.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';
import type { ProjectedEvent } from '../projection/block-changes.js';
import type { Part, PartRequest } from './offer-reads.js';

export interface StoredBlock {
  readonly number: number;
  readonly hash: string;
  readonly previousHash: string;
  readonly dataHash: string;
  /** Of its newest transaction; null: it has none. */
  readonly at: Instant | null;
  readonly transactions: number;
  readonly valid: number;
}

export interface StoredTransaction {
  readonly txId: string;
  readonly block: number;
  readonly index: number;
  readonly at: Instant;
  readonly code: number;
  readonly creator: string;
  readonly function: string | null;
  readonly commands: number;
}

export interface StoredCommand {
  readonly place: number;
  readonly action: string;
  readonly id: string;
  readonly person: string | null;
  readonly isOk: boolean;
  readonly code: string | null;
  readonly command: Command | null;
}

/** A row of a deal as it counted after a block that changed it. */
export interface RowVersion {
  readonly key: string;
  readonly kind: RowKind;
  readonly block: number;
  readonly body: Rows[RowKind];
  readonly isAttested: boolean;
}

/** A signed command with where it stands. */
export interface CarriedIntent {
  readonly intent: Intent;
  readonly block: number;
  readonly txId: string;
}

export interface LedgerReads {
  newestBlock(): Promise<number>;
  /** Newest first. */
  blocks(part: PartRequest): Promise<Part<StoredBlock>>;
  /** Null: there is no such block here. */
  block(
    number: number,
  ): Promise<{ readonly block: StoredBlock; readonly transactions: readonly StoredTransaction[] } | null>;
  /** Indexes of a block's transactions that concern the person: of his deals, or signed by him. */
  ownIn(block: number, person: string): Promise<ReadonlySet<number>>;
  /** Null: there is no such transaction here. */
  transaction(txId: string): Promise<{
    readonly transaction: StoredTransaction;
    readonly blockHash: string;
    readonly commands: readonly StoredCommand[];
    readonly events: readonly ProjectedEvent[];
  } | null>;
  /** Of these deals, those in which the person takes part. */
  dealsOf(person: string, deals: readonly string[]): Promise<readonly string[]>;
  /** What the person has signed in transactions of the deal, and his command with the id `beside`. */
  intentsOf(
    person: string,
    of: { readonly deal: string; readonly beside: string },
  ): Promise<readonly CarriedIntent[]>;
  /** Every version of the rows of a deal, in the order of their keys and blocks. */
  versions(deal: string): Promise<readonly RowVersion[]>;
  /** Commands with these ids that the person signed and the ledger carried out. */
  carried(person: string, ids: readonly string[]): Promise<readonly CarriedIntent[]>;
  /** `block/txId` of every transaction of a deal. */
  transactionsOf(deal: string): Promise<ReadonlySet<string>>;
}
