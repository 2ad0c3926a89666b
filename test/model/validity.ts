// Which of a block's transactions Fabric must refuse, worked out from their read-write sets alone.
// It must not use the engine's validation; only its parser of read-write sets.
import { peer, type ledger } from '@hyperledger/fabric-protos';
import { parseReadWriteSet, type ParsedNamespace } from '../../ledger/fabric/read-write-set.js';
import { statePrefix } from '../../ledger/fabric/store.js';
import type { PreparedTransaction } from '../support/proposals.js';

export const VALID = 0;
const ENDORSEMENT_POLICY_FAILURE = 10;
const MVCC_READ_CONFLICT = 11;
const PHANTOM_READ_CONFLICT = 12;

/**
 * Validity codes of transactions that were all endorsed on the state before the block, as their policies ask:
 * a key whose policy an earlier one sets cannot be written by a later one; then versions, ranges, private reads.
 */
export function predictedCodes(block: readonly PreparedTransaction[]): number[] {
  const policySet = new Set<string>();
  const written = new Set<string>();
  return block.map((transaction) => {
    const sets = setsOf(transaction);
    const writes = sets.flatMap(writesOf);
    if (writes.some((key) => policySet.has(key))) return ENDORSEMENT_POLICY_FAILURE;
    for (const key of sets.flatMap(policiesOf)) policySet.add(key);
    const code = conflictOf(sets, written);
    if (code === VALID) for (const key of writes) written.add(key);
    return code;
  });
}

function setsOf({ responses }: PreparedTransaction): ParsedNamespace[] {
  const payload = peer.ProposalResponsePayload.deserializeBinary(
    responses[0]?.getPayload_asU8() ?? new Uint8Array(),
  );
  const action = peer.ChaincodeAction.deserializeBinary(payload.getExtension_asU8());
  return parseReadWriteSet(action.getResults_asU8());
}

function conflictOf(sets: readonly ParsedNamespace[], written: ReadonlySet<string>): number {
  for (const set of sets) {
    if (set.reads.some(({ row }) => written.has(row))) return MVCC_READ_CONFLICT;
    for (const range of set.ranges) {
      if ([...written].some((key) => isWithin(key, set.name, range))) return PHANTOM_READ_CONFLICT;
    }
    for (const { reads } of set.collections) {
      if (reads.some(({ row }) => written.has(row))) return MVCC_READ_CONFLICT;
    }
  }
  return VALID;
}

function writesOf({ writes, metadataWrites, collections }: ParsedNamespace): string[] {
  const named = [...writes, ...metadataWrites, ...collections.flatMap((hashed) => hashed.writes)];
  return named.map(({ row }) => row);
}

function policiesOf({ metadataWrites }: ParsedNamespace): string[] {
  return metadataWrites.map(({ row }) => row);
}

/** Keys are ASCII, so their order is that of their bytes. The chaincode reads ranges to their end. */
function isWithin(written: string, namespace: string, range: ledger.rwset.kvrwset.RangeQueryInfo): boolean {
  const prefix = statePrefix(namespace);
  if (!written.startsWith(prefix)) return false;
  const key = written.slice(prefix.length);
  return key >= range.getStartKey() && key < range.getEndKey();
}
