// Opens what lies in blocks down to single reads and writes, in a form that is the same in every run.
import { common, ledger, msp, peer } from '@hyperledger/fabric-protos';
import { openTransaction, type TransactionParts } from './envelope.js';
import type { Json } from './operations.js';
import { ScriptFailure } from './outcome.js';
import type { Stage } from './stage.js';

const { kvrwset } = ledger.rwset;
type KvVersion = InstanceType<typeof kvrwset.Version>;

/** The envelope's payload as it lies in the block. */
export async function payloadInBlock(stage: Stage, txId: string): Promise<Uint8Array> {
  const { block, index } = await stage.placement(txId);
  const bytes = stage.network.watch.blocks()[block]?.getData()?.getDataList_asU8()[index];
  if (bytes === undefined) throw new ScriptFailure(`transaction ${txId} is not where it was`);
  return common.Envelope.deserializeBinary(bytes).getPayload_asU8();
}

/**
 * Reads and writes of a transaction. Versions are named by the position of their transaction in `writers`,
 * 'other' if it is none of them.
 */
export async function readsAndWrites(
  stage: Stage,
  txId: string,
  writers: readonly string[] = [],
): Promise<Json> {
  const places = await Promise.all(writers.map((writer) => stage.placement(writer)));
  const nameOf = (version: KvVersion | undefined): Json => {
    if (version === undefined) return null;
    const found = places.findIndex(
      ({ block, index }) => block === version.getBlockNum() && index === version.getTxNum(),
    );
    return found === -1 ? 'other' : `writer ${String(found)}`;
  };
  const { result } = openTransaction(await payloadInBlock(stage, txId));
  const bytes = result.getResults_asU8();
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(bytes);
  return {
    ...(bytes.length === sets.serializeBinary().length ? {} : { encoding: 'not the shortest' }),
    model: sets.getDataModel(),
    namespaces: Object.fromEntries(
      sets.getNsRwsetList().map((set) => [set.getNamespace(), namespaceView(set, nameOf)]),
    ),
  };
}

type NameVersion = (version: KvVersion | undefined) => Json;

function namespaceView(set: InstanceType<typeof ledger.rwset.NsReadWriteSet>, nameOf: NameVersion): Json {
  const open = kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8());
  return compact({
    reads: open.getReadsList().map((read) => [read.getKey(), nameOf(read.getVersion())]),
    ranges: open.getRangeQueriesInfoList().map((info) => rangeView(info, nameOf)),
    writes: open
      .getWritesList()
      .map((write) => [
        write.getKey(),
        write.getIsDelete() ? { deleted: true } : shortened(write.getValue_asU8()),
      ]),
    metadata: open
      .getMetadataWritesList()
      .map((write) => [write.getKey(), write.getEntriesList().map((entry) => entry.getName())]),
    collections: set.getCollectionHashedRwsetList().map((collection) => collectionView(collection, nameOf)),
  });
}

function rangeView(info: InstanceType<typeof kvrwset.RangeQueryInfo>, nameOf: NameVersion): Json {
  const raw = info.getRawReads()?.getKvReadsList() ?? [];
  const merkle = info.getReadsMerkleHashes();
  return {
    start: info.getStartKey(),
    end: info.getEndKey(),
    exhausted: info.getItrExhausted(),
    raw: raw.map((read) => [read.getKey(), nameOf(read.getVersion())]),
    merkle:
      merkle === undefined
        ? null
        : [merkle.getMaxDegree(), merkle.getMaxLevel(), merkle.getMaxLevelHashesList().length],
  };
}

function collectionView(
  set: InstanceType<typeof ledger.rwset.CollectionHashedReadWriteSet>,
  nameOf: NameVersion,
): Json {
  const open = kvrwset.HashedRWSet.deserializeBinary(set.getHashedRwset_asU8());
  return compact({
    name: set.getCollectionName(),
    privateHash: set.getPvtRwsetHash_asU8().length,
    reads: open
      .getHashedReadsList()
      .map((read) => [read.getKeyHash_asU8().length, nameOf(read.getVersion())]),
    writes: open.getHashedWritesList().map((write) => ({
      key: write.getKeyHash_asU8().length,
      value: write.getValueHash_asU8().length,
      deleted: write.getIsDelete(),
      purged: write.getIsPurge(),
    })),
    metadata: open
      .getMetadataWritesList()
      .map((write) => [
        write.getKeyHash_asU8().length,
        write.getEntriesList().map((entry) => entry.getName()),
      ]),
  });
}

/** Without the lists that are empty. */
function compact(view: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(
    Object.entries(view).filter(([, part]) => !(Array.isArray(part) && part.length === 0)),
  );
}

function shortened(value: Uint8Array): Json {
  const text = Buffer.from(value).toString('utf8');
  return text.length <= 100 ? text : `${String(text.length)} characters`;
}

/** What a block's envelope says apart from reads and writes: headers, answer, event, endorsers. */
export async function transactionView(stage: Stage, txId: string): Promise<Json> {
  const parts = openTransaction(await payloadInBlock(stage, txId));
  const { channel, transaction, input, endorsed, response, result } = parts;
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(input.getInput_asU8()).getChaincodeSpec();
  const event = peer.ChaincodeEvent.deserializeBinary(result.getEvents_asU8());
  const chaincode = result.getChaincodeId() ?? new peer.ChaincodeID();
  return {
    header: { ...headerView(parts), ownId: channel.getTxId() === txId },
    actions: transaction.getActionsList().length,
    transient: input.getTransientmapMap().getLength(),
    arguments: spec?.getInput()?.getArgsList().length ?? 0,
    specType: spec?.getType() ?? null,
    proposalHash: response.getProposalHash_asU8().length,
    chaincode: [chaincode.getPath(), chaincode.getName(), chaincode.getVersion()],
    response: responseView(result.getResponse() ?? new peer.Response()),
    event: [event.getChaincodeId(), event.getEventName(), textOf(event.getPayload_asU8())],
    eventHasId: event.getTxId() === txId,
    endorsers: endorsed
      .getEndorsementsList()
      .map((endorsement) => mspOf(endorsement.getEndorser_asU8()))
      .sort(),
  };
}

function headerView({ channel, signature }: TransactionParts): Readonly<Record<string, Json>> {
  return {
    type: channel.getType(),
    version: channel.getVersion(),
    channel: channel.getChannelId(),
    epoch: channel.getEpoch(),
    extension: channel.getExtension_asU8().length,
    nonce: signature.getNonce_asU8().length,
    creator: mspOf(signature.getCreator_asU8()),
  };
}

function responseView(response: peer.Response): Json {
  return [response.getStatus(), response.getMessage(), textOf(response.getPayload_asU8())];
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

export function mspOf(identity: Uint8Array): string {
  return msp.SerializedIdentity.deserializeBinary(identity).getMspid();
}
