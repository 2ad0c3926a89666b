// The chaincode of the conformance scripts: performs the stub calls that it is given and returns what it saw.
import { randomUUID, X509Certificate } from 'node:crypto';
import { Context, Contract, Param, Returns, Transaction } from 'fabric-contract-api';
import type { ChaincodeStub, Iterators } from 'fabric-shim';
import type { Json, Operation, Operations, PlainOperation } from './operations.js';

type Performers = {
  [N in keyof Operations]: (context: Context, ...args: Operations[N]) => Promise<Json> | Json;
};

export class ConformanceContract extends Contract {
  constructor() {
    super('Conformance');
  }

  @Transaction()
  @Returns('string')
  @Param('operations', 'string')
  async run(context: Context, operations: string): Promise<string> {
    const answers: Json[] = [];
    for (const operation of JSON.parse(operations) as Operation[]) {
      answers.push(await perform(context, operation));
    }
    return JSON.stringify(answers);
  }

  @Transaction()
  @Returns('string')
  @Param('left', 'string')
  @Param('right', 'string')
  two(_context: Context, left: string, right: string): Promise<string> {
    return Promise.resolve(`${left} ${right}`);
  }

  @Transaction()
  nothing(): Promise<void> {
    return Promise.resolve();
  }
}

export const contracts = [ConformanceContract];

