// Judges the ordered envelopes of one block and lays the writes of the valid ones over the state, in order.
// It must not write to a store or ask why: the committer and an auditor's replay come to the same codes by it.
import { peer } from '@hyperledger/fabric-protos';
import { BlockUpdates } from './block-updates.js';
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

export interface JudgeScope extends Omit<EndorsementScope, 'state'> {
  /** The state before the block, with the index of transactions. */
  snapshot: Snapshot;
  block: number;
  /** Asked for each otherwise valid transaction: is it to conflict (faults)? */
  isConflictForced?: () => boolean;
}

export interface JudgedEnvelope {
  envelope: ParsedEnvelope;
  code: number;
}

/** Called for each valid transaction after its writes were laid over the state. */
export type OnValid = (transaction: JudgedEnvelope, position: number, updates: BlockUpdates) => void;

export interface Judgement {
  judged: JudgedEnvelope[];
  updates: BlockUpdates;
}

export async function judgeBlock(
  batch: readonly ParsedEnvelope[],
  scope: JudgeScope,
  onValid?: OnValid,
): Promise<Judgement> {
  const state = new WorldState(scope.snapshot);
  const judged = judgeEndorsements(batch, { ...scope, state });
  const updates = new BlockUpdates(state);
  for (const [position, transaction] of judged.entries()) {
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
  return { judged, updates };
}

function judgeEndorsements(
  batch: readonly ParsedEnvelope[],
  scope: EndorsementScope & { snapshot: Snapshot },
): JudgedEnvelope[] {
  const policyChanges: PolicyChanges = new Set();
  const judged = batch.map((envelope): JudgedEnvelope => {
    const { action } = envelope;
    if (envelope.code !== Code.VALID || !action) return { envelope, code: envelope.code };
    if (scope.snapshot.get(transactionKey(envelope.txId))) return { envelope, code: Code.DUPLICATE_TXID };
    const code = validateEndorsement(action, policyChanges, scope);
    if (code === Code.VALID) notePolicyChanges(action, policyChanges);
    return { envelope, code };
  });
  markDuplicates(judged);
  return judged;
}

/** Of several valid transactions with one id in a block the first stands. */
function markDuplicates(judged: readonly JudgedEnvelope[]): void {
  const seen = new Set<string>();
  for (const transaction of judged) {
    if (transaction.code !== Code.VALID) continue;
    if (seen.has(transaction.envelope.txId)) transaction.code = Code.DUPLICATE_TXID;
    else seen.add(transaction.envelope.txId);
  }
}
