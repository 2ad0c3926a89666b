// A public key's past: which transactions wrote it, newest first, with the values read back from their blocks.
import { common, peer } from '@hyperledger/fabric-protos';
import type { KeyModification } from './ledger.js';
import { byteString } from '../fabric/protobuf.js';
import { parseReadWriteSet, type KeyWrite, type ParsedNamespace } from '../fabric/read-write-set.js';
import {
  blockKey,
  historyPrefix,
  newestFirst,
  readNewestFirst,
  type Snapshot,
  type Write,
} from '../fabric/store.js';

const EMPTY = new Uint8Array();
/** Modifications looked up at once. */
const PORTION = 100;

/** One entry for each public key that a valid transaction wrote; metadata leaves none, as on a peer. */
export function historyWrites(
  sets: readonly ParsedNamespace[],
  place: { readonly block: number; readonly transaction: number },
): Write[] {
  const suffix = newestFirst(place.block, place.transaction);
  return sets.flatMap(({ name, writes }) =>
    writes.map(({ keyBytes }) => ({ key: historyPrefix(name, keyBytes) + suffix, value: EMPTY })),
  );
}

/** The key's modifications, newest first. */
export async function* historyOf(
  snapshot: Snapshot,
  namespace: string,
  key: string,
): AsyncGenerator<KeyModification, undefined> {
  const prefix = historyPrefix(namespace, byteString(key));
  for (let from = prefix, more = true; more;) {
    const entries = await snapshot.range(from, `${prefix}\xff`, PORTION);
    for (const found of entries) {
      const place = readNewestFirst(found.key.slice(prefix.length));
      yield modification(snapshot, place, { namespace, key });
    }
    more = entries.length === PORTION;
    from = `${entries[entries.length - 1]?.key ?? ''}\0`;
  }
  return undefined;
}

function modification(
  snapshot: Snapshot,
  place: { readonly block: number; readonly transaction: number },
  at: { readonly namespace: string; readonly key: string },
): KeyModification {
  const { header, data } = transactionAt(snapshot, place);
  const write = writesOf(data, at.namespace).find(({ keyBytes }) => keyBytes === byteString(at.key));
  if (!write) throw misplaced(place);
  const timestamp = header.getTimestamp();
  return {
    txId: header.getTxId(),
    value: write.value,
    isDelete: write.isDelete,
    timestamp: { seconds: timestamp?.getSeconds() ?? 0, nanos: timestamp?.getNanos() ?? 0 },
  };
}

function transactionAt(
  snapshot: Snapshot,
  place: { readonly block: number; readonly transaction: number },
): { readonly header: common.ChannelHeader; readonly data: Uint8Array } {
  const block = common.Block.deserializeBinary(snapshot.get(blockKey(place.block)) ?? EMPTY);
  const bytes = block.getData()?.getDataList_asU8()[place.transaction];
  if (!bytes) throw misplaced(place);
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(bytes).getPayload_asU8(),
  );
  const headerBytes = payload.getHeader()?.getChannelHeader_asU8() ?? EMPTY;
  return { header: common.ChannelHeader.deserializeBinary(headerBytes), data: payload.getData_asU8() };
}

function misplaced({ block, transaction }: { readonly block: number; readonly transaction: number }): Error {
  return new Error(
    `transaction ${String(transaction)} of block ${String(block)} is not what the history names`,
  );
}

function writesOf(transactionBytes: Uint8Array, namespace: string): KeyWrite[] {
  const [action] = peer.Transaction.deserializeBinary(transactionBytes).getActionsList();
  const payload = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? EMPTY);
  const response = peer.ProposalResponsePayload.deserializeBinary(
    payload.getAction()?.getProposalResponsePayload_asU8() ?? EMPTY,
  );
  const results = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8()).getResults_asU8();
  return parseReadWriteSet(results).find(({ name }) => name === namespace)?.writes ?? [];
}