async function perform(context: Context, operation: Operation): Promise<Json> {
  if (operation[0] !== 'try') return performPlain(context, operation);
  try {
    return await performPlain(context, operation[1]);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function performPlain(context: Context, [name, ...args]: PlainOperation): Promise<Json> | Json {
  // The tuple's name and arguments belong together; the compiler loses that when it is taken apart.
  const performer = performers[name] as (context: Context, ...args: unknown[]) => Promise<Json> | Json;
  return performer(context, ...args);
}

const performers: Performers = {
  get: async ({ stub }, key) => text(await stub.getState(key)),
  put: ({ stub }, key, value) => done(stub.putState(key, Buffer.from(value))),
  fill: ({ stub }, key, bytes) => done(stub.putState(key, Buffer.alloc(bytes, 'x'))),
  putMany: async ({ stub }, prefix, count) => {
    for (let i = 0; i < count; i += 1) {
      await stub.putState(`${prefix}${String(i).padStart(3, '0')}`, Buffer.from(String(i)));
    }
    return null;
  },
  del: ({ stub }, key) => done(stub.deleteState(key)),
  range: ({ stub }, start, end, limit) => rows(stub.getStateByRange(start, end), limit),
  page: ({ stub }, start, end, size, bookmark) =>
    page(stub.getStateByRangeWithPagination(start, end, size, bookmark)),
  putComposite: ({ stub }, type, attributes, value) =>
    done(stub.putState(stub.createCompositeKey(type, [...attributes]), Buffer.from(value))),
  composite: ({ stub }, type, attributes, limit) =>
    rows(stub.getStateByPartialCompositeKey(type, [...attributes]), limit, splitter(stub)),
  pageComposite: ({ stub }, type, attributes, size, bookmark) =>
    page(
      stub.getStateByPartialCompositeKeyWithPagination(type, [...attributes], size, bookmark),
      splitter(stub),
    ),
  history: ({ stub }, key, limit) => history(stub, key, limit),
  query: ({ stub }, query) => rows(stub.getQueryResult(query)),
  getPrivate: async ({ stub }, collection, key) => text(await stub.getPrivateData(collection, key)),
  hash: async ({ stub }, collection, key) => hex(await stub.getPrivateDataHash(collection, key)),
  putPrivate: ({ stub }, collection, key, value) =>
    done(stub.putPrivateData(collection, key, Buffer.from(value))),
  delPrivate: ({ stub }, collection, key) => done(stub.deletePrivateData(collection, key)),
  purge: ({ stub }, collection, key) => done(stub.purgePrivateData(collection, key)),
  rangePrivate: ({ stub }, collection, start, end) =>
    rows(stub.getPrivateDataByRange(collection, start, end)),
  compositePrivate: ({ stub }, collection, type, attributes) =>
    rows(
      stub.getPrivateDataByPartialCompositeKey(collection, type, [...attributes]),
      undefined,
      splitter(stub),
    ),
  queryPrivate: ({ stub }, collection, query) => rows(stub.getPrivateDataQueryResult(collection, query)),
  setPolicy: ({ stub }, key, policy) =>
    done(stub.setStateValidationParameter(key, Buffer.from(policy, 'base64'))),
  getPolicy: async ({ stub }, key) => base64(await stub.getStateValidationParameter(key)),
  setPrivatePolicy: ({ stub }, collection, key, policy) =>
    done(stub.setPrivateDataValidationParameter(collection, key, Buffer.from(policy, 'base64'))),
  getPrivatePolicy: async ({ stub }, collection, key) =>
    base64(await stub.getPrivateDataValidationParameter(collection, key)),
  event: ({ stub }, name, payload) => {
    stub.setEvent(name, Buffer.from(payload));
    return null;
  },
  transient: ({ stub }, name) => {
    const value = stub.getTransient().get(name);
    return value === undefined ? null : text(value);
  },
  keepTransient: ({ stub }, collection, key, name) =>
    done(stub.putPrivateData(collection, key, stub.getTransient().get(name) ?? new Uint8Array())),
  creator: ({ stub, clientIdentity }, attribute) => {
    const { mspid, idBytes } = stub.getCreator();
    const subject = new X509Certificate(Buffer.from(idBytes)).subject.split('\n').sort();
    return [mspid, subject, clientIdentity.getMSPID(), clientIdentity.getAttributeValue(attribute)];
  },
  timestamp: ({ stub }) => String(stub.getDateTimestamp().getTime()),
  txId: ({ stub }) => stub.getTxID(),
  channel: ({ stub }) => stub.getChannelID(),
  arguments: ({ stub }) => [stub.getFunctionAndParameters().fcn, ...stub.getArgs().slice(1)],
  invoke: async ({ stub }, chaincode, args, channel) => {
    const answer = await stub.invokeChaincode(chaincode, [...args], channel);
    return [answer.status, answer.message ?? '', text(answer.payload ?? new Uint8Array())];
  },
  mspId: ({ stub }) => stub.getMspID(),
  random: () => randomUUID(),
  putRandom: ({ stub }, key) => done(stub.putState(key, Buffer.from(randomUUID()))),
  throw: (_context, message) => {
    throw new Error(message);
  },
  hang: () => new Promise<never>(() => undefined),
  exit: () => process.exit(1),
};

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

/** The stub answers `undefined` in some places where its types promise bytes. */
function text(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString('utf8');
}

function hex(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString('hex');
}

function base64(value: Uint8Array | undefined): string {
  return Buffer.from(value ?? []).toString('base64');
}

/** Composite keys in a form that can be read: `type(attribute,attribute)`. */
function splitter(stub: ChaincodeStub): (key: string) => string {
  return (key) => {
    const { objectType, attributes } = stub.splitCompositeKey(key);
    return `${objectType}(${attributes.join(',')})`;
  };
}

async function rows(
  opening: Promise<Iterators.StateQueryIterator>,
  limit = Number.MAX_SAFE_INTEGER,
  nameOf = (key: string): string => key,
): Promise<Json> {
  const opened = await opening;
  // Of private ranges the stub hands out the iterator in a wrapping, whatever its types say.
  const iterator = 'iterator' in opened ? (opened.iterator as Iterators.StateQueryIterator) : opened;
  const found: string[] = [];
  while (found.length < limit) {
    const next = await iterator.next();
    if (next.done) break;
    found.push(`${nameOf(next.value.key)}=${text(next.value.value)}`);
  }
  await iterator.close();
  return found;
}

async function page(
  opening: Promise<{
    iterator: Iterators.StateQueryIterator;
    metadata: { fetchedRecordsCount: number; bookmark: string };
  }>,
  nameOf = (key: string): string => key,
): Promise<Json> {
  const { iterator, metadata } = await opening;
  const found = await rows(Promise.resolve(iterator), undefined, nameOf);
  return { rows: found, fetched: metadata.fetchedRecordsCount, bookmark: metadata.bookmark };
}

async function history(stub: ChaincodeStub, key: string, limit = Number.MAX_SAFE_INTEGER): Promise<Json> {
  const iterator = await stub.getHistoryForKey(key);
  const found: Json[] = [];
  while (found.length < limit) {
    const next = await iterator.next();
    if (next.done) break;
    const { txId, isDelete, value, timestamp } = next.value;
    const ms = BigInt(timestamp.seconds.toString()) * 1000n + BigInt(Math.floor(timestamp.nanos / 1e6));
    found.push({ txId, isDelete, value: text(value), at: ms.toString() });
  }
  await iterator.close();
  return found;
}
