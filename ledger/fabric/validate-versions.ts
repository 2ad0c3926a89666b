// Did anything that a transaction read change before it committed? Versions, phantoms, hashes of private reads.
import { peer, type ledger } from '@hyperledger/fabric-protos';
import { overlay, type BlockUpdates } from './block-updates.js';
import { byteString } from './protobuf.js';
import { sameResults } from './range-query.js';
import type { KeySet, ParsedNamespace } from './read-write-set.js';
import { sameVersion, type WorldState, versionOf } from './state.js';

const Code = peer.TxValidationCode;
type Code = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];

/** Portion in which a committed range is read again. */
const PORTION = 1_000;

export async function validateVersions(
  sets: readonly ParsedNamespace[],
  state: WorldState,
  updates: BlockUpdates,
): Promise<Code> {
  for (const set of sets) {
    if (!readsAreCurrent(set, state, updates)) return Code.MVCC_READ_CONFLICT;
    for (const range of set.ranges) {
      if (!(await rangeIsCurrent(set.name, range, { state, updates }))) return Code.PHANTOM_READ_CONFLICT;
    }
    const hashedAreCurrent = set.collections.every((hashed) => readsAreCurrent(hashed, state, updates));
    if (!hashedAreCurrent) return Code.MVCC_READ_CONFLICT;
  }
  return Code.VALID;
}

function readsAreCurrent({ reads }: KeySet, state: WorldState, updates: BlockUpdates): boolean {
  return reads.every(({ row, version }) => {
    if (updates.has(row)) return false;
    return sameVersion(versionOf(state.at(row)), version);
  });
}

async function rangeIsCurrent(
  namespace: string,
  info: ledger.rwset.kvrwset.RangeQueryInfo,
  over: { readonly state: WorldState; readonly updates: BlockUpdates },
): Promise<boolean> {
  const start = info.getStartKey();
  const last = info.getEndKey();
  // A range left before its end is checked up to and including the last key that was read.
  const end = info.getItrExhausted() ? last : `${last}\0`;
  const committed = [];
  for (let from = start, more = true; more;) {
    const entries = await over.state.range(namespace, from, end, PORTION);
    committed.push(...entries);
    more = entries.length === PORTION;
    from = `${entries[entries.length - 1]?.key ?? ''}\0`;
  }
  const startOrder = byteString(start);
  const endOrder = byteString(end);
  const changed = over.updates
    .changedKeys(namespace)
    .filter(({ order }) => order >= startOrder && (end === '' || order < endOrder));
  return sameResults(info, overlay(committed, changed));
}
