// Which of a block's transactions Fabric must refuse, worked out from their read-write sets alone.
// It must not use the engine's validation; only its parser of read-write sets.
import { peer, type ledger } from '@hyperledger/fabric-protos';
import { parseReadWriteSet, type ParsedNamespace } from '../../network/embedded/engine/read-write-set.js';
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
    if (set.set.getReadsList().some((read) => written.has(open(set.name, read.getKey())))) {
      return MVCC_READ_CONFLICT;
    }
    for (const range of set.set.getRangeQueriesInfoList()) {
      if ([...written].some((key) => isWithin(key, set.name, range))) return PHANTOM_READ_CONFLICT;
    }
    for (const { name, set: hashed } of set.collections) {
      const reads = hashed.getHashedReadsList();
      if (reads.some((read) => written.has(hidden(set.name, name, read.getKeyHash_asU8())))) {
        return MVCC_READ_CONFLICT;
      }
    }
  }
  return VALID;
}

function writesOf({ name, set, collections }: ParsedNamespace): string[] {
  return [
    ...set.getWritesList().map((write) => open(name, write.getKey())),
    ...set.getMetadataWritesList().map((write) => open(name, write.getKey())),
    ...collections.flatMap((collection) =>
      collection.set
        .getHashedWritesList()
        .map((write) => hidden(name, collection.name, write.getKeyHash_asU8())),
    ),
  ];
}

function policiesOf({ name, set }: ParsedNamespace): string[] {
  return set.getMetadataWritesList().map((write) => open(name, write.getKey()));
}

/** Keys are ASCII, so their order is that of their bytes. The chaincode reads ranges to their end. */
function isWithin(written: string, namespace: string, range: ledger.rwset.kvrwset.RangeQueryInfo): boolean {
  const prefix = open(namespace, '');
  if (!written.startsWith(prefix)) return false;
  const key = written.slice(prefix.length);
  return key >= range.getStartKey() && key < range.getEndKey();
}

function open(namespace: string, key: string): string {
  return `open ${namespace} ${key}`;
}

function hidden(namespace: string, collection: string, keyHash: Uint8Array): string {
  return `hidden ${namespace} ${collection} ${Buffer.from(keyHash).toString('hex')}`;
}
