// How the rules of the channel came about, for the report. That each change is right, the replay of the rules says.
import type { ParametersRow } from '../chaincode/protocol/member.js';
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction } from './escrow-transaction.js';
import type { Place } from './findings.js';

/** A change of the rules, as verify lists it. */
export interface RuleChange extends Place {
  readonly what: 'founded' | 'commission' | 'applied';
  /** Of the parameters afterwards. */
  readonly version: number;
  readonly commissionBasisPoints: number;
  /** Members whose voices stand behind it; empty: it needs none. */
  readonly voices: readonly string[];
}

/** What this transaction changed. */
export function ruleChanges(
  transaction: EscrowTransaction,
  { ledger }: Pick<CheckScope, 'ledger'>,
): readonly RuleChange[] {
  return writesOf(transaction, 'parameters').flatMap(({ before, after }) => {
    const what = whatOf(before, after);
    if (what === null) return [];
    const voices = what === 'applied' ? (ledger.row('parametersProposal')?.voices ?? []) : [];
    const { version, commissionBasisPoints } = after;
    const { place } = transaction;
    return [{ ...place, what, version, commissionBasisPoints, voices: voices.map(({ member }) => member) }];
  });
}

/** Null: a commission account was named, which is listed nowhere. */
function whatOf(before: ParametersRow | null, after: ParametersRow): RuleChange['what'] | null {
  if (before === null) return 'founded';
  if (before.version !== after.version) return 'applied';
  return before.commissionBasisPoints === after.commissionBasisPoints ? null : 'commission';
}
