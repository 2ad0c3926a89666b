// What a peer does with each message that chaincode sends while it runs: the stub's reads and writes.
import { ledger, peer } from '@hyperledger/fabric-protos';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { messageOf } from '../fabric/error-message.js';
import type {
  ChaincodeInvocation,
  ChaincodeResult,
  KeyModification,
  KeyValue,
  PageRequest,
  Query,
  Simulation,
} from '../engine/ledger.js';
import { readKeys, readWrites, valuesResult, type WriteRecord } from './many-keys.js';

type MessageType = peer.ChaincodeMessage.TypeMap[keyof peer.ChaincodeMessage.TypeMap];
type Handler = (scope: StubScope, payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

const Type = peer.ChaincodeMessage.Type;
const EMPTY = new Uint8Array();

/** A collection's API may not be used for plain state. */
const PRIVATE_ONLY = 'only applicable for private data';

interface OpenQuery {
  readonly next: () => Promise<peer.QueryResponse>;
  readonly close: () => void;
}

/** One running transaction: its simulation and the queries that chaincode holds open. */
export class StubScope {
  private readonly queries = new Map<string, OpenQuery>();
  private lastQuery = 0;

  constructor(private readonly invocation: Pick<ChaincodeInvocation, 'simulation' | 'txId' | 'invoke'>) {}

  get simulation(): Simulation {
    return this.invocation.simulation;
  }

  get invoke(): ChaincodeInvocation['invoke'] {
    return this.invocation.invoke;
  }

  addQuery<Result>(query: Query<Result>, toBytes: (result: Result) => Uint8Array): string {
    this.lastQuery += 1;
    const id = `${this.invocation.txId}-${this.lastQuery}`;
    const next = async (): Promise<peer.QueryResponse> => toQueryResponse(id, await query.next(), toBytes);
    this.queries.set(id, {
      next,
      close: () => {
        query.close();
      },
    });
    return id;
  }

  query(id: string): OpenQuery | null {
    return this.queries.get(id) ?? null;
  }

  closeQuery(id: string): void {
    this.queries.get(id)?.close();
    this.queries.delete(id);
  }

  /** Closes whatever chaincode left open. */
  close(): void {
    for (const id of [...this.queries.keys()]) {
      this.closeQuery(id);
    }
  }
}

const handlers = new Map<MessageType, Handler>([
  [Type.GET_STATE, getState],
  [Type.GET_STATE_MULTIPLE, getStateMultiple],
  [Type.PUT_STATE, (scope, payload) => put(scope, valueIn(peer.PutState.deserializeBinary(payload)))],
  [Type.DEL_STATE, (scope, payload) => remove(scope, keyIn(peer.DelState.deserializeBinary(payload)))],
  [
    Type.PURGE_PRIVATE_DATA,
    (scope, payload) => purge(scope, keyIn(peer.DelState.deserializeBinary(payload))),
  ],
  [Type.WRITE_BATCH_STATE, writeBatch],
  [Type.GET_STATE_BY_RANGE, getStateByRange],
  [Type.QUERY_STATE_NEXT, queryNext],
  [Type.QUERY_STATE_CLOSE, queryClose],
  [Type.GET_STATE_METADATA, getMetadata],
  [Type.PUT_STATE_METADATA, putMetadata],
  [Type.GET_PRIVATE_DATA_HASH, getHash],
  [Type.GET_QUERY_RESULT, getQueryResult],
  [Type.GET_HISTORY_FOR_KEY, getHistory],
  [Type.INVOKE_CHAINCODE, invokeChaincode],
]);

/** Is this one of the messages that ask something of the peer? */
export function isStubRequest(type: MessageType): boolean {
  return handlers.has(type);
}

/**
 * The peer's answer: RESPONSE with the result, or ERROR whose text begins with the request's name and the
 * transaction, as on a peer.
 */
export async function answerStubRequest(
  scope: StubScope | null,
  request: peer.ChaincodeMessage,
): Promise<peer.ChaincodeMessage> {
  const answer = new peer.ChaincodeMessage();
  answer.setTxid(request.getTxid());
  answer.setChannelId(request.getChannelId());
  try {
    const handler = handlers.get(request.getType());
    if (scope === null || handler === undefined) {
      throw new Error('no ledger context');
    }
    answer.setPayload(await handler(scope, request.getPayload_asU8()));
    answer.setType(Type.RESPONSE);
  } catch (error) {
    const reason = messageOf(error);
    const text = `${typeName(request.getType())} failed: transaction ID: ${request.getTxid()}: ${reason}`;
    answer.setPayload(Buffer.from(text));
    answer.setType(Type.ERROR);
  }
  return answer;
}

function typeName(type: MessageType): string {
  return Object.entries(Type).find(([, value]) => value === type)?.[0] ?? String(type);
}

async function getState(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const request = peer.GetState.deserializeBinary(payload);
  return (await scope.simulation.getState(request.getCollection(), request.getKey())) ?? EMPTY;
}

async function getStateMultiple(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const { collection, keys } = readKeys(payload);
  return valuesResult(await scope.simulation.getStateMultiple(collection, keys));
}

async function getHash(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const request = peer.GetState.deserializeBinary(payload);
  return (await scope.simulation.getPrivateDataHash(request.getCollection(), request.getKey())) ?? EMPTY;
}

type Keyed = Pick<WriteRecord, 'collection' | 'key'>;

function keyIn(message: { getCollection(): string; getKey(): string }): Keyed {
  return { collection: message.getCollection(), key: message.getKey() };
}

function valueIn(message: peer.PutState): Keyed & Pick<WriteRecord, 'value'> {
  return { ...keyIn(message), value: message.getValue_asU8() };
}

function put(scope: StubScope, { collection, key, value }: Keyed & Pick<WriteRecord, 'value'>): Uint8Array {
  scope.simulation.putState(collection, key, value);
  return EMPTY;
}

function remove(scope: StubScope, { collection, key }: Keyed): Uint8Array {
  scope.simulation.deleteState(collection, key);
  return EMPTY;
}

function purge(scope: StubScope, { collection, key }: Keyed): Uint8Array {
  if (collection === '') {
    throw new Error(PRIVATE_ONLY);
  }
  scope.simulation.purgePrivateData(collection, key);
  return EMPTY;
}

function putMetadata(scope: StubScope, payload: Uint8Array): Uint8Array {
  const write = peer.PutStateMetadata.deserializeBinary(payload);
  const entry = write.getMetadata();
  const metadata = { name: entry?.getMetakey() ?? '', value: entry?.getValue_asU8() ?? EMPTY };
  return setMetadata(scope, { ...keyIn(write), metadata });
}

function setMetadata(
  scope: StubScope,
  { collection, key, metadata }: Keyed & Pick<WriteRecord, 'metadata'>,
): Uint8Array {
  scope.simulation.putStateMetadata(collection, key, metadata.name, metadata.value);
  return EMPTY;
}

async function getMetadata(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const request = peer.GetStateMetadata.deserializeBinary(payload);
  const metadata = await scope.simulation.getStateMetadata(request.getCollection(), request.getKey());
  const result = new peer.StateMetadataResult();
  for (const [name, value] of metadata) {
    const entry = new peer.StateMetadata();
    entry.setMetakey(name);
    entry.setValue(value);
    result.addEntries(entry);
  }
  return result.serializeBinary();
}

function writeBatch(scope: StubScope, payload: Uint8Array): Uint8Array {
  for (const record of readWrites(payload)) {
    switch (record.type) {
      case peer.WriteRecord.Type.PUT_STATE:
        put(scope, record);
        break;
      case peer.WriteRecord.Type.DEL_STATE:
        remove(scope, record);
        break;
      case peer.WriteRecord.Type.PURGE_PRIVATE_DATA:
        purge(scope, record);
        break;
      case peer.WriteRecord.Type.PUT_STATE_METADATA:
        setMetadata(scope, record);
        break;
      case peer.WriteRecord.Type.UNDEFINED:
      default:
        throw new Error('unknown operation type');
    }
  }
  return EMPTY;
}

async function getStateByRange(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const request = peer.GetStateByRange.deserializeBinary(payload);
  const query = await scope.simulation.getStateByRange(
    request.getCollection(),
    request.getStartkey(),
    request.getEndkey(),
    pageOf(request.getMetadata_asU8()),
  );
  return nextBatch(scope, scope.addQuery(query, rowBytes));
}

function pageOf(bytes: Uint8Array): PageRequest {
  const metadata = peer.QueryMetadata.deserializeBinary(bytes);
  return { pageSize: metadata.getPagesize(), bookmark: metadata.getBookmark() };
}

async function getHistory(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const { simulation } = scope;
  const query = await simulation.getHistoryForKey(peer.GetHistoryForKey.deserializeBinary(payload).getKey());
  return nextBatch(scope, scope.addQuery(query, modificationBytes));
}

function getQueryResult(scope: StubScope, payload: Uint8Array): Promise<never> {
  const request = peer.GetQueryResult.deserializeBinary(payload);
  return scope.simulation.executeQuery(request.getCollection(), pageOf(request.getMetadata_asU8()));
}

async function queryNext(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  return nextBatch(scope, peer.QueryStateNext.deserializeBinary(payload).getId());
}

async function nextBatch(scope: StubScope, id: string): Promise<Uint8Array> {
  const query = scope.query(id);
  if (query === null) {
    throw new Error('query iterator not found');
  }
  try {
    const response = await query.next();
    if (!response.getHasMore()) {
      scope.closeQuery(id);
    }
    return response.serializeBinary();
  } catch (error) {
    scope.closeQuery(id);
    throw error;
  }
}

function toQueryResponse<Result>(
  id: string,
  batch: Awaited<ReturnType<Query<Result>['next']>>,
  toBytes: (result: Result) => Uint8Array,
): peer.QueryResponse {
  const response = new peer.QueryResponse();
  response.setId(id);
  response.setHasMore(batch.hasMore);
  for (const result of batch.results) {
    response.addResults().setResultbytes(toBytes(result));
  }
  if (batch.page !== undefined) {
    const metadata = new peer.QueryResponseMetadata();
    metadata.setBookmark(batch.page.bookmark);
    metadata.setFetchedRecordsCount(batch.page.fetched);
    response.setMetadata(metadata.serializeBinary());
  }
  return response;
}

function rowBytes(result: KeyValue): Uint8Array {
  const row = new ledger.queryresult.KV();
  row.setNamespace(result.namespace);
  row.setKey(result.key);
  row.setValue(result.value);
  return row.serializeBinary();
}

function modificationBytes(result: KeyModification): Uint8Array {
  const timestamp = new Timestamp();
  timestamp.setSeconds(result.timestamp.seconds);
  timestamp.setNanos(result.timestamp.nanos);
  const modification = new ledger.queryresult.KeyModification();
  modification.setTxId(result.txId);
  modification.setValue(result.value);
  modification.setTimestamp(timestamp);
  modification.setIsDelete(result.isDelete);
  return modification.serializeBinary();
}

function queryClose(scope: StubScope, payload: Uint8Array): Uint8Array {
  const id = peer.QueryStateClose.deserializeBinary(payload).getId();
  scope.closeQuery(id);
  const response = new peer.QueryResponse();
  response.setId(id);
  return response.serializeBinary();
}

/** A name may carry version and channel: `name:version/channel`; the version is ignored. */
async function invokeChaincode(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const spec = peer.ChaincodeSpec.deserializeBinary(payload);
  const [name = '', ...channel] = (spec.getChaincodeId()?.getName() ?? '').split('/');
  const result = await scope.invoke({
    chaincode: name.split(':')[0] ?? '',
    channel: channel.join('/'),
    input: spec.getInput() ?? new peer.ChaincodeInput(),
  });
  return invokedMessage(result).serializeBinary();
}

/** The message with which the invoked chaincode ended. */
function invokedMessage(result: ChaincodeResult): peer.ChaincodeMessage {
  const message = new peer.ChaincodeMessage();
  if ('failure' in result) {
    message.setType(Type.ERROR);
    message.setPayload(result.failure);
    return message;
  }
  const response = new peer.Response();
  response.setStatus(result.response.status);
  response.setMessage(result.response.message);
  response.setPayload(result.response.payload);
  message.setType(Type.COMPLETED);
  message.setPayload(response.serializeBinary());
  return message;
}
