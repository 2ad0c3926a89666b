// How a check of the escrow's rules is written: it is told each transaction and looks at the ledger after it.
// It must not hold rules.
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';
import type { RowKind } from '../chaincode/protocol/rows.js';
import type { Findings } from './findings.js';

export interface CheckScope {
  readonly channel: string;
  readonly ledger: LedgerRows;
  readonly findings: Findings;
}

export type TransactionCheck = (transaction: EscrowTransaction, scope: CheckScope) => void;

/** The writes of one kind. */
export function writesOf<K extends RowKind>(transaction: EscrowTransaction, kind: K): readonly RowWrite<K>[] {
  return transaction.writes.filter((write) => write.kind === kind) as unknown as RowWrite<K>[]; // of that kind
}

/** What must hold, and what was found if it does not. Each may rely on those before it. */
export type Requirement = readonly [holds: () => boolean, otherwise: string];

/** What was found by the first requirement that does not hold; null: all hold. */
export function firstBroken(...requirements: readonly Requirement[]): string | null {
  return requirements.find(([holds]) => !holds())?.[1] ?? null;
}
