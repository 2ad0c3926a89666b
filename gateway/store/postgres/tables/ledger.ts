// The tables of the projection, in the schema `ledger`: everything in them follows from the blocks alone.
import type { ColumnType } from 'kysely';
import type { Command } from '../../../../chaincode/protocol/commands.js';
import type { RowKind, Rows } from '../../../../chaincode/protocol/rows.js';
import type { ProjectedNotification } from '../../../projection/notifications.js';

/** Written as text, read as parsed JSON. */
type JsonColumn<T> = ColumnType<T, string, string>;

interface BlockTable {
  readonly number: number;
  readonly hash: string;
  readonly previous_hash: string;
  readonly data_hash: string;
}

interface TransactionTable {
  readonly block: number;
  readonly index: number;
  readonly tx_id: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly code: number;
  readonly creator: string;
  readonly function: string | null;
}

interface CommandTable {
  readonly block: number;
  readonly transaction: number;
  readonly place: number;
  readonly action: string;
  readonly id: string;
  readonly person: string | null;
  readonly is_ok: boolean;
  readonly code: string | null;
  readonly command: JsonColumn<Command> | null;
}

interface EventTable {
  readonly block: number;
  readonly transaction: number;
  readonly place: number;
  readonly name: string;
  readonly kind: string;
  readonly ids: string[];
  readonly deal: string | null;
  readonly at: number;
  readonly tx_id: string;
  readonly creator: string;
  readonly person: string | null;
}

interface RowTable {
  readonly key: string;
  readonly kind: RowKind;
  readonly deal: string | null;
  readonly text: string;
  readonly body: JsonColumn<Rows[RowKind]>;
  readonly is_attested: boolean;
  readonly key_hash: string | null;
  /** Block that changed it last. */
  readonly block: number;
  /** When that was, by the sender's clock. */
  readonly at: number;
}

/** A row of a deal as it counted after a block that changed it. */
interface RowVersionTable {
  readonly key: string;
  readonly block: number;
  readonly deal: string;
  readonly body: JsonColumn<Rows[RowKind]>;
  readonly is_attested: boolean;
}

interface AttestationTable {
  readonly name: string;
  readonly key_hash: string;
  readonly value_hash: string;
}

/** Who takes part in a deal. */
interface PartyTable {
  readonly deal: string;
  readonly person: string;
  readonly role: 'buyer' | 'seller' | 'payer';
  readonly bought_at: number;
}

/** What a bank has credited on another bank's word and is not settled, minor units. */
interface ExposureTable {
  readonly creditor: string;
  readonly debtor: string;
  readonly currency: string;
  readonly used: string;
}

/** View: credits for which the payee's bank waits until the payer's has settled. */
interface WaitingCreditTable {
  readonly deal: string;
  readonly key: string;
  readonly creditor: string;
  readonly debtor: string;
}

export interface LedgerTables {
  readonly 'ledger.block': BlockTable;
  readonly 'ledger.transaction': TransactionTable;
  readonly 'ledger.command': CommandTable;
  readonly 'ledger.event': EventTable;
  readonly 'ledger.row': RowTable;
  readonly 'ledger.row_version': RowVersionTable;
  readonly 'ledger.attestation': AttestationTable;
  readonly 'ledger.party': PartyTable;
  readonly 'ledger.notification': ProjectedNotification;
  readonly 'ledger.exposure': ExposureTable;
  readonly 'ledger.waiting_credit': WaitingCreditTable;
}
