// The interface of a check of the escrow's rules: it sees each transaction and the ledger after it.
import { canonicalJson, type Json } from '../chaincode/protocol/canonical-json.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';
import type { RowKind } from '../chaincode/protocol/rows.js';
import type { Findings } from './findings.js';

export interface CheckScope {
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

/** Rows hold JSON values only; interfaces merely lack the index signature that Json asks for. */
export function sameJson(left: unknown, right: unknown): boolean {
  return canonicalJson(left as Json) === canonicalJson(right as Json);
}

/** Sum of amounts, minor units. */
export function sumOf(rows: readonly { readonly amount: string }[]): bigint {
  return rows.reduce((total, { amount }) => total + BigInt(amount), 0n);
}
