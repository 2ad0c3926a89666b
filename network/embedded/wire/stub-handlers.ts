// What a peer does with each message that chaincode sends while it runs: the stub's reads and writes.
// It works on one transaction's simulation; it knows neither streams nor organisations.
import { ledger, peer } from '@hyperledger/fabric-protos';
import type { PageRequest, QueryBatch, Simulation, StateQuery } from '../engine/engine.js';

type MessageType = peer.ChaincodeMessage.TypeMap[keyof peer.ChaincodeMessage.TypeMap];
type Handler = (scope: StubScope, payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

const Type = peer.ChaincodeMessage.Type;
const EMPTY = new Uint8Array();

/** A collection's API may not be used for plain state. */
const PRIVATE_ONLY = 'only applicable for private data';

/** One running transaction: its simulation and the range queries that chaincode holds open. */
export class StubScope {
  private readonly queries = new Map<string, StateQuery>();
  private lastQuery = 0;

  constructor(
    readonly simulation: Simulation,
    readonly chaincode: string,
    readonly txId: string,
    readonly channel: string,
  ) {}

  addQuery(query: StateQuery): string {
    this.lastQuery += 1;
    const id = `${this.txId}-${this.lastQuery}`;
    this.queries.set(id, query);
    return id;
  }

  query(id: string): StateQuery | undefined {
    return this.queries.get(id);
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
  [Type.PUT_STATE, (scope, payload) => put(scope, peer.PutState.deserializeBinary(payload))],
  [Type.DEL_STATE, (scope, payload) => remove(scope, peer.DelState.deserializeBinary(payload))],
  [Type.PURGE_PRIVATE_DATA, (scope, payload) => purge(scope, peer.DelState.deserializeBinary(payload))],
  [Type.WRITE_BATCH_STATE, writeBatch],
  [Type.GET_STATE_BY_RANGE, getStateByRange],
  [Type.QUERY_STATE_NEXT, queryNext],
  [Type.QUERY_STATE_CLOSE, queryClose],
  [Type.GET_STATE_METADATA, getMetadata],
  [Type.PUT_STATE_METADATA, putMetadata],
  [Type.GET_PRIVATE_DATA_HASH, getHash],
  [Type.GET_QUERY_RESULT, refuse('ExecuteQuery not supported for leveldb')],
  [Type.GET_HISTORY_FOR_KEY, refuse('history database is not enabled')],
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
  scope: StubScope | undefined,
  request: peer.ChaincodeMessage,
): Promise<peer.ChaincodeMessage> {
  const answer = new peer.ChaincodeMessage();
  answer.setTxid(request.getTxid());
  answer.setChannelId(request.getChannelId());
  try {
    const handler = handlers.get(request.getType());
    if (scope === undefined || handler === undefined) {
      throw new Error('no ledger context');
    }
    answer.setPayload(await handler(scope, request.getPayload_asU8()));
    answer.setType(Type.RESPONSE);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
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
  const request = peer.GetStateMultiple.deserializeBinary(payload);
  const collection = request.getCollection();
  const result = new peer.GetStateMultipleResult();
  for (const key of request.getKeysList()) {
    result.addValues((await scope.simulation.getState(collection, key)) ?? EMPTY);
  }
  return result.serializeBinary();
}

async function getHash(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const request = peer.GetState.deserializeBinary(payload);
  return (await scope.simulation.getPrivateDataHash(request.getCollection(), request.getKey())) ?? EMPTY;
}

function put(scope: StubScope, write: peer.PutState | peer.WriteRecord): Uint8Array {
  scope.simulation.putState(write.getCollection(), write.getKey(), write.getValue_asU8());
  return EMPTY;
}

function remove(scope: StubScope, write: peer.DelState | peer.WriteRecord): Uint8Array {
  scope.simulation.deleteState(write.getCollection(), write.getKey());
  return EMPTY;
}

function purge(scope: StubScope, write: peer.DelState | peer.WriteRecord): Uint8Array {
  if (write.getCollection() === '') {
    throw new Error(PRIVATE_ONLY);
  }
  scope.simulation.purgePrivateData(write.getCollection(), write.getKey());
  return EMPTY;
}

function putMetadata(scope: StubScope, payload: Uint8Array): Uint8Array {
  return setMetadata(scope, peer.PutStateMetadata.deserializeBinary(payload));
}

function setMetadata(scope: StubScope, write: peer.PutStateMetadata | peer.WriteRecord): Uint8Array {
  const metadata = write.getMetadata();
  const name = metadata?.getMetakey() ?? '';
  const value = metadata?.getValue_asU8() ?? EMPTY;
  scope.simulation.putStateMetadata(write.getCollection(), write.getKey(), name, value);
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
  for (const record of peer.WriteBatchState.deserializeBinary(payload).getRecList()) {
    switch (record.getType()) {
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
    pageOf(request),
  );
  return nextBatch(scope, scope.addQuery(query), query);
}

/** Only public ranges can be paged; a collection's range ignores the page, as on a peer. */
function pageOf(request: peer.GetStateByRange): PageRequest | undefined {
  const bytes = request.getMetadata_asU8();
  if (bytes.length === 0 || request.getCollection() !== '') {
    return undefined;
  }
  const metadata = peer.QueryMetadata.deserializeBinary(bytes);
  const page = { pageSize: metadata.getPagesize(), bookmark: metadata.getBookmark() };
  return page.pageSize === 0 && page.bookmark === '' ? undefined : page;
}

async function queryNext(scope: StubScope, payload: Uint8Array): Promise<Uint8Array> {
  const id = peer.QueryStateNext.deserializeBinary(payload).getId();
  const query = scope.query(id);
  if (query === undefined) {
    throw new Error('query iterator not found');
  }
  return nextBatch(scope, id, query);
}

async function nextBatch(scope: StubScope, id: string, query: StateQuery): Promise<Uint8Array> {
  try {
    const batch = await query.next();
    if (!batch.hasMore) {
      scope.closeQuery(id);
    }
    return toQueryResponse(id, batch).serializeBinary();
  } catch (error) {
    scope.closeQuery(id);
    throw error;
  }
}

function toQueryResponse(id: string, batch: QueryBatch): peer.QueryResponse {
  const response = new peer.QueryResponse();
  response.setId(id);
  response.setHasMore(batch.hasMore);
  response.setResultsList(batch.results.map(toResultBytes));
  if (batch.page !== undefined) {
    const metadata = new peer.QueryResponseMetadata();
    metadata.setBookmark(batch.page.bookmark);
    metadata.setFetchedRecordsCount(batch.page.fetched);
    response.setMetadata(metadata.serializeBinary());
  }
  return response;
}

function toResultBytes(result: QueryBatch['results'][number]): peer.QueryResultBytes {
  const row = new ledger.queryresult.KV();
  row.setNamespace(result.namespace);
  row.setKey(result.key);
  row.setValue(result.value);
  const bytes = new peer.QueryResultBytes();
  bytes.setResultbytes(row.serializeBinary());
  return bytes;
}

function queryClose(scope: StubScope, payload: Uint8Array): Uint8Array {
  const id = peer.QueryStateClose.deserializeBinary(payload).getId();
  scope.closeQuery(id);
  const response = new peer.QueryResponse();
  response.setId(id);
  return response.serializeBinary();
}

/** A chaincode that calls itself meets its own running transaction; calling others is not offered. */
function invokeChaincode(scope: StubScope, payload: Uint8Array): Uint8Array {
  const name = peer.ChaincodeSpec.deserializeBinary(payload).getChaincodeId()?.getName() ?? '';
  if (name.split(/[:/]/)[0] === scope.chaincode) {
    throw new Error(`execute failed: error sending: txid: ${scope.txId}(${scope.channel}) exists`);
  }
  throw new Error(`execute failed: chaincode ${name} cannot be invoked from chaincode on this ledger`);
}

function refuse(reason: string): Handler {
  return () => {
    throw new Error(reason);
  };
}
