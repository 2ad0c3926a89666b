// The marketplace's tables of what must stay off the ledger: content behind hashes, holders' words, carried commands.
import type { ColumnType } from 'kysely';
import type { Command } from '../../../../chaincode/protocol/commands.js';
import type { Lane } from '../../../../chaincode/protocol/declaration.js';
import type { SubmissionReceipt } from '../../../protocol/submission-receipt.js';
import type { OperationStatus } from '../../operation-records.js';

interface OfferTextTable {
  readonly hash: string;
  readonly author: string;
  readonly title: string;
  readonly description: string;
  readonly pictures: string[];
  readonly at: number;
}

interface ModerationReasonTable {
  readonly hash: string;
  readonly text: string;
}

interface AccountLabelTable {
  readonly link: string;
  readonly person: string;
  readonly label: string;
  readonly last_four: string;
}

interface OperationTable {
  readonly person: string;
  readonly id: string;
  readonly action: string;
  readonly lane: Lane;
  readonly content: string;
  readonly command: ColumnType<Command, string, string>;
  readonly expires_at: number;
  readonly status: OperationStatus;
  readonly code: string | null;
  readonly tx_id: string | null;
  readonly block: number | null;
  readonly receipt: ColumnType<SubmissionReceipt | null, string | null, string | null>;
  readonly created_at: number;
}

export interface MarketplaceTables {
  readonly offer_text: OfferTextTable;
  readonly moderation_reason: ModerationReasonTable;
  readonly account_label: AccountLabelTable;
  readonly operation: OperationTable;
}
