// Validates the ordered envelopes of one block and lays the writes of the valid ones over the state, in order.
// The committer and an auditor's replay share it, so both come to the same codes.
import { peer } from '@hyperledger/fabric-protos';
import { BlockUpdates } from './block-updates.js';
import type { Draft } from './draft.js';
import { WorldState } from './state.js';
import { transactionKey, type Snapshot } from './store.js';
import type { ParsedEnvelope } from './transaction.js';
import {
  notePolicyChanges,
  validateEndorsement,
  type EndorsementScope,
  type PolicyChanges,
} from './validate-endorsement.js';
import { validateVersions } from './validate-versions.js';

const Code = peer.TxValidationCode;

export interface ValidationScope extends Omit<EndorsementScope, 'state'> {
  /** The state before the block, with the index of transactions. */
  readonly snapshot: Snapshot;
  readonly block: number;
  /** Asked for each otherwise valid transaction: is it to conflict (faults)? */
  readonly isConflictForced?: () => boolean;
}

export interface ValidatedEnvelope {
  readonly envelope: ParsedEnvelope;
  readonly code: number;
}

/** Called for each valid transaction after its writes were laid over the state. */
export type OnValid = (transaction: ValidatedEnvelope, position: number, updates: BlockUpdates) => void;

export interface BlockValidation {
  readonly validated: ValidatedEnvelope[];
  readonly updates: BlockUpdates;
}

export async function validateBlock(
  batch: readonly ParsedEnvelope[],
  scope: ValidationScope,
  onValid?: OnValid,
): Promise<BlockValidation> {
  const state = new WorldState(scope.snapshot);
  const validated = checkEndorsements(batch, { ...scope, state });
  const updates = new BlockUpdates(state);
  for (const [position, transaction] of validated.entries()) {
    const { action } = transaction.envelope;
    if (transaction.code !== Code.VALID || !action) continue;
    transaction.code = await validateVersions(action.sets, state, updates);
    if (transaction.code !== Code.VALID) continue;
    if (scope.isConflictForced?.()) {
      transaction.code = Code.MVCC_READ_CONFLICT;
      continue;
    }
    updates.apply(action.sets, { block: scope.block, transaction: position });
    onValid?.(transaction, position, updates);
  }
  return { validated, updates };
}

function checkEndorsements(
  batch: readonly ParsedEnvelope[],
  scope: EndorsementScope & { readonly snapshot: Snapshot },
): Draft<ValidatedEnvelope>[] {
  const policyChanges: PolicyChanges = new Set();
  const validated = batch.map((envelope): Draft<ValidatedEnvelope> => {
    const { action } = envelope;
    if (envelope.code !== Code.VALID || !action) return { envelope, code: envelope.code };
    if (scope.snapshot.get(transactionKey(envelope.txId))) return { envelope, code: Code.DUPLICATE_TXID };
    const code = validateEndorsement(action, policyChanges, scope);
    if (code === Code.VALID) notePolicyChanges(action, policyChanges);
    return { envelope, code };
  });
  markDuplicates(validated);
  return validated;
}

/** Of several valid transactions with one id in a block the first stands. */
function markDuplicates(validated: readonly Draft<ValidatedEnvelope>[]): void {
  const seen = new Set<string>();
  for (const transaction of validated) {
    if (transaction.code !== Code.VALID) continue;
    if (seen.has(transaction.envelope.txId)) transaction.code = Code.DUPLICATE_TXID;
    else seen.add(transaction.envelope.txId);
  }
}
